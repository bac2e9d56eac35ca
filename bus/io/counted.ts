/**
 * A bus that counts what passes. What is read again to restore a state is not counted: it was counted
 * when it was news, and whoever takes over would look busy.
 */
import { LogTally } from '../log-tally.ts';
import type { Bus } from '../port.ts';

export type CountedBuses = {
  readonly bus: Bus;
  /** For what is bulky and may wait. */
  readonly bulkBus: Bus;
  readonly tally: LogTally;
};

/** A process's buses with one tally. Without a bus for what is bulky it is the same one. */
export function countedBuses(given: {
  readonly bus: Bus;
  readonly bulkBus?: Bus | undefined;
}): CountedBuses {
  const tally = new LogTally(given.bus.kind);
  const bus = countedBus(given.bus, tally);
  const bulkBus = given.bulkBus === undefined ? bus : countedBus(given.bulkBus, tally);
  return { bus, bulkBus, tally };
}

/** The same bus, closed by whoever closes it already. Costs an addition per batch of records. */
export function countedBus(bus: Bus, tally: LogTally): Bus {
  return {
    ...bus,
    publish: async (topic, records) => {
      const began = performance.now();
      try {
        await bus.publish(topic, records);
      } catch (error) {
        tally.wrote(topic, records.length, performance.now() - began, error);
        throw error;
      }
      tally.wrote(topic, records.length, performance.now() - began);
    },
    consume: (options) => {
      const { group, handler } = options;
      const records: typeof handler.records = (batch) => {
        tally.read(batch[0]?.topic ?? '', group, batch.length);
        handler.records(batch);
      };
      return bus.consume({ ...options, handler: { ...handler, records } });
    },
    tail: (options) => {
      const { topic, handler } = options;
      const record: typeof handler.record = (each) => {
        tally.read(topic, null, 1);
        handler.record(each);
      };
      return bus.tail({ ...options, handler: { ...handler, record } });
    },
  };
}
