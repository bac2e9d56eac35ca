// What is watched around decisions: how a decision spreads through the fleet, which clients are ill
// by themselves, and when an incident is over.

import type { Policy } from '../policy.ts';
import { judge } from './judge.ts';
import { type Effect, type GroupState, record, type Step } from './state.ts';
import type { View } from './view.ts';

/** A client is named again as ill by itself only after this long. */
const setAsideAgainMs = 600_000;
const setAsideMost = 64;

/** Clients that fail alone: their region is fine for the rest. */
export function noteSickClients(state: GroupState, view: View, policy: Policy): Step {
  const known = Object.entries(state.setAside).filter(
    ([, sinceMs]) => state.nowMs - sinceMs < setAsideAgainMs,
  );
  const setAside = new Map(known.slice(-setAsideMost));
  const effects: Effect[] = [];
  for (const region of view.regions) {
    const { verdict, evidence } = judge(view, '*', region, policy);
    if (verdict !== 'ok') continue;
    for (const client of evidence.sampleVoters) {
      if (setAside.has(client)) continue;
      setAside.set(client, state.nowMs);
      const why = `${evidence.voters + evidence.setAside} of ${evidence.engagedClients + evidence.setAside} clients fail there, ${evidence.quorum} wanted`;
      effects.push(record(state, { kind: 'clientSetAside', client, region, why }));
    }
  }
  return [{ ...state, setAside: Object.fromEntries(setAside) }, effects];
}

/** Has every reporting client applied the last decision? */
export function noteConvergence(state: GroupState, view: View): Step {
  const { converging } = state;
  if (converging === null) return [state, []];
  const applied = view.applied[`${converging.term}.${converging.epoch}`] ?? 0;
  const clients = Object.values(view.applied).reduce((sum, each) => sum + each, 0);
  if (clients === 0 || applied < clients) return [state, []];
  const { term, epoch, sinceMs } = converging;
  const tookMs = state.nowMs - sinceMs;
  const next = { ...state, converging: null };
  return [next, [record(state, { kind: 'converged', term, epoch, clients, applied, tookMs })]];
}

/** Over when every region is open and healthy (or unused), and the fleet follows the last decision. */
export function closeIncident(state: GroupState): Step {
  const { incident } = state;
  if (incident === null || state.converging !== null || Object.keys(state.gates).length > 0) {
    return [state, []];
  }
  const healths = Object.values(state.health).flatMap((row) => Object.values(row));
  const calm = healths.every(({ kind }) => kind === 'healthy' || kind === 'unknown');
  if (!calm || state.decision?.noSafeTarget === true) return [state, []];
  const closed = record(state, { kind: 'closed', openedMs: incident.openedMs });
  return [{ ...state, incident: null }, [closed, { kind: 'saveState' }]];
}
