// Who may decide for a group. The consumer group hands each partition to one aggregator, but a
// paused or cut-off one may not know yet that it lost; so the right to decide is taken in the
// decision log itself. A new owner repeats the last decision under the next term (its claim) and
// decides only after it has read its own claim back. Two that claim the same term see the same
// order of records: the first keeps it, the second takes the next, unless it was the one held up.
// Whoever reads a higher term than its own is fenced and keeps quiet. It tries again only if it goes
// on receiving input while the other neither decides nor beats, for then the other is gone.

import type { Decision } from '@regionpilot/protocol';
import type { Policy } from '../policy.ts';
import { adopted, onlyDown } from './saved.ts';
import { type Effect, type GroupState, record, type Step } from './state.ts';

export type Ownership =
  /** Somebody else's group, or nobody gave it to us. */
  | { readonly kind: 'watching' }
  /** Ours by the consumer group; the claim waits for the first partial. */
  | { readonly kind: 'assigned' }
  | { readonly kind: 'claiming'; readonly term: number; readonly sinceMs: number }
  | { readonly kind: 'owning'; readonly term: number }
  | { readonly kind: 'fenced'; readonly byTerm: number; readonly sinceMs: number };

/** A fenced owner that still gets input and heard nothing newer for this long claims again. */
export const fencedForMs = 10_000;

/** The group was given to this process. */
export function onOwned(state: GroupState): Step {
  return [{ ...state, ownership: { kind: 'assigned' }, watchedSinceMs: null }, []];
}

export function onLost(state: GroupState): Step {
  return [{ ...state, ownership: { kind: 'watching' }, partials: {}, watchedSinceMs: null }, []];
}

/** Does this state want to (re)claim now? Asked whenever input for the group arrives. */
export function shouldClaim(state: GroupState): boolean {
  const { ownership, nowMs } = state;
  switch (ownership.kind) {
    case 'assigned':
      return true;
    case 'fenced':
      return nowMs - ownership.sinceMs >= fencedForMs;
    case 'watching':
    case 'claiming':
    case 'owning':
      return false;
  }
}

/** Repeats `decision` (or publishes the first one) under the next term. */
export function claim(state: GroupState, decision: Decision): Step {
  const term = highestTerm(state) + 1;
  const claimed: Decision = {
    ...decision,
    ...(decision.term === 0 ? {} : repeated),
    term,
    owner: state.instance,
    atMs: state.nowMs,
  };
  return [
    {
      ...state,
      decision: claimed,
      ownership: { kind: 'claiming', term, sinceMs: state.nowMs },
    },
    [{ kind: 'publishDecision', decision: claimed }],
  ];
}

const repeated = { reason: 'ownerChanged', text: 'The same routes under a new owner' } as const;

function highestTerm(state: GroupState): number {
  const { ownership } = state;
  const known = Math.max(state.termSeen, state.decision?.term ?? 0);
  if (ownership.kind === 'fenced') return Math.max(known, ownership.byTerm);
  const claimed = ownership.kind === 'claiming' || ownership.kind === 'owning';
  return claimed ? Math.max(known, ownership.term) : known;
}

/** A record of this group came by in the decision log, ours included. */
export function onDecisionSeen(state: GroupState, seen: Decision, policy: Policy): Step {
  const { ownership } = state;
  switch (ownership.kind) {
    case 'watching':
    case 'assigned':
      return [adopted(state, seen, policy), []];
    case 'fenced':
      return [fenceRenewed(adopted(state, seen, policy), seen), []];
    case 'claiming':
      return whileClaiming(state, ownership, seen, policy);
    case 'owning':
      return whileOwning(state, ownership.term, seen, policy);
  }
}

/** Somebody who holds that term lives: a fenced owner waits on, and nobody takes that term again. */
export function onBeat(before: GroupState, owner: string, term: number): Step {
  if (owner === before.instance) return [before, []];
  const state = { ...before, termSeen: Math.max(before.termSeen, term) };
  const { ownership } = state;
  if (ownership.kind !== 'fenced' || term < ownership.byTerm) return [state, []];
  return [{ ...state, ownership: { ...ownership, sinceMs: state.nowMs } }, []];
}

function whileClaiming(
  state: GroupState,
  { term, sinceMs }: Extract<Ownership, { kind: 'claiming' }>,
  seen: Decision,
  policy: Policy,
): Step {
  if (seen.term < term) return takeOverBase(state, seen, policy);
  if (seen.term === term && seen.owner === state.instance) return settle(state, term);
  if (seen.term === term) {
    // Made after ours, and yet before it in the log: ours was held up, and the group was given on.
    if (seen.atMs > sinceMs) return [fence(state, seen, policy), []];
    // Somebody's claim of the same term stands before ours in the log: take the next.
    const behind: GroupState = {
      ...state,
      ownership: { kind: 'claiming', term, sinceMs: state.nowMs },
    };
    return claimOn(behind, seen, policy);
  }
  return [fence(state, seen, policy), []];
}

/** The old owner spoke between our reading and our claim: our claim must repeat its last word. */
function takeOverBase(state: GroupState, seen: Decision, policy: Policy): Step {
  if (state.decision !== null && seen.epoch <= state.decision.epoch) return [state, []];
  return claimOn(state, seen, policy);
}

/** Claims anew, on top of a decision that is not the one claimed with before. */
function claimOn(state: GroupState, seen: Decision, policy: Policy): Step {
  return claim(adopted({ ...state, decision: null }, seen, policy), seen);
}

function settle(state: GroupState, term: number): Step {
  const owning: GroupState = { ...state, ownership: { kind: 'owning', term } };
  return [
    owning,
    [record(owning, { kind: 'ownerChanged', owner: state.instance, term }), { kind: 'saveState' }],
  ];
}

function whileOwning(state: GroupState, term: number, seen: Decision, policy: Policy): Step {
  if (seen.term > term) return [fence(state, seen, policy), []];
  const stale = seen.term < term || seen.owner !== state.instance;
  if (!stale || state.decision === null) return [state, []];
  // A fenced owner wrote after us. Clients ignore it, but compaction would keep its record as the
  // last of this key, and a client that starts later would believe it. So ours is said again.
  const again: Effect = { kind: 'publishDecision', decision: state.decision };
  return [state, [again]];
}

/** What is seen from here on is not judged, so what was known to be well is no longer known. */
function fence(state: GroupState, seen: Decision, policy: Policy): GroupState {
  return {
    ...adopted(state, seen, policy),
    health: onlyDown(state.health),
    watchedSinceMs: null,
    ownership: { kind: 'fenced', byTerm: seen.term, sinceMs: state.nowMs },
  };
}

function fenceRenewed(state: GroupState, seen: Decision): GroupState {
  return { ...state, ownership: { kind: 'fenced', byTerm: seen.term, sinceMs: state.nowMs } };
}
