import type { Bus, BusConfig } from '@regionpilot/bus';

/** Loads only the adapter that is used: the other one's runtime may not even be there. */
export async function openBus(config: BusConfig): Promise<Bus> {
  switch (config.kind) {
    case 'kafka': {
      const { openKafkaBus } = await import('@regionpilot/bus/kafka');
      return openKafkaBus(config);
    }
    case 'embedded': {
      const { openEmbeddedBus } = await import('@regionpilot/bus/embedded');
      return openEmbeddedBus(config);
    }
  }
}
