// The workers of a drill as one fleet: where every client is, and how long until all are somewhere.

import type { Move } from '../../drill/figures.ts';
import type { FromWorker, ToWorker, WorkerPlan } from '../../drill/messages.ts';
import { addTallies, type Tally } from '../../drill/tally.ts';
import { type Child, drillFailed, forkChild } from './child.ts';
import type { Leash } from './leash.ts';
import { waitUntil } from './wait.ts';

export type Fleet = {
  readonly size: number;
  /** Every change of a route since `begin`. */
  readonly moves: () => readonly Move[];
  /** Clients whose region is this one. */
  readonly countIn: (region: string) => number;
  readonly begin: () => void;
  readonly collect: () => Promise<{ readonly tally: Tally; readonly alone: Tally }>;
  readonly stop: () => Promise<void>;
};

type Worker = Child<ToWorker, FromWorker>;

const readyWithinMs = 120_000;
const collectWithinMs = 20_000;
const stopWithinMs = 4_000;

export async function startFleet(plans: readonly WorkerPlan[], leash: Leash): Promise<Fleet> {
  const workers = plans.map(
    (_, i): Worker => forkChild(`worker ${i + 1}`, './worker-process.ts', leash),
  );
  const regionOf = new Map(
    plans.flatMap(({ clients, home }) => clients.map(({ client }) => [client, home] as const)),
  );
  let moves: Move[] = [];
  for (const worker of workers) {
    worker.hear((message) => {
      if (message.kind !== 'moved') return;
      const { client, region, atMs } = message;
      regionOf.set(client, region);
      moves.push({ client, region, atMs });
    });
  }
  const ready = workers.map((worker) => worker.next('ready', readyWithinMs));
  workers.forEach((worker, i) => {
    const plan = plans[i];
    if (plan !== undefined) worker.send({ kind: 'start', plan });
  });
  await Promise.all(ready);

  const tell = (message: ToWorker): void => {
    for (const worker of workers) worker.send(message);
  };
  return {
    size: regionOf.size,
    moves: () => moves,
    countIn: (region) => [...regionOf.values()].filter((each) => each === region).length,
    begin: () => {
      moves = [];
      tell({ kind: 'begin' });
    },
    collect: async () => {
      const collected = workers.map((worker) => worker.next('collected', collectWithinMs));
      tell({ kind: 'collect' });
      const all = await Promise.all(collected);
      return {
        tally: addTallies(all.map(({ tally }) => tally)),
        alone: addTallies(all.map(({ alone }) => alone)),
      };
    },
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop({ kind: 'stop' }, stopWithinMs)));
    },
  };
}

/** @throws {PipelineError} DRILL_FAILED saying how many were where they should be. */
export async function allIn(
  fleet: Fleet,
  region: string,
  withinMs: number,
  stopping: AbortSignal,
): Promise<void> {
  const arrived = await waitUntil(() => fleet.countIn(region) === fleet.size, withinMs, stopping);
  if (arrived) return;
  const text = `${fleet.countIn(region)} of ${fleet.size} clients are in ${region}, wanted all`;
  throw drillFailed(`${text} within ${withinMs} ms`);
}
