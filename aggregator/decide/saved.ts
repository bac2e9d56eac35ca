// What survives a change of owner. The decision log alone says where clients are; the snapshot adds
// why a gate is shut, how often a region failed today and which incident is open. A snapshot that
// is older than the last decision is worth less than the decision, so then the gates are read off it.

import type { Decision, Hold, Override } from '@regionpilot/protocol';
import { fullShare } from '@regionpilot/protocol';
import type { Policy } from '../policy.ts';
import { type Gate, type Gates, withGate } from './gates.ts';
import type { GroupState, Incident, Move } from './state.ts';

export type SavedGroup = {
  readonly v: 1;
  readonly group: string;
  readonly epoch: number;
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
    v: 1,
    group: state.group,
    epoch: state.decision?.epoch ?? 0,
    nowMs: state.nowMs,
    gates: state.gates,
    held: state.held,
    moves: state.moves,
    health: state.health,
    overrides: state.overrides,
    incident: state.incident,
  };
}

export function restored(state: GroupState, saved: SavedGroup | null, policy: Policy): GroupState {
  const { decision } = state;
  if (saved === null) return decision === null ? state : fromDecision(state, decision, policy);
  const kept: GroupState = {
    ...state,
    moves: saved.moves,
    health: onlyDown(saved.health),
    incident: saved.incident,
  };
  if (decision !== null && decision.epoch !== saved.epoch)
    return fromDecision(kept, decision, policy);
  return { ...kept, gates: saved.gates, held: saved.held };
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
