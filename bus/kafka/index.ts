export { openKafkaBus } from './io/bus.ts';
export { describeKafkaCluster, type KafkaCluster } from './io/cluster.ts';
