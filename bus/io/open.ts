import type { BusConfig } from '../config.ts';
import type { BusOptions } from '../log.ts';
import type { Bus } from '../port.ts';

/**
 * Opens the bus a config asks for. Adapters load on demand: a process on Kafka never needs
 * `node:sqlite`, one on the embedded log never loads a Kafka client.
 * @throws {PipelineError} FILE_UNREADABLE when the embedded file cannot be opened.
 */
export async function openBus(config: BusConfig, options: BusOptions = {}): Promise<Bus> {
  switch (config.kind) {
    case 'embedded': {
      const { openEmbeddedBus } = await import('../embedded/index.ts');
      return openEmbeddedBus(config, options);
    }
    case 'kafka': {
      const { openKafkaBus } = await import('../kafka/index.ts');
      return openKafkaBus(config, options);
    }
  }
}
