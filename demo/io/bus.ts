// The demo's event log: Kafka where the environment names brokers, else one file beside the demo.

import { join } from 'node:path';
import { type Bus, openBus } from '@regionpilot/bus';
import { PipelineError, topicCatalogue } from '@regionpilot/protocol';
import { topicOptions } from '../settings.ts';

export type DemoBus = {
  readonly bus: Bus;
  /** `host:port,…` or the file. */
  readonly where: string;
};

/**
 * Opens the log and creates its topics.
 * @param brokers Empty for the embedded log.
 * @throws {PipelineError} BUS_UNREACHABLE, TOPIC_TOO_WEAK.
 */
export async function openDemoBus(brokers: readonly string[], folder: string): Promise<DemoBus> {
  const file = join(folder, 'bus.sqlite');
  const bus = await openBus(
    brokers.length === 0
      ? { kind: 'embedded', file }
      : { kind: 'kafka', brokers, clientId: 'regionpilot-demo' },
  );
  try {
    await applyTopics(bus, brokers.length);
  } catch (error) {
    await bus.close();
    throw error;
  }
  return { bus, where: brokers.length === 0 ? file : brokers.join(',') };
}

async function applyTopics(bus: Bus, brokers: number): Promise<void> {
  const wanted = topicCatalogue(topicOptions(brokers));
  await bus.applyTopics(wanted);
  const [problem] = await bus.verifyTopics(wanted);
  if (problem === undefined) return;
  const { topic, setting, got } = problem;
  const message = `Topic ${topic}: ${setting} is ${got}, wanted ${problem.wanted}`;
  throw new PipelineError('TOPIC_TOO_WEAK', message, { retriable: false });
}
