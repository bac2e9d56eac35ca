// One real Kafka for all integration tests, started once. Its address reaches tests by `inject` and
// their child processes by an environment variable. Of Redis, Alertmanager and Prometheus every test
// starts its own; only how is found out here, once for all workers.

import type { TestProject } from 'vitest/node';
import { KafkaUnavailable, startKafka } from './kafka.ts';
import { prometheusRuns } from './prometheus.ts';
import { redisRuns } from './redis.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `host:port` of each broker; empty when there is no Kafka here and that is allowed. */
    kafkaBrokers: readonly string[];
  }
}

export const brokersVariable = 'REGIONPILOT_TEST_KAFKA_BROKERS';

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  console.error(`Redis for the integration tests: ${redisRuns}`);
  console.error(`Alertmanager and Prometheus for the integration tests: ${prometheusRuns}`);
  const given = process.env[brokersVariable];
  if (given !== undefined) {
    project.provide('kafkaBrokers', given.split(','));
    return async () => {};
  }
  try {
    const kafka = await startKafka();
    console.error(`Kafka for the integration tests: ${kafka.brokers.join(', ')} (${kafka.how})`);
    process.env[brokersVariable] = kafka.brokers.join(',');
    project.provide('kafkaBrokers', kafka.brokers);
    return kafka.stop;
  } catch (error) {
    if (!(error instanceof KafkaUnavailable) || process.env['CI'] === 'true') throw error;
    console.error(`\n*** SKIPPED: every test on Kafka. ${error.message} ***\n`);
    project.provide('kafkaBrokers', []);
    return async () => {};
  }
}
