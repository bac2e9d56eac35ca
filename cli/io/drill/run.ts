// One injection of the fault, from a calm fleet to a calm fleet.

import type { Fault } from '../../drill/faults.ts';
import { figuresOf, type Marks, type RunFigures } from '../../drill/figures.ts';
import { drillPolicy } from '../../drill/plan.ts';
import { monotonicMs } from './clock.ts';
import { allIn, type Fleet } from './fleet.ts';
import type { Judge } from './judge.ts';
import type { Regions } from './regions.ts';
import { pause, waitUntil } from './wait.ts';

export type World = {
  readonly fault: Fault;
  readonly home: string;
  readonly regions: Regions;
  readonly judge: Judge;
  readonly fleet: Fleet;
};

const calmWithinMs = 60_000;
const movedWithinMs = 15_000;
const returnedWithinMs = 60_000;
/** After the last client moved, the region stays broken: late failures are failures too. */
const lingerMs = 1_500;
/** Nobody moves for this long after a fault that should move nobody. */
const watchMs = 5_000;
/** After all is well again: answers on their way arrive. */
const settleMs = 500;

export async function runOnce(world: World, stopping: AbortSignal): Promise<RunFigures> {
  const { fault, home, regions, judge, fleet } = world;
  await judge.untilCalm(calmWithinMs, stopping);
  await allIn(fleet, home, calmWithinMs, stopping);
  // The cool-down of the run before is over; the tick is met at any phase.
  await pause(drillPolicy.coolDownMs + 1_000 + Math.random() * 1_000, stopping);
  await judge.untilCalm(calmWithinMs, stopping);
  judge.begin();
  fleet.begin();
  await pause(1_000, stopping);

  const faultAtMs = await regions.inject();
  if (fault.moves === 'everybody') {
    await waitUntil(() => fleet.countIn(home) === 0, movedWithinMs, stopping);
    await pause(lingerMs, stopping);
  } else {
    await pause(watchMs, stopping);
  }
  const healedAtMs = monotonicMs();
  await regions.heal();
  await waitUntil(() => fleet.countIn(home) === fleet.size, returnedWithinMs, stopping);
  await pause(fault.moves === 'nobody' ? watchMs / 2 : settleMs, stopping);

  const { tally, alone } = await fleet.collect();
  const heard = judge.heard();
  const marks: Marks = {
    home,
    faultAtMs,
    healedAtMs,
    detectedAtMs: heard.healthAtMs.find((atMs) => atMs >= faultAtMs) ?? null,
    decided: heard.decided,
    published: heard.published,
    moves: fleet.moves(),
    tally,
    alone: regions.aloneAt === null ? null : alone,
  };
  return figuresOf(marks);
}
