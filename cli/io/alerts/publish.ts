/** Operators' words, written where their readers look for them. */
import { randomBytes } from 'node:crypto';
import type { Bus } from '@regionpilot/bus';
import { type Ack, alertsKey, encodeRecord, envelope, type Silence } from '@regionpilot/protocol';

/** Writes the same word to each partition: every owner reads only its own. */
export async function publishWord(
  bus: Bus,
  topic: string,
  word: Ack | Silence,
  partitions: Iterable<number>,
  nowMs: number,
): Promise<void> {
  const key = alertsKey(word);
  const source = `/operators/${encodeURIComponent(word.author)}`;
  const value = encodeRecord(word);
  const records = [...partitions].map((partition) => {
    const id = `${key}/${nowMs}/${randomBytes(4).toString('hex')}`;
    return {
      key,
      value,
      partition,
      headers: envelope({ kind: word.kind, id, source, atMs: nowMs }),
    };
  });
  await bus.publish(topic, records);
}

export async function everyPartition(bus: Bus, topic: string): Promise<readonly number[]> {
  return (await bus.ends(topic)).map(({ partition }) => partition);
}
