// The brain of one group: everything it hears goes through `step`, everything it wants done comes
// out as effects. Its time is the log's append time of the partials it reads, so the same log gives
// the same decisions, byte for byte, today and in a replay; and where no partial arrives, no time
// passes and nothing is decided, which is right, for then there is no evidence either.

import type { Decision, Override, Partial } from '@regionpilot/protocol';
import { fullShare } from '@regionpilot/protocol';
import { forgetMs } from '../fold/limits.ts';
import type { Policy } from '../policy.ts';
import { act } from './act.ts';
import { closeIncident, noteConvergence, noteSickClients } from './aftermath.ts';
import { proposeClosing } from './closing.ts';
import { proposeHold, proposeRegions } from './holding.ts';
import { judgeAll } from './judging.ts';
import { onOverride, ordersOf } from './orders.ts';
import { claim, onBeat, onDecisionSeen, onLost, onOwned, shouldClaim } from './ownership.ts';
import type { Situation } from './proposal.ts';
import { proposeReturn, proposeSafeAgain } from './returning.ts';
import { onlyDown, restored, type SavedGroup } from './saved.ts';
import { chain, type GroupState, type Step } from './state.ts';
import { setTilt, watchInput } from './tilt.ts';
import { type View, viewOf } from './view.ts';

export type GroupInput =
  /** A partial of this group, with the time its record was appended to the log. */
  | { readonly kind: 'partial'; readonly partial: Partial; readonly nowMs: number }
  /** A decision of this group in the log, ours included. */
  | { readonly kind: 'decisionSeen'; readonly decision: Decision }
  /** A heartbeat that answers for this group under that term, ours included. */
  | { readonly kind: 'beatSeen'; readonly owner: string; readonly term: number }
  | {
      readonly kind: 'override';
      readonly scope: 'group' | 'all';
      readonly override: Override | null;
    }
  /** The shell noticed (or no longer notices) that time or input is not to be trusted. */
  | {
      readonly kind: 'tilt';
      readonly reason: string;
      readonly active: boolean;
      readonly text: string;
    }
  /** The consumer group gave this group's partition to this process, or took it away. */
  | { readonly kind: 'owned'; readonly saved: SavedGroup | null }
  | { readonly kind: 'lost' };

/** One input of one group: the next state and what should happen. Never reads a clock. */
export function step(state: GroupState, input: GroupInput, policy: Policy): Step {
  switch (input.kind) {
    case 'partial':
      return onPartial(state, input.partial, input.nowMs, policy);
    case 'decisionSeen':
      return onDecisionSeen(state, input.decision, policy);
    case 'beatSeen':
      return onBeat(state, input.owner, input.term);
    case 'override':
      return onOverride(state, input.scope, input.override);
    case 'tilt':
      return setTilt(state, input.reason, input.active, input.text);
    case 'owned':
      return onOwned(restored(state, input.saved, policy));
    case 'lost':
      return onLost(state);
  }
}

function onPartial(before: GroupState, partial: Partial, nowMs: number, policy: Policy): Step {
  const [state, claimed] = claimIfDue(keep(at(before, nowMs, policy), partial, policy), policy);
  // Another instance decides: what it sees it also records.
  if (!isResponsible(state)) return [state, claimed];
  const view = currentView(state, policy);
  const replay = {
    state: before,
    input: { kind: 'partial', partial: light(partial), nowMs },
    policy,
  };
  return chain(
    state,
    (s) => [s, claimed],
    (s) => watchInput(s, view, policy),
    (s) => judgeAll(s, view, policy),
    (s) => noteSickClients(s, view, policy),
    (s) => propose(s, view, policy, replay),
    (s) => noteConvergence(s, view),
    (s) => closeIncident(s),
  );
}

function propose(
  state: GroupState,
  view: View,
  policy: Policy,
  replay: Parameters<typeof act>[2],
): Step {
  const orders = ordersOf(state, policy);
  const situation: Situation = { state, view, regions: regionsOf(state, view), orders, policy };
  const closing = proposeClosing(situation);
  return act(
    situation,
    [
      proposeHold(situation),
      closing,
      closing?.noSafeTarget === true ? null : proposeSafeAgain(situation),
      proposeRegions(situation),
      proposeReturn(situation),
    ],
    replay,
  );
}

/** The first decision of a group admits everybody everywhere: home first. */
function claimIfDue(state: GroupState, policy: Policy): Step {
  if (!shouldClaim(state)) return [state, []];
  const regions = regionsOf(state, currentView(state, policy));
  if (state.decision === null && regions.length === 0) return [state, []];
  return claim(state, state.decision ?? firstDecision(state, regions));
}

function firstDecision(state: GroupState, regions: readonly string[]): Decision {
  return {
    v: 1,
    group: state.group,
    term: 0,
    epoch: 1,
    owner: state.instance,
    atMs: state.nowMs,
    reason: 'initial',
    text: `First decision: ${regions.join(', ')} admit everybody, home first`,
    regions,
    admit: Object.fromEntries(regions.map((region) => [region, fullShare])),
    homes: {},
    noSafeTarget: false,
    health: Object.fromEntries(regions.map((region) => [region, 'unknown'])),
    evidence: [],
    incident: null,
  };
}

/** Configured order first, then what was decided on, then newcomers by name; 16 at most. */
function regionsOf(state: GroupState, view: View): readonly string[] {
  const all = [...state.preferred, ...(state.decision?.regions ?? []), ...view.regions];
  return [...new Set(all)].slice(0, 16);
}

/**
 * The newest word of each partition. While a partition changes hands two may speak for it, and one
 * that stood still says late what was true before.
 */
function keep(state: GroupState, partial: Partial, policy: Policy): GroupState {
  const known = state.partials[partial.partition];
  const isFresh = known !== undefined && known.atMs >= state.nowMs - policy.clientSilentMs;
  if (isFresh && partial.atMs < known.atMs) return state;
  return {
    ...state,
    watchedSinceMs: state.watchedSinceMs ?? state.nowMs,
    partials: { ...state.partials, [partial.partition]: light(partial) },
  };
}

/**
 * Time moves to `nowMs`, never back. After a stretch without any input what was known to be healthy
 * is no longer known, and a new window must be seen before anything is decided.
 */
function at(state: GroupState, nowMs: number, policy: Policy): GroupState {
  const blind = state.nowMs > 0 && nowMs - state.nowMs > policy.clientSilentMs;
  const moved = { ...state, nowMs: Math.max(state.nowMs, nowMs) };
  return blind ? { ...moved, watchedSinceMs: null, health: onlyDown(state.health) } : moved;
}

/** Latency plays no part in decisions and would be most of the state's weight. */
function light(partial: Partial): Partial {
  return { ...partial, cells: partial.cells.map((cell) => ({ ...cell, latency: [] })) };
}

/** A partition nobody speaks for is forgotten as a client is: after a minute. */
/** What the group looks like now: the latest partials, without those that are too old. */
export function currentView(state: GroupState, policy: Policy): View {
  const known = Object.values(state.partials).filter(({ atMs }) => atMs >= state.nowMs - forgetMs);
  return viewOf(known, state.nowMs - policy.clientSilentMs);
}

/** This process decides for the group, or is about to. */
export function isResponsible({ ownership }: GroupState): boolean {
  return ownership.kind === 'claiming' || ownership.kind === 'owning';
}
