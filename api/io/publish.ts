/** People's words into the log: orders, silences, acknowledgements, policies, and the audit of each. */
import { randomBytes } from 'node:crypto';
import type { Bus } from '@regionpilot/bus';
import {
  type Ack,
  type AuditRecord,
  alertsKey,
  encodeRecord,
  envelope,
  type Override,
  type PolicyOrder,
  type RecordKind,
  type Silence,
  type TopicName,
  topicFullName,
} from '@regionpilot/protocol';

/** An order for a group, or for all. */
export function publishOrder(bus: Bus, prefix: string, order: Override): Promise<unknown> {
  return publish(bus, prefix, 'overrides', 'override', order.group, order.author, order);
}

export function publishPolicy(bus: Bus, prefix: string, order: PolicyOrder): Promise<unknown> {
  return publish(bus, prefix, 'policies', 'policy', order.group, order.author, order);
}

export function publishAudit(bus: Bus, prefix: string, record: AuditRecord): Promise<unknown> {
  return publish(bus, prefix, 'audit', 'audit', record.target, record.actor, record);
}

/** Writes the same word to each partition: every owner reads only its own. */
export async function publishWord(
  bus: Bus,
  topic: string,
  word: Ack | Silence,
  partitions: Iterable<number>,
  nowMs: number,
): Promise<void> {
  const key = alertsKey(word);
  const value = encodeRecord(word);
  const headers = () => headersFor(word.kind, key, word.author, nowMs);
  await bus.publish(
    topic,
    [...partitions].map((partition) => ({ key, value, partition, headers: headers() })),
  );
}

export async function everyPartition(bus: Bus, topic: string): Promise<readonly number[]> {
  return (await bus.ends(topic)).map(({ partition }) => partition);
}

async function publish(
  bus: Bus,
  prefix: string,
  topic: TopicName,
  kind: RecordKind,
  key: string,
  author: string,
  record: Readonly<{ atMs: number }> & Parameters<typeof encodeRecord>[0],
): Promise<unknown> {
  const headers = headersFor(kind, key, author, record.atMs);
  return bus.publish(topicFullName(prefix, topic), [{ key, value: encodeRecord(record), headers }]);
}

function headersFor(kind: RecordKind, key: string, author: string, atMs: number) {
  const id = `${key}/${atMs}/${randomBytes(4).toString('hex')}`;
  return envelope({ kind, id, source: `/operators/${encodeURIComponent(author)}`, atMs });
}
