// How long a decision takes to all its followers, and how much of that is the broker and the wire:
// the same fleet once through the bus and once on bare sockets, several times in turn.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@regionpilot/bus';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import { quantile } from '../cli/drill/quantile.ts';
import type { Arrivals, FollowersPlan } from './fanout-followers.ts';
import { withKafka } from './kafka.ts';
import { atMost, type BenchResult, rounded } from './result.ts';

const topic = 'regionpilot-bench.decisions';
const processes = 4;
const turns = 4;
const decisions = 8;
const everyMs = 700;
/** The size of a decision of three regions with its evidence, as a drill of 200 clients makes it. */
const value = new TextEncoder().encode('d'.repeat(1_030));

type Kind = FollowersPlan['kind'];

export async function run(): Promise<readonly BenchResult[]> {
  return withKafka(async (brokers) => {
    const bus = openKafkaBus({ kind: 'kafka', brokers, clientId: 'bench-publisher' });
    try {
      await bus.applyTopics([topicSpec]);
      await sleep(1_000);
      return await compare(bus, brokers);
    } finally {
      await bus.close();
    }
  });
}

const topicSpec = {
  name: topic,
  partitions: 1,
  replication: 1,
  minInsyncReplicas: 1,
  cleanup: 'compact',
  retentionMs: 0,
  maxRecordBytes: 1_000_000,
} as const;

async function compare(bus: Bus, brokers: readonly string[]): Promise<readonly BenchResult[]> {
  const found: Record<string, number[]> = {};
  for (let turn = 0; turn < turns; turn++) {
    for (const followers of [1_000, 200]) {
      for (const kind of ['bus', 'raw'] as const) {
        const delays = await fanOut(bus, brokers, kind, followers);
        found[`${kind} ${followers}`] = [...(found[`${kind} ${followers}`] ?? []), ...delays];
      }
    }
  }
  const at = (kind: Kind, followers: number, share: number): number =>
    rounded(quantile(found[`${kind} ${followers}`] ?? [], share) ?? Number.NaN);
  const spreadOf = (kind: Kind, followers: number): string =>
    `p50 ${at(kind, followers, 0.5)}, p99 ${at(kind, followers, 0.99)}, longest ${at(kind, followers, 1)} ms`;
  const thousand = at('bus', 1_000, 0.99);
  return [
    atMost(
      '1,000 followers, p99 over that of bare sockets',
      rounded(thousand / at('raw', 1_000, 0.99), 2),
      2,
      'times',
      `bus: ${spreadOf('bus', 1_000)}; bare sockets: ${spreadOf('raw', 1_000)}`,
    ),
    atMost(
      '200 followers, published to applied, p99',
      at('bus', 200, 0.99),
      60,
      'ms',
      `bus: ${spreadOf('bus', 200)}; bare sockets: ${spreadOf('raw', 200)}`,
    ),
  ];
}

/** Delay of every delivery, ms from the call of publish. */
async function fanOut(
  bus: Bus,
  brokers: readonly string[],
  kind: Kind,
  followers: number,
): Promise<readonly number[]> {
  const first = await endOf(bus);
  const plan = { kind, followers: followers / processes, brokers, topic, offset: first };
  const children = await Promise.all(Array.from({ length: processes }, () => startProcess(plan)));
  try {
    await sleep(2_000);
    const sentAt = new Map<number, number>();
    for (let i = 0; i < decisions; i++) {
      sentAt.set(first + i, Number(process.hrtime.bigint()) / 1e6);
      await bus.publish(topic, [{ key: 'bench', value, headers: {} }]);
      await sleep(everyMs);
    }
    const delays = (await Promise.all(children.map(collect))).flatMap((arrivals) =>
      delaysOf(arrivals, sentAt),
    );
    if (delays.length === decisions * followers) return delays;
    throw new Error(`${kind}: ${delays.length} deliveries of ${decisions * followers}`);
  } finally {
    await Promise.all(children.map(stop));
  }
}

async function endOf(bus: Bus): Promise<number> {
  const [partition] = await bus.ends(topic);
  return partition?.end ?? 0;
}

async function startProcess(plan: FollowersPlan): Promise<ChildProcess> {
  const child = fork(new URL('./fanout-followers.ts', import.meta.url), {
    serialization: 'advanced',
  });
  child.send({ plan });
  await once(child, 'message');
  return child;
}

async function collect(child: ChildProcess): Promise<Arrivals> {
  child.send({ order: 'collect' });
  const [{ arrivals }] = (await once(child, 'message')) as [{ readonly arrivals: Arrivals }];
  return arrivals;
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.send({ order: 'stop' });
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(timer);
}

function delaysOf(arrivals: Arrivals, sentAt: ReadonlyMap<number, number>): readonly number[] {
  const delays: number[] = [];
  for (let i = 0; i < arrivals.length; i += 2) {
    const sent = sentAt.get(arrivals[i] as number);
    if (sent !== undefined) delays.push((arrivals[i + 1] as number) - sent);
  }
  return delays;
}
