// The same load through the same server, each way of watching in turn, many short rounds: whatever
// else the machine does falls on all of them alike.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import { topicCatalogue, topicDefaults } from '@regionpilot/protocol';
import { startRedis } from '../test/support/redis.ts';
import { withKafka } from './kafka.ts';
import type { Round, SubjectPlan, Variant } from './overhead-subject.ts';
import { atMost, type BenchResult, median, rounded } from './result.ts';

const variants: readonly Variant[] = ['bare', 'agent', 'regional', 'otelUnsampled', 'otelSampled'];
const roundMs = 1_000;
const rounds = 20;
/** For the compiler. */
const warmUpRounds = 3;

type Rounds = ReadonlyMap<Variant, readonly Round[]>;

export async function run(): Promise<readonly BenchResult[]> {
  const redis = await startRedis();
  try {
    return await withKafka(async (brokers) => {
      await makeTopics(brokers);
      return figures(await measure({ redisPort: redis.port, brokers }));
    });
  } finally {
    await redis.stop();
  }
}

async function makeTopics(brokers: readonly string[]): Promise<void> {
  const bus = openKafkaBus({ kind: 'kafka', brokers, clientId: 'bench' });
  await bus.applyTopics(topicCatalogue({ ...topicDefaults, replication: 1, minInsyncReplicas: 1 }));
  await bus.close();
}

async function measure(place: Omit<SubjectPlan, 'variant'>): Promise<Rounds> {
  const children = new Map<Variant, ChildProcess>();
  const found = new Map<Variant, Round[]>(variants.map((variant) => [variant, []]));
  try {
    for (const variant of variants) {
      const child = fork(new URL('./overhead-subject.ts', import.meta.url));
      children.set(variant, child);
      child.send({ plan: { ...place, variant } });
      await once(child, 'message');
    }
    for (let i = -warmUpRounds; i < rounds; i++) {
      for (const variant of rotated(i)) {
        const child = children.get(variant);
        if (child === undefined) continue;
        child.send({ roundMs });
        const [{ round }] = (await once(child, 'message')) as [{ readonly round: Round }];
        if (i >= 0) found.get(variant)?.push(round);
      }
    }
    return found;
  } finally {
    for (const child of children.values()) child.kill();
  }
}

/** Nobody is always first. */
function rotated(i: number): readonly Variant[] {
  const first = ((i % variants.length) + variants.length) % variants.length;
  return [...variants.slice(first), ...variants.slice(0, first)];
}

function figures(found: Rounds): readonly BenchResult[] {
  const of = (variant: Variant): readonly Round[] => found.get(variant) ?? [];
  const cpuUs = (variant: Variant): number =>
    median(of(variant).map((round) => round.cpuUs / round.commands));
  const rate = (variant: Variant): number =>
    median(of(variant).map((round) => (round.commands / round.wallMs) * 1_000));
  const lost = (variant: Variant): number =>
    rounded(
      median(
        pairs(of(variant), of('bare')).map(
          ([with_, bare]) => 100 * (1 - perMs(with_) / perMs(bare)),
        ),
      ),
      2,
    );
  const added = (variant: Variant): number =>
    median(
      pairs(of(variant), of('bare')).map(([with_, bare]) => perCommand(with_) - perCommand(bare)),
    );
  const against = `bare ioredis ${Math.round(rate('bare'))} commands/s, ${rounded(cpuUs('bare'), 2)} µs of CPU each; ${rounds} rounds in turn`;
  const [agent, unsampled, sampled] = [
    added('agent'),
    added('otelUnsampled'),
    added('otelSampled'),
  ];
  const share = (otel: number): number => rounded((100 * agent) / otel, 1);
  return [
    atMost('commands/s lost with the agent', lost('agent'), 3, '%', against),
    atMost('commands/s lost through RegionalRedis', lost('regional'), 3, '%', against),
    atMost(
      'CPU added by the agent, of what OpenTelemetry adds unsampled',
      share(unsampled),
      12.5,
      '%',
      `${rounded(agent, 3)} µs against ${rounded(unsampled, 3)} µs a command; OpenTelemetry loses ${lost('otelUnsampled')} % of commands/s`,
    ),
    atMost(
      'CPU added by the agent, of what OpenTelemetry adds sampled',
      share(sampled),
      12.5,
      '%',
      `${rounded(agent, 3)} µs against ${rounded(sampled, 3)} µs a command; OpenTelemetry loses ${lost('otelSampled')} % of commands/s`,
    ),
  ];
}

function perMs({ commands, wallMs }: Round): number {
  return commands / wallMs;
}

function perCommand({ commands, cpuUs }: Round): number {
  return cpuUs / commands;
}

function pairs(a: readonly Round[], b: readonly Round[]): readonly (readonly [Round, Round])[] {
  return a.flatMap((each, i) => {
    const other = b[i];
    return other === undefined ? [] : [[each, other] as const];
  });
}
