// Short ways to say what a scenario begins with and ends in.

import type { DecisionReason } from '@regionpilot/protocol';
import { fleet, World, type WorldOptions } from './world.ts';

/** A fleet that has watched itself for ten calm seconds: 20 clients at home in `eu`, three regions. */
export function calmWorld(options: Partial<WorldOptions> = {}): World {
  const clients = options.clients ?? fleet(20, ['eu']);
  const regions = ['eu', 'us', 'ap'];
  return new World({ seed: 1, regions, preferred: regions, ...options, clients })
    .start()
    .run(10_000);
}

export function reasons(world: World): readonly DecisionReason[] {
  return world.checks.obeyed.map(({ reason }) => reason);
}

/** Region → clients in it. */
export function whereabouts(world: World): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { isUp, route } of world.clients.filter((client) => client.isUp)) {
    if (isUp) counts[route.region] = (counts[route.region] ?? 0) + 1;
  }
  return counts;
}

/** ms from a moment until the last client that moved after it had moved. */
export function lastMoveMs(world: World, sinceMs: number): number {
  return (world.checks.moved.at(-1)?.atMs ?? sinceMs) - sinceMs;
}

/** Text of everything aggregators put on the timeline. */
export function timeline(world: World): string {
  return world.transcript.last(1_200);
}
