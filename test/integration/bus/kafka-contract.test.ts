import { describe, inject } from 'vitest';
import { openKafkaBus } from '../../../bus/kafka/index.ts';
import { busContract } from '../../contract/bus/bus-contract.ts';

const brokers = inject('kafkaBrokers');

describe.skipIf(brokers.length === 0)('the Kafka bus', () => {
  busContract({
    open: () => openKafkaBus({ kind: 'kafka', brokers, clientId: 'contract' }),
    replication: 1,
  });
});
