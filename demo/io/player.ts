// Plays a script against the world: looks a few times a second and carries out what it orders.

import type { MovingFault } from '../fault.ts';
import { isOver, type Pace, type Script, type Sight, startScript, stepScript } from '../script.ts';
import { unsettledBecause, type WorldSnapshot } from '../snapshot.ts';
import type { World } from './world.ts';

const lookMs = 100;

export type Player = {
  readonly script: () => Script;
  /** Resolves with the script's end, also when it was stopped before. */
  readonly ended: Promise<Script>;
  readonly stop: () => void;
  readonly stopped: () => boolean;
};

export function play(
  world: World,
  fault: MovingFault,
  regions: readonly string[],
  pace: Pace,
): Player {
  const end = Promise.withResolvers<Script>();
  let script = startScript(fault, regions, pace, Date.now());
  let busy = false;
  let stopped = false;
  const look = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    const [next, orders] = stepScript(script, sightOf(world.snapshot()));
    script = next;
    for (const order of orders) {
      if (order.kind === 'break') await world.inject(order.region, order.fault);
      else await world.heal(order.region);
    }
    busy = false;
    if (isOver(script)) stop();
  };
  const timer = setInterval(() => void look().catch(end.reject), lookMs);
  const stop = (): void => {
    stopped = true;
    clearInterval(timer);
    end.resolve(script);
  };
  return { script: () => script, ended: end.promise, stop, stopped: () => stopped };
}

function sightOf(snapshot: WorldSnapshot): Sight {
  const unsettled = unsettledBecause(snapshot);
  const region = (name: string) => snapshot.regions.find((each) => each.name === name);
  return {
    nowMs: snapshot.nowMs,
    settled: unsettled === null,
    unsettled: unsettled ?? '',
    homeOf: (name) => region(name)?.home ?? 0,
    usersOf: (name) => region(name)?.users ?? 0,
    openPages: snapshot.inbox.unresolved,
  };
}
