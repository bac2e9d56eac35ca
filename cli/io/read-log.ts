/** Stretches of the log as values: all of a topic, or what was appended since. */
import type { Bus, BusRecord } from '@regionpilot/bus';
import type { Decoded, IncidentRecord } from '@regionpilot/protocol';
import { readIncident } from '../incident.ts';

/** Every record of a topic now, partition by partition; `sinceMs` by the log's clock. */
export async function* readTopic(
  bus: Bus,
  topic: string,
  sinceMs: number | null = null,
): AsyncGenerator<BusRecord> {
  for (const { partition, start, end } of await bus.ends(topic)) {
    if (start === end) continue;
    const from = sinceMs === null ? { offset: start } : { appendedMs: sinceMs };
    yield* bus.read({ topic, partition, from, until: end });
  }
}

/** The newest readable value of each key; a tombstone forgets, an unreadable record is passed over. */
export async function latestByKey<Value>(
  records: AsyncIterable<BusRecord>,
  decode: (record: BusRecord) => Decoded<Value> | null,
): Promise<ReadonlyMap<string, Value>> {
  const found = new Map<string, Value>();
  for await (const record of records) {
    const decoded = decode(record);
    if (decoded?.kind === 'ok') found.set(record.key, decoded.value);
    else if (record.value === null) found.delete(record.key);
  }
  return found;
}

export type FoundIncident = { readonly incident: IncidentRecord; readonly appendedMs: number };

/** Incident records that can be told, of one group or of all. */
export async function* readIncidents(
  bus: Bus,
  topic: string,
  sinceMs: number | null,
  group?: string,
): AsyncGenerator<FoundIncident> {
  for await (const { key, value, appendedMs } of readTopic(bus, topic, sinceMs)) {
    if (group !== undefined && key !== group) continue;
    const incident = readIncident(value);
    if (incident !== null) yield { incident, appendedMs };
  }
}
