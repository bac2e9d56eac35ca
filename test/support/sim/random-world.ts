// One random fleet and its misfortunes, from a seed.

import { Violation } from './checks.ts';
import type { Fault } from './fault.ts';
import { faults } from './faults.ts';
import { livenessProblems } from './liveness.ts';
import { Rng } from './rng.ts';
import type { Transcript } from './transcript.ts';
import { fleet, World } from './world.ts';

/** Short, so that a minute holds several moves, returns and hold-downs. */
const quickPolicy = {
  coolDownMs: 5_000,
  coolDownMaxMs: 10_000,
  healthyForMs: 4_000,
  rampStepMs: 1_000,
  flapBudgetPerDay: 1_000,
};

const dead = { kind: 'refused' } as const;
const quietMs = 8_000;
const faultsEndMs = 50_000;
/** Longer than anything is remembered. */
const calmMs = 75_000;
const lastMoveMs = 4_000;

export type SeedResult = {
  readonly problem: string | null;
  readonly transcript: Transcript;
  readonly world?: World;
};

export function randomWorld(seed: number): World {
  const rng = new Rng(seed);
  const regions = ['eu', 'us', 'ap'].slice(0, rng.between(2, 3));
  const homes = rng.chance(0.5) ? regions : rng.chance(0.5) ? ['eu'] : [...regions, 'sa'];
  return new World({
    seed: Math.floor(rng.next() * 1_000_000_000),
    regions,
    clients: fleet(rng.between(2, 6) * homes.length, homes, {
      commandsPerSecond: rng.pick([2, 10, 20]),
    }),
    aggregators: rng.between(1, 3),
    eventPartitions: rng.between(1, 3),
    policy: quickPolicy,
    preferred: rng.chance(0.5) ? regions : [],
    useSnapshots: rng.chance(0.8),
    sessionMs: rng.between(1_000, 4_000),
    overlapMs: rng.pick([50, 1_000, 6_000, 15_000]),
  }).start();
}

/** Faults, then calm, then one last outage that must be survived as if nothing had been. */
export function runSeed(seed: number): SeedResult {
  const world = randomWorld(seed);
  const { transcript } = world;
  try {
    misfortunes(world, seed);
    return { problem: null, transcript, world };
  } catch (error) {
    if (!(error instanceof Violation)) transcript.say('WORLD', String(error));
    return {
      problem: String((error as Error).stack)
        .split('\n')
        .slice(0, 3)
        .join('\n'),
      transcript,
      world,
    };
  }
}

function misfortunes(world: World, seed: number): void {
  const rng = new Rng(seed + 1);
  const kinds = faults.filter(() => rng.chance(0.35));
  const undo = new Set<() => void>();
  if (kinds.length > 0) planFaults(world, rng, kinds, undo);
  world.run(faultsEndMs);
  world.transcript.say('WORLD', 'all faults end');
  for (const each of undo) each();
  const lost = rng.chance(0.3) ? rng.pick(world.regions).name : null;
  if (lost !== null) world.at(faultsEndMs + 8_000, 'one stays', () => world.become(lost, dead));
  world.run(faultsEndMs + calmMs);
  const problems = livenessProblems(world, lost);
  if (problems.length > 0) world.checks.fail(`after ${calmMs} ms of calm: ${problems.join('; ')}`);
  if (lost === null || world.regions.length > 2) lastOutage(world);
}

function planFaults(world: World, rng: Rng, kinds: readonly Fault[], undo: Set<() => void>): void {
  const count = rng.between(1, 14);
  for (let i = 0; i < count; i++) {
    const fault = rng.pick(kinds);
    const lastsMs = rng.between(100, fault.mostMs);
    world.at(rng.between(quietMs, faultsEndMs - 1), fault.name, () => {
      const end = fault.begin(world, rng);
      const once = (): void => {
        if (!undo.delete(once)) return;
        world.transcript.say('WORLD', `${fault.name} ends`);
        end();
      };
      undo.add(once);
      world.schedule.after(lastsMs, once);
    });
  }
}

/** The region most clients are in dies. */
function lastOutage(world: World): void {
  const crowd = new Map<string, number>();
  for (const { route } of world.clients) {
    crowd.set(route.region, (crowd.get(route.region) ?? 0) + 1);
  }
  const [region = 'eu'] = [...crowd].reduce((a, b) => (b[1] > a[1] ? b : a));
  world.become(region, dead);
  world.run(world.nowMs + lastMoveMs);
  const left = world.clients.filter(({ route }) => route.region === region);
  if (left.length > 0) {
    world.checks.fail(
      `${left.length} clients are still in ${region} ${lastMoveMs} ms after it died`,
    );
  }
}
