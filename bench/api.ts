// What readers cost the one who decides, and how long readers wait: the same folding with and without
// 500 followers of the live stream, in turns; updates from the log to a follower; pages of clients.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@regionpilot/bus';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import { encodeRecord, topicCatalogue, topicDefaults, topicFullName } from '@regionpilot/protocol';
import { quantile } from '../cli/drill/quantile.ts';
import { eventually } from '../test/support/eventually.ts';
import { type Arrivals, type FollowersPlan, updateMark } from './api-followers.ts';
import { measurePages } from './api-pages.ts';
import type { FoldTurn, SubjectStarted } from './api-subject.ts';
import { withKafka } from './kafka.ts';
import { atMost, type BenchResult, median, rounded } from './result.ts';

const followers = 500;
const updatesPerSecond = 10;
const pairs = 5;
const turnMs = 8_000;
/** The API goes on making messages this long after the last follower left. */
const restMs = 17_000;
const group = 'group-0';
const { prefix } = topicDefaults;

export async function run(): Promise<readonly BenchResult[]> {
  return withKafka(async (brokers) => {
    const bus = openKafkaBus({ kind: 'kafka', brokers, clientId: 'bench-publisher' });
    const strength = { ...topicDefaults, eventPartitions: 4, replication: 1, minInsyncReplicas: 1 };
    try {
      await bus.applyTopics(topicCatalogue(strength));
      await sleep(2_000);
      const page = await measurePages(bus, brokers, prefix);
      return [...(await measureFollowers(bus, brokers)), page];
    } finally {
      await bus.close();
    }
  });
}

type Measured = {
  readonly without: FoldTurn[];
  readonly with_: FoldTurn[];
  readonly delays: number[];
};

async function measureFollowers(
  bus: Bus,
  brokers: readonly string[],
): Promise<readonly BenchResult[]> {
  const subject = fork(new URL('./api-subject.ts', import.meta.url));
  const readers = fork(new URL('./api-followers.ts', import.meta.url), {
    serialization: 'advanced',
  });
  const updates = publishUpdates(bus);
  try {
    const { url } = await asked<SubjectStarted>(subject, { plan: { brokers } });
    await eventually(async () => {
      if ((await fetch(`${url}/api/v1/groups/${group}`)).status !== 200)
        throw new Error('no group');
    }, 60_000);
    const plan = { port: Number(new URL(url).port), followers };
    // For the compiler.
    await asked<FoldTurn>(subject, { turnMs });
    const measured: Measured = { without: [], with_: [], delays: [] };
    for (let i = 0; i < pairs; i++) await pair(subject, readers, plan, updates.sentAt, measured);
    return figures(measured);
  } finally {
    updates.stop();
    subject.disconnect();
    readers.disconnect();
  }
}

async function pair(
  subject: ChildProcess,
  readers: ChildProcess,
  plan: FollowersPlan,
  sentAt: ReadonlyMap<number, number>,
  { without, with_, delays }: Measured,
): Promise<void> {
  without.push(await asked<FoldTurn>(subject, { turnMs }));
  await asked(readers, { plan });
  await sleep(2_000);
  await collect(readers);
  const fromMs = nowMs();
  with_.push(await asked<FoldTurn>(subject, { turnMs }));
  const untilMs = nowMs();
  // What was sent in the last moment is still on its way.
  await sleep(2_000);
  const sent = new Map([...sentAt].filter(([, ms]) => ms > fromMs && ms < untilMs));
  const found = delaysOf(await collect(readers), sent);
  const wanted = followers * sent.size;
  if (found.length < wanted) throw new Error(`${found.length} updates came, wanted ${wanted}`);
  delays.push(...found);
  await asked(readers, { order: 'leave' });
  await sleep(restMs);
}

function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

type Updates = { readonly sentAt: ReadonlyMap<number, number>; readonly stop: () => void };

/** Through both halves of each pair, so that only the followers differ. */
function publishUpdates(bus: Bus): Updates {
  const sentAt = new Map<number, number>();
  let number = 0;
  const timer = setInterval(() => {
    number += 1;
    const text = `${updateMark}${number}`;
    const event = { kind: 'tiltEntered', reason: 'lag', text } as const;
    const value = encodeRecord({
      v: 1,
      group,
      incident: null,
      atMs: Date.now(),
      owner: 'bench',
      term: 1,
      event,
    });
    sentAt.set(number, nowMs());
    void bus.publish(topicFullName(prefix, 'incidents'), [{ key: group, value, headers: {} }]);
  }, 1_000 / updatesPerSecond);
  return { sentAt, stop: () => clearInterval(timer) };
}

async function asked<Answer>(child: ChildProcess, message: object): Promise<Answer> {
  child.send(message);
  const [answer] = await once(child, 'message');
  return answer as Answer;
}

async function collect(readers: ChildProcess): Promise<Arrivals> {
  return (await asked<{ readonly arrivals: Arrivals }>(readers, { order: 'collect' })).arrivals;
}

function delaysOf(arrivals: Arrivals, sentAt: ReadonlyMap<number, number>): readonly number[] {
  const delays: number[] = [];
  for (let i = 0; i < arrivals.length; i += 2) {
    const sent = sentAt.get(arrivals[i] as number);
    if (sent !== undefined) delays.push((arrivals[i + 1] as number) - sent);
  }
  return delays;
}

function figures({ without, with_, delays }: Measured): readonly BenchResult[] {
  const at = (share: number): number => rounded(quantile(delays, share) ?? Number.NaN);
  const byCpu = lost(without, with_, ({ rows, cpuMs }) => rows / cpuMs);
  const byClock = lost(without, with_, ({ rows, wallMs }) => rows / wallMs);
  const turns = `${pairs} pairs of turns of ${turnMs / 1_000} s, ${followers} followers at ${updatesPerSecond} updates/s beside the group's own`;
  return [
    atMost(
      '500 followers, update published to message, p99',
      at(0.99),
      250,
      'ms',
      `from the call of publish, through Kafka, while the aggregator beside it folds all it can: p50 ${at(0.5)}, longest ${at(1)} ms of ${delays.length}`,
    ),
    atMost(
      'folding lost to 500 followers, per CPU-second of its thread',
      byCpu.lost,
      5,
      '%',
      `${byCpu.words} rows per CPU-second; ${turns}`,
    ),
    atMost(
      'folding lost to 500 followers, by the clock',
      byClock.lost,
      5,
      '%',
      `${byClock.words} rows/s; the same turns, followers and Kafka on the same cores`,
    ),
  ];
}

/** Each turn against its neighbour, the middle of the pairs; below 0 where chance was larger. */
function lost(
  without: readonly FoldTurn[],
  with_: readonly FoldTurn[],
  ratePerMs: (turn: FoldTurn) => number,
): { readonly lost: number; readonly words: string } {
  const rates = (turns: readonly FoldTurn[]): readonly number[] =>
    turns.map((each) => Math.round(ratePerMs(each) * 1_000));
  const [before, after] = [rates(without), rates(with_)];
  const ratios = before.map((rate, i) => (after[i] ?? 0) / rate);
  const spread = ratios.map((each) => rounded(each, 2)).join(' ');
  return {
    lost: rounded((1 - median(ratios)) * 100, 2),
    words: `without followers ${median(before)}, with ${median(after)} (by pair ${spread} times)`,
  };
}
