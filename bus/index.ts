export type { BusConfig, EmbeddedConfig, KafkaConfig, SaslConfig, TlsConfig } from './config.ts';
export { embeddedConfigSchema, kafkaConfigSchema } from './config.ts';
export { deadLetter } from './dead-letter.ts';
export type { CountedBuses } from './io/counted.ts';
export { countedBuses } from './io/counted.ts';
export { openBus } from './io/open.ts';
export type { OutboxOptions } from './io/outbox.ts';
export { Outbox } from './io/outbox.ts';
export type { BusLog, BusLogEvent, BusOptions } from './log.ts';
export type { LogTally } from './log-tally.ts';
export { newestValues } from './newest.ts';
export type {
  Bus,
  BusHealth,
  BusRecord,
  ConsumeOptions,
  ConsumerHandler,
  Consumption,
  OutgoingRecord,
  PartitionEnds,
  ReadOptions,
  StartOffset,
  Tail,
  TailHandler,
  TailOptions,
  TopicChange,
  TopicPartition,
  TopicProblem,
} from './port.ts';
