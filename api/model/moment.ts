// A group as it was at a moment: the decision that was in force and how healthy its regions were.

import { type Decision, fullShare, type Health } from '@regionpilot/protocol';
import type { MomentInThePast, TimelineEntry } from '../contract/timeline.ts';

type InForce = Pick<Decision, 'regions' | 'admit' | 'term' | 'epoch' | 'text' | 'noSafeTarget'>;

/**
 * @param entries Up to the moment, oldest first, from a decision on, or from the beginning of the log.
 * @param regions Of the group now: before the first decision on record all of them admitted everybody.
 */
export function momentOf(
  entries: readonly TimelineEntry[],
  regions: readonly string[],
  atMs: number,
): MomentInThePast {
  let decision: InForce = first(regions);
  let health = new Map<string, Health>();
  for (const { event, term } of entries) {
    if (event.kind === 'ownerChanged') decision = { ...decision, term };
    if (event.kind === 'decided') {
      decision = event.decision;
      health = new Map(Object.entries(event.decision.health));
    }
    if (event.kind === 'healthChanged' && event.home === '*') health.set(event.region, event.to);
  }
  const { admit, term, epoch, text, noSafeTarget } = decision;
  return {
    atMs,
    regions: decision.regions.map((region) => ({
      region,
      health: health.get(region) ?? 'unknown',
      admit: admit[region] ?? 0,
    })),
    term,
    epoch,
    text,
    noSafeTarget,
  };
}

/** The one decision that leaves no entry: nothing was moved by it. */
function first(regions: readonly string[]): InForce {
  return {
    regions,
    admit: Object.fromEntries(regions.map((region) => [region, fullShare])),
    term: 0,
    epoch: 1,
    text: 'Every region admits everybody, home first',
    noSafeTarget: false,
  };
}
