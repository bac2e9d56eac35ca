// A decision somebody named and we do not hold. It is usually a moment behind the beat that names
// it; when it does not come, the topic is read again from its start, ever more patiently. Until then
// nothing this group's decider says counts as news: it speaks of a state we have not seen.

import type { Version } from '@regionpilot/protocol';
import {
  count,
  type Following,
  newest,
  type Step,
  type Subscription,
  versionOf,
  withGroup,
} from './subscription-state.ts';

const graceMs = 500;
const graceMaxMs = 30_000;

/** A beat names a decision newer than ours. */
export function miss(state: Subscription, name: string, wanted: Version, nowMs: number): Step {
  const group = state.groups.get(name);
  if (group === undefined) return [state, []];
  const { missing } = group;
  if (missing !== null) {
    const both = { ...missing, wanted: newest(missing.wanted, wanted) };
    return [withGroup(state, name, { ...group, missing: both }), []];
  }
  const next = withGroup(state, name, { ...group, missing: { wanted, sinceMs: nowMs, tries: 0 } });
  const held = versionOf(group.held);
  return [count(next, 'missed'), [{ kind: 'missed', group: name, held, wanted }]];
}

/** It did not come in time: look for it. */
export function searchMissing(
  state: Subscription,
  name: string,
  group: Following,
  nowMs: number,
): Step {
  const { missing } = group;
  if (missing === null || state.kind === 'catchingUp') return [state, []];
  const waitMs = Math.min(graceMs * 2 ** missing.tries, graceMaxMs);
  if (nowMs - missing.sinceMs < waitMs) return [state, []];
  const again = { ...missing, sinceMs: nowMs, tries: missing.tries + 1 };
  return [withGroup(state, name, { ...group, missing: again }), [{ kind: 'readAgain' }]];
}
