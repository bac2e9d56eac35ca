/**
 * Saved state in the compacted `state` topic: `events/<partition>` holds a folder with the offset
 * it covers (one record, so the two can never disagree), `group/<name>` what an owner would hate to
 * forget. A damaged record is as good as none: there is always the log to replay.
 */
import { type Bus, newestValues, type OutgoingRecord } from '@regionpilot/bus';
import { envelope } from '@regionpilot/protocol';
import type { SavedGroup } from '../decide/saved.ts';

export function folderKey(partition: number): string {
  return `events/${partition}`;
}

const groupPrefix = 'group/';

export function folderRecord(
  partition: number,
  bytes: Uint8Array,
  instance: string,
  nowMs: number,
): OutgoingRecord {
  return stateRecord(folderKey(partition), bytes, instance, nowMs);
}

export function groupRecord(saved: SavedGroup, instance: string, nowMs: number): OutgoingRecord {
  const bytes = new TextEncoder().encode(JSON.stringify(saved));
  return stateRecord(`${groupPrefix}${saved.group}`, bytes, instance, nowMs);
}

export async function readGroups(
  bus: Bus,
  topic: string,
): Promise<ReadonlyMap<string, SavedGroup>> {
  const records = await newestValues(bus, topic, (key) => key.startsWith(groupPrefix));
  const groups = new Map<string, SavedGroup>();
  for (const [key, bytes] of records) {
    const saved = parseGroup(bytes);
    if (saved !== null) groups.set(key.slice(groupPrefix.length), saved);
  }
  return groups;
}

function parseGroup(bytes: Uint8Array): SavedGroup | null {
  try {
    const saved = JSON.parse(new TextDecoder().decode(bytes)) as SavedGroup;
    return saved.v === 2 ? saved : null;
  } catch {
    return null;
  }
}

function stateRecord(
  key: string,
  value: Uint8Array,
  instance: string,
  nowMs: number,
): OutgoingRecord {
  const source = `/aggregators/${instance}`;
  const id = `${key}/${nowMs}`;
  return { key, value, headers: envelope({ kind: 'snapshot', id, source, atMs: nowMs }) };
}
