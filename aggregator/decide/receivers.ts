// Who really moves. A decision may shut a region nobody is in, or one that some homes never used:
// only regions that gain clients have received any, and a decision that moves nobody is no move.

import { preferenceOrder, routeOf } from '@regionpilot/protocol';
import { type Gates, rowsOf } from './gates.ts';
import { holdInForce } from './holding.ts';
import type { Situation } from './proposal.ts';

/** Regions that gain clients when the gates become these; sorted. */
export function receiversOf(situation: Situation, gates: Gates): readonly string[] {
  const { state, view, regions, policy } = situation;
  const rows = rowsOf(gates, regions, holdInForce(situation), policy.ramp);
  const before = state.decision;
  if (rows === null || before === null) return [];
  const after = { ...rows, regions };
  const homes = view.homes.length > 0 ? view.homes : ['*'];
  // Within a step of the ramp all buckets go the same way.
  const buckets = [0, ...policy.ramp.slice(0, -1)];
  const gained = homes.flatMap((home) =>
    buckets.flatMap((bucket) => {
      const to = routeOf(after, home, bucket);
      return to === routeOf(before, home, bucket) ? [] : [to];
    }),
  );
  return [...new Set(gained)].sort();
}

/** Where clients of a home go first, were these the shares; null when nothing admits all of them. */
export function firstOpen(
  regions: readonly string[],
  home: string,
  shareOf: (region: string) => number,
): string | null {
  return preferenceOrder(regions, home).find((region) => shareOf(region) === 10_000) ?? null;
}
