// How long a decision takes to a thousand clients behind the relay, and how much longer that is than
// straight from the log: the same followers, the same decisions, in turns on one broker.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@regionpilot/bus';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import { type Decision, encodeRecord } from '@regionpilot/protocol';
import { quantile } from '../cli/drill/quantile.ts';
import { withKafka } from './kafka.ts';
import type { Applied, RelayPlan } from './relay-followers.ts';
import { atMost, type BenchResult, rounded } from './result.ts';

const topic = 'regionpilot-bench.decisions';
const group = 'payments';
const processes = 2;
const followers = 1_000;
const turns = 3;
const decisions = 8;
const warmUps = 3;
const everyMs = 700;
let epoch = 0;

type Kind = RelayPlan['kind'];

export async function run(): Promise<readonly BenchResult[]> {
  return withKafka(async (brokers) => {
    const bus = openKafkaBus({ kind: 'kafka', brokers, clientId: 'bench-publisher' });
    try {
      await bus.applyTopics([topicSpec]);
      await sleep(1_000);
      const server = await startChild('./relay-server.ts', { brokers, topic });
      const url = (server.said as { readonly url: string }).url;
      const plan = { followers: followers / processes, url, brokers, topic, group };
      const found: Record<Kind, number[]> = { relay: [], bus: [] };
      for (let turn = 0; turn < turns; turn++) {
        for (const kind of ['relay', 'bus'] as const) {
          found[kind].push(...(await fanOut(bus, { ...plan, kind })));
        }
      }
      await stop(server.child);
      return resultsOf(found);
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

function resultsOf(found: Readonly<Record<Kind, readonly number[]>>): readonly BenchResult[] {
  const at = (kind: Kind, share: number): number =>
    rounded(quantile(found[kind], share) ?? Number.NaN);
  const spreadOf = (kind: Kind): string =>
    `p50 ${at(kind, 0.5)}, p99 ${at(kind, 0.99)}, longest ${at(kind, 1)} ms`;
  const ratio = rounded(at('relay', 0.99) / at('bus', 0.99), 2);
  return [
    atMost(
      '1,000 relay followers, published to applied, p99',
      at('relay', 0.99),
      150,
      'ms',
      `relay: ${spreadOf('relay')}; straight from the log: ${spreadOf('bus')}; ${ratio} times its p99`,
    ),
  ];
}

/** Delay of every application, ms from the call of publish. */
async function fanOut(bus: Bus, plan: RelayPlan): Promise<readonly number[]> {
  const children = await Promise.all(
    Array.from({ length: processes }, () => startChild('./relay-followers.ts', plan)),
  );
  try {
    await sleep(2_000);
    // Five hundred followers of one process compile their code once, not each by itself.
    for (let i = 0; i < warmUps; i++) await decide(bus);
    await Promise.all(children.map(({ child }) => collect(child)));
    const sentAt = new Map<number, number>();
    for (let i = 0; i < decisions; i++) sentAt.set(...(await decide(bus)));
    const delays: number[] = [];
    // The slowest may be slower than the last pause.
    for (let i = 0; i < 20 && delays.length < decisions * followers; i++) {
      const all = await Promise.all(children.map(({ child }) => collect(child)));
      delays.push(...all.flatMap((applied) => delaysOf(applied, sentAt)));
      await sleep(250);
    }
    if (delays.length === decisions * followers) return delays;
    throw new Error(`${plan.kind}: ${delays.length} applications of ${decisions * followers}`);
  } finally {
    await Promise.all(children.map(({ child }) => stop(child)));
  }
}

/** Its epoch, and when it was published. */
async function decide(bus: Bus): Promise<readonly [number, number]> {
  epoch += 1;
  const own = epoch;
  const value = encodeRecord(decisionOf(own));
  const sentAt = Number(process.hrtime.bigint()) / 1e6;
  await bus.publish(topic, [{ key: group, value, headers: {} }]);
  await sleep(everyMs);
  return [own, sentAt];
}

/** Of the size that a drill of 200 clients makes, evidence included. */
function decisionOf(epoch: number): Decision {
  return {
    v: 1,
    group,
    term: 1,
    epoch,
    owner: 'bench',
    atMs: Date.now(),
    reason: 'regionDown',
    text: 'x'.repeat(700),
    regions: ['eu', 'us'],
    admit: { eu: epoch % 2 === 0 ? 10_000 : 0, us: 10_000 },
    homes: {},
    noSafeTarget: false,
    health: {},
    evidence: [],
    incident: null,
  };
}

async function startChild(
  file: string,
  plan: object,
): Promise<{ readonly child: ChildProcess; readonly said: unknown }> {
  const child = fork(new URL(file, import.meta.url), { serialization: 'advanced' });
  child.send({ plan });
  const [said] = await once(child, 'message');
  return { child, said };
}

async function collect(child: ChildProcess): Promise<Applied> {
  child.send({ order: 'collect' });
  const [{ applied }] = (await once(child, 'message')) as [{ readonly applied: Applied }];
  return applied;
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.send({ order: 'stop' });
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(timer);
}

function delaysOf(applied: Applied, sentAt: ReadonlyMap<number, number>): readonly number[] {
  const delays: number[] = [];
  for (let i = 0; i < applied.length; i += 2) {
    const sent = sentAt.get(applied[i] as number);
    if (sent !== undefined) delays.push((applied[i + 1] as number) - sent);
  }
  return delays;
}
