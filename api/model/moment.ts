// A group as it was at a moment: the decision that was in force and how healthy its regions were.

import type { Decision, Health } from '@regionpilot/protocol';
import type { MomentInThePast, TimelineEntry } from '../contract/timeline.ts';

/** @param entries Up to the moment, oldest first, from a decision on; null: it holds no decision. */
export function momentOf(entries: readonly TimelineEntry[], atMs: number): MomentInThePast | null {
  let decision: Decision | null = null;
  let health = new Map<string, Health>();
  for (const { event } of entries) {
    if (event.kind === 'decided') {
      decision = event.decision;
      health = new Map(Object.entries(event.decision.health));
    }
    if (event.kind === 'healthChanged' && event.home === '*') health.set(event.region, event.to);
  }
  if (decision === null) return null;
  const { regions, admit, term, epoch, text, noSafeTarget } = decision;
  return {
    atMs,
    regions: regions.map((region) => ({
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
