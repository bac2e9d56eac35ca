// Builders shared by the tests of buses.

import { randomUUID } from 'node:crypto';
import type { Bus, BusLogEvent, BusRecord } from '../../bus/index.ts';
import { openKafkaBus } from '../../bus/kafka/index.ts';
import type { TopicSpec } from '../../protocol/index.ts';

export function topicSpec(change: Partial<TopicSpec> = {}): TopicSpec {
  return {
    name: `test.${randomUUID()}`,
    partitions: 1,
    replication: 1,
    minInsyncReplicas: 1,
    cleanup: 'delete',
    retentionMs: 3_600_000,
    maxRecordBytes: 1_000_000,
    ...change,
  };
}

export async function newTopic(bus: Bus, change: Partial<TopicSpec> = {}): Promise<string> {
  const spec = topicSpec(change);
  await bus.applyTopics([spec]);
  return spec.name;
}

/** A bus that remembers what it said. */
export function talkingBus(
  brokers: readonly string[],
  requestTimeoutMs = 5_000,
): { readonly bus: Bus; readonly said: BusLogEvent[] } {
  const said: BusLogEvent[] = [];
  const config = { kind: 'kafka', brokers, clientId: 'test', requestTimeoutMs } as const;
  return { bus: openKafkaBus(config, { log: (event) => said.push(event) }), said };
}

export function record(
  key: string,
  value: string | null,
): {
  key: string;
  value: Uint8Array | null;
  headers: Record<string, string>;
} {
  return { key, value: value === null ? null : new TextEncoder().encode(value), headers: {} };
}

export function textOf({ value }: BusRecord): string {
  return value === null ? '(tombstone)' : new TextDecoder().decode(value);
}

export async function followed(
  bus: Bus,
  topic: string,
): Promise<{
  readonly records: BusRecord[];
  readonly texts: () => string[];
  readonly isCaughtUp: () => boolean;
  readonly close: () => Promise<void>;
}> {
  const records: BusRecord[] = [];
  let caughtUp = false;
  const tail = await bus.tail({
    topic,
    handler: {
      record: (each) => records.push(each),
      caughtUp: () => {
        caughtUp = true;
      },
    },
  });
  return {
    records,
    texts: () => records.map(textOf),
    isCaughtUp: () => caughtUp,
    close: tail.close,
  };
}

export async function consumed(
  bus: Bus,
  topic: string,
  group = `group.${randomUUID()}`,
): Promise<{
  readonly records: BusRecord[];
  readonly texts: () => string[];
  readonly assigned: number[];
  readonly revoked: number[];
  readonly commit: (partition: number, offset: number) => Promise<void>;
  readonly close: () => Promise<void>;
}> {
  const records: BusRecord[] = [];
  const assigned: number[] = [];
  const revoked: number[] = [];
  const consumption = await bus.consume({
    topics: [topic],
    group,
    handler: {
      assigned: async ({ partition }) => {
        assigned.push(partition);
        return 'committed';
      },
      revoked: ({ partition }) => revoked.push(partition),
      records: (some) => records.push(...some),
    },
  });
  return {
    records,
    texts: () => records.map(textOf),
    assigned,
    revoked,
    commit: (partition, offset) => consumption.commit({ topic, partition }, offset),
    close: consumption.close,
  };
}
