// Where a decision sends the clients of a home, and between which regions the next one moves some of
// them. A client's bucket decides (`routeOf`), and only where some region's share ends can the answer
// change, so a few buckets stand for all ten thousand.

import { admissionFor, type Decision, fullShare, routeOf } from '@regionpilot/protocol';

export type Routes = Pick<Decision, 'admit' | 'homes' | 'regions'>;

/** Region → share of the home's clients it gets, 0..10,000. */
export function routedShares(routes: Routes, home: string): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  const edges = edgesOf([routes], home);
  edges.forEach((from, at) => {
    const region = routeOf(routes, home, from);
    const width = (edges[at + 1] ?? fullShare) - from;
    shares.set(region, (shares.get(region) ?? 0) + width);
  });
  return shares;
}

/** Pairs of regions between which clients of some home go; each once. */
export function movesBetween(
  before: Routes,
  after: Routes,
): readonly (readonly [from: string, to: string])[] {
  const homes = new Set([
    '*',
    ...after.regions,
    ...Object.keys({ ...before.homes, ...after.homes }),
  ]);
  const moves = new Map<string, readonly [string, string]>();
  for (const home of homes) {
    for (const bucket of edgesOf([before, after], home)) {
      const [from, to] = [routeOf(before, home, bucket), routeOf(after, home, bucket)];
      if (from !== to) moves.set(`${from} ${to}`, [from, to]);
    }
  }
  return [...moves.values()];
}

/** First buckets of the stretches that are all sent the same way; ascending, from 0. */
function edgesOf(all: readonly Routes[], home: string): readonly number[] {
  const shares = all.flatMap((routes) => Object.values(admissionFor(routes, home)));
  const inside = shares.filter((share) => share > 0 && share < fullShare);
  return [...new Set([0, ...inside])].sort((a, b) => a - b);
}
