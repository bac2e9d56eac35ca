/**
 * Saved rules in the compacted `state` topic: `alerts/<partition>` holds them with the offset of
 * `incidents` they cover, in one record, so that the two cannot disagree. Damaged is as good as none.
 */
import { type Bus, newestValues, type OutgoingRecord } from '@regionpilot/bus';
import { envelope } from '@regionpilot/protocol';

export type Snapshot = {
  /** The next record of `incidents` to read. */
  readonly offset: number;
  readonly rules: string;
};

function keyOf(partition: number): string {
  return `alerts/${partition}`;
}

export function snapshotRecord(
  partition: number,
  { offset, rules }: Snapshot,
  instance: string,
  nowMs: number,
): OutgoingRecord {
  const key = keyOf(partition);
  const source = `/alerting/${instance}`;
  return {
    key,
    value: new TextEncoder().encode(`${JSON.stringify({ v: 1, offset })}\n${rules}`),
    headers: envelope({ kind: 'snapshot', id: `${key}/${nowMs}`, source, atMs: nowMs }),
  };
}

export async function readSnapshot(
  bus: Bus,
  topic: string,
  partition: number,
): Promise<Snapshot | null> {
  const key = keyOf(partition);
  const found = (await newestValues(bus, topic, (each) => each === key)).get(key);
  return found === undefined ? null : parse(found);
}

/** One line of JSON about it, then the rules as they are saved. */
function parse(bytes: Uint8Array): Snapshot | null {
  const text = new TextDecoder().decode(bytes);
  const end = text.indexOf('\n');
  try {
    const { v, offset } = JSON.parse(text.slice(0, end));
    return v === 1 && Number.isInteger(offset) ? { offset, rules: text.slice(end + 1) } : null;
  } catch {
    return null;
  }
}
