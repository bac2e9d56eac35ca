import type { Bus } from './port.ts';

/** The newest value of each wanted key of a topic now, read once; what was erased is not there. */
export async function newestValues(
  bus: Bus,
  topic: string,
  wanted: (key: string) => boolean,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const { partition } of await bus.ends(topic)) {
    for await (const record of bus.read({ topic, partition, from: { offset: 0 } })) {
      if (!wanted(record.key)) continue;
      if (record.value === null) found.delete(record.key);
      else found.set(record.key, record.value);
    }
  }
  return found;
}
