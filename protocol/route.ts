// Which region a client uses under a decision. Shared by the agent (which acts on it) and by
// everything that shows or simulates it, so that "who is where" has one answer. A client keeps its
// bucket for life, so a ramp of 1 → 10 → 50 → 100 % only ever adds clients: nobody moves twice.

import type { Admission, Decision } from './decision.ts';
import { fnv1a } from './fnv.ts';

/** Shares are counted in parts of this: 10,000 admits every client. */
export const fullShare = 10_000;

/** A client's stable place in 0..9999: FNV-1a of its id, finished with a murmur3 avalanche. */
export function clientBucket(client: string): number {
  let hash = fnv1a(client);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % fullShare;
}

/** Home first, then the group's own order. */
export function preferenceOrder(regions: readonly string[], home: string): readonly string[] {
  if (!regions.includes(home)) return regions;
  return [home, ...regions.filter((region) => region !== home)];
}

/** The shares that bind clients of this home: its exception row, else everybody's row. */
export function admissionFor(decision: Pick<Decision, 'admit' | 'homes'>, home: string): Admission {
  return Object.hasOwn(decision.homes, home) ? (decision.homes[home] as Admission) : decision.admit;
}

/**
 * The region a client must use: the first in its preference order that admits its bucket.
 * A valid decision admits everybody somewhere, so there always is one.
 */
export function routeOf(
  decision: Pick<Decision, 'admit' | 'homes' | 'regions'>,
  home: string,
  bucket: number,
): string {
  const admission = admissionFor(decision, home);
  const order = preferenceOrder(decision.regions, home);
  return order.find((region) => (admission[region] ?? 0) > bucket) ?? (order[0] as string);
}

/** Does this row leave nobody without a region? */
export function admitsEveryone(admission: Admission): boolean {
  return Object.values(admission).some((share) => share === fullShare);
}
