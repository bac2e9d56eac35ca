// What it takes until a person could know: from an incident in a real Kafka to the first byte at the
// receiver, one at a time and ten thousand at once.

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@regionpilot/bus';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import { quantile } from '../cli/drill/quantile.ts';
import { incidentOf, incidentsTopic } from './alert-incidents.ts';
import { compareWithPrometheus } from './alerts-side-by-side.ts';
import { until, withAlerting } from './alerts-stage.ts';
import { withKafka } from './kafka.ts';
import { atMost, type BenchResult, rounded } from './result.ts';

const singles = 200;
const flood = 10_000;
/** One in ten of the flood wakes somebody. */
const isPage = (i: number): boolean => i % 10 === 0;
const ratePerMinute = 6_000;

export async function run(): Promise<readonly BenchResult[]> {
  return withKafka(async (brokers) => {
    const bus = openKafkaBus({ kind: 'kafka', brokers, clientId: 'bench-publisher' });
    try {
      return [
        await oneAtATime(bus, brokers),
        ...(await allAtOnce(bus, brokers)),
        ...(await compareWithPrometheus(bus, brokers)),
      ];
    } finally {
      await bus.close();
    }
  });
}

async function oneAtATime(bus: Bus, brokers: readonly string[]): Promise<BenchResult> {
  return withAlerting(bus, brokers, 'single', {}, async ({ receiver, prefix }) => {
    const sent = new Map<string, number>();
    for (let i = 0; i < singles; i++) {
      const group = `single-${i}`;
      sent.set(group, performance.timeOrigin + performance.now());
      await bus.publish(incidentsTopic(prefix), [incidentOf(group, true, Date.now())]);
      await sleep(40);
    }
    await until(() => [...sent.keys()].every((group) => receiver.seen(group) !== null), 30_000);
    const delays = [...sent].map(([group, atMs]) => (receiver.seen(group) ?? Number.NaN) - atMs);
    const at = (share: number): number => rounded(quantile(delays, share) ?? Number.NaN);
    return atMost(
      'incident published to first byte at the receiver, p99',
      at(0.99),
      250,
      'ms',
      `${singles} incidents, one every 40 ms; p50 ${at(0.5)}, longest ${at(1)} ms; rule without \`for\`, groupWait 0`,
    );
  });
}

async function allAtOnce(bus: Bus, brokers: readonly string[]): Promise<readonly BenchResult[]> {
  const hook = { ratePerMinute, concurrency: 16 };
  return withAlerting(bus, brokers, 'flood', hook, async ({ child, receiver, prefix }) => {
    const groups = Array.from({ length: flood }, (_, i) => `${isPage(i) ? 'page' : 'ticket'}-${i}`);
    const startMs = performance.timeOrigin + performance.now();
    for (let from = 0; from < flood; from += 500) {
      const some = groups.slice(from, from + 500);
      await bus.publish(
        incidentsTopic(prefix),
        some.map((group) => incidentOf(group, true, Date.now())),
      );
    }
    const publishedS = (performance.timeOrigin + performance.now() - startMs) / 1_000;
    await until(() => groups.every((group) => receiver.seen(group) !== null), 300_000);
    child.send({ order: 'memory' });
    const [{ rss }] = (await once(child, 'message')) as [{ readonly rss: number }];
    const doneS = (of: readonly string[]): number =>
      rounded((Math.max(...of.map((group) => receiver.seen(group) ?? Number.NaN)) - startMs) / 1e3);
    const lastPageS = doneS(groups.filter((_, i) => isPage(i)));
    const allS = doneS(groups);
    return [
      atMost(
        '10,000 alerts at once, most memory of the process',
        rounded(rss / 2 ** 20),
        200,
        'MB',
        `all delivered in ${allS} s within ${ratePerMinute} a minute; the idle process takes about 135 MB`,
      ),
      atMost(
        '10,000 alerts at once, most requests in any minute',
        mostInAMinute(receiver.messages.map(({ atMs }) => atMs)),
        ratePerMinute,
        'requests',
        'the receiver’s limit',
      ),
      atMost(
        '10,000 alerts at once, until the last of 1,000 pages was told',
        lastPageS,
        15,
        's',
        `the last ticket after ${allS} s; publishing them took ${rounded(publishedS)} s`,
      ),
    ];
  });
}

function mostInAMinute(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [i, atMs] of times.entries()) {
    while ((times[first] ?? atMs) <= atMs - 60_000) first += 1;
    most = Math.max(most, i - first + 1);
  }
  return most;
}
