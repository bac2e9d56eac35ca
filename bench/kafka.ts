import { startKafka } from '../test/support/kafka.ts';

/** A Kafka for as long as `use` takes: the one that is named, else a local one. */
export async function withKafka<Value>(
  use: (brokers: readonly string[]) => Promise<Value>,
): Promise<Value> {
  const named = process.env['REGIONPILOT_KAFKA_BROKERS'] ?? '';
  if (named !== '') return use(named.split(','));
  const kafka = await startKafka();
  try {
    return await use(kafka.brokers);
  } finally {
    await kafka.stop();
  }
}
