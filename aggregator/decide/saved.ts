// What survives a change of owner. The decision log alone says where clients are; the snapshot adds
// why a gate is shut, how often a region failed today and which incident is open. A snapshot that
// is older than the last decision is worth less than the decision, so then the gates are read off it.

import type { Decision, Hold, Override } from '@regionpilot/protocol';
import { admissionFor, fullShare, isNewer } from '@regionpilot/protocol';
import type { Policy } from '../policy.ts';
import { type Gate, type Gates, rowsOf, sameRows, withGate } from './gates.ts';
import { firstOpen } from './receivers.ts';
import type { GroupState, Incident, Move } from './state.ts';

export type SavedGroup = {
  readonly v: 2;
  readonly group: string;
  /** The decision the gates led to. */
  readonly decision: Decision | null;
  readonly nowMs: number;
  readonly gates: Gates;
  readonly held: Hold | null;
  readonly moves: readonly Move[];
  readonly health: GroupState['health'];
  readonly overrides: { readonly group: Override | null; readonly all: Override | null };
  readonly incident: Incident | null;
};

export function save(state: GroupState): SavedGroup {
  return {
    v: 2,
    group: state.group,
    decision: state.decision,
    nowMs: state.nowMs,
    gates: state.gates,
    held: state.held,
    moves: state.moves,
    health: state.health,
    overrides: state.overrides,
    incident: state.incident,
  };
}

/**
 * What the snapshot adds to a state that already took over the log's last decision. The log may end
 * in an old word: a fenced owner's, written when nobody was left to say ours again.
 */
export function restored(state: GroupState, saved: SavedGroup | null, policy: Policy): GroupState {
  if (saved === null) return state;
  const decision = newest(state.decision, saved.decision);
  const kept: GroupState = {
    ...state,
    decision,
    moves: mergedMoves(saved.moves, state.moves),
    health: onlyDown(saved.health),
    incident: saved.incident,
  };
  const fits = decision === null || explains(saved.gates, saved.held, decision, policy);
  return fits ? { ...kept, gates: saved.gates, held: saved.held } : kept;
}

function newest(a: Decision | null, b: Decision | null): Decision | null {
  if (a === null || b === null) return a ?? b;
  return isNewer(b, a) ? b : a;
}

/**
 * A decision of the log that is newer than what we hold becomes ours, with gates that say the same.
 * One that somebody else made may have moved clients: then the cool-down counts from there.
 */
export function adopted(state: GroupState, seen: Decision, policy: Policy): GroupState {
  if (state.decision !== null && !isNewer(seen, state.decision)) return state;
  const move = seen.owner === state.instance ? null : moveOf(seen);
  const next: GroupState = {
    ...state,
    decision: seen,
    moves: move === null ? state.moves : mergedMoves(state.moves, [move]),
  };
  return explains(state.gates, state.held, seen, policy) ? next : fromDecision(next, seen, policy);
}

/** Do these gates lead to what was decided? If not, they are another decision's, or another owner's. */
function explains(gates: Gates, held: Hold | null, decision: Decision, policy: Policy): boolean {
  const rows = rowsOf(gates, decision.regions, held, policy.ramp);
  return rows !== null && sameRows(rows, decision);
}

const moveReasons: readonly Decision['reason'][] = [
  'regionDown',
  'regionDownFromHome',
  'rampAborted',
];

/** The move a decision was, as far as the decision alone tells. */
function moveOf(decision: Decision): Move | null {
  const [first] = decision.evidence;
  if (first === undefined || !moveReasons.includes(decision.reason)) return null;
  const receivers = decision.evidence.flatMap(({ home }) => {
    const row = admissionFor(decision, home);
    return firstOpen(decision.regions, home, (region) => row[region] ?? 0) ?? [];
  });
  return { atMs: decision.atMs, region: first.region, receivers: [...new Set(receivers)] };
}

function mergedMoves(a: readonly Move[], b: readonly Move[]): readonly Move[] {
  const times = new Set(a.map(({ atMs }) => atMs));
  const more = b.filter(({ atMs }) => !times.has(atMs));
  return [...a, ...more].sort((one, other) => one.atMs - other.atMs);
}

/** "Down" outlives the owner that saw it; anything better must be seen again. */
export function onlyDown(health: GroupState['health']): GroupState['health'] {
  return Object.fromEntries(
    Object.entries(health).map(([home, row]) => [
      home,
      Object.fromEntries(Object.entries(row).filter(([, each]) => each.kind === 'down')),
    ]),
  );
}

function fromDecision(state: GroupState, decision: Decision, policy: Policy): GroupState {
  const rows = [['*', decision.admit] as const, ...Object.entries(decision.homes)];
  let gates: Gates = {};
  for (const [home, admission] of rows) {
    for (const [region, share] of Object.entries(admission)) {
      const inherited = home !== '*' && share === decision.admit[region];
      if (!inherited) gates = withGate(gates, home, region, gateFor(share, decision.atMs, policy));
    }
  }
  return { ...state, gates, held: null };
}

function gateFor(share: number, sinceMs: number, policy: Policy): Gate {
  if (share === fullShare) return { kind: 'open' };
  if (share === 0) return { kind: 'closed', sinceMs };
  const step = policy.ramp.findIndex((each) => each >= share);
  return { kind: 'ramping', step: Math.max(0, step), stepSinceMs: sinceMs };
}
