// What is watched around decisions: how a decision spreads through the fleet, which clients are ill
// by themselves, and when an incident is over.

import type { Policy } from '../policy.ts';
import { judge } from './judge.ts';
import { type Effect, type GroupState, record, type Step } from './state.ts';
import type { View } from './view.ts';

/** A client is named again as ill by itself only after this long. */
const setAsideAgainMs = 600_000;
const setAsideMost = 64;

type SetAside = GroupState['setAside'];

/**
 * Clients that fail alone: their region is fine for the rest, and has been for a whole window. The
 * first votes of a real outage look the same for a moment, and must not be called one client's fault.
 */
export function noteSickClients(state: GroupState, view: View, policy: Policy): Step {
  const alone = view.regions.flatMap((region) => failingAlone(view, region, policy));
  const setAside = new Map(remembered(state, alone));
  const effects: Effect[] = [];
  for (const { client, region, why } of alone) {
    const { sinceMs, told } = setAside.get(client) ?? { sinceMs: state.nowMs, told: false };
    const tell = !told && state.nowMs - sinceMs >= policy.longWindowMs;
    if (tell) effects.push(record(state, { kind: 'clientSetAside', client, region, why }));
    setAside.set(client, { sinceMs, told: told || tell });
  }
  return [{ ...state, setAside: Object.fromEntries([...setAside].slice(-setAsideMost)) }, effects];
}

type Alone = { readonly client: string; readonly region: string; readonly why: string };

function failingAlone(view: View, region: string, policy: Policy): readonly Alone[] {
  const { verdict, evidence } = judge(view, '*', region, policy);
  if (verdict !== 'ok') return [];
  const { voters, setAside, engagedClients, quorum } = evidence;
  const why = `${voters + setAside} of ${engagedClients + setAside} clients fail there, ${quorum} wanted`;
  return evidence.sampleVoters.map((client) => ({ client, region, why }));
}

/** Those that still fail, and those named not long ago. */
function remembered(state: GroupState, alone: readonly Alone[]): [string, SetAside[string]][] {
  const failing = new Set(alone.map(({ client }) => client));
  return Object.entries(state.setAside).filter(([client, { sinceMs, told }]) =>
    told ? state.nowMs - sinceMs < setAsideAgainMs : failing.has(client),
  );
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
