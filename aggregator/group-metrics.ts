// One group in plain numbers, out of what its brain knows.

import { fullShare, type GroupReading, type OrderKind, type Override } from '@regionpilot/protocol';
import { currentView, isResponsible } from './decide/group.ts';
import { healthOf } from './decide/health.ts';
import { overridesInForce } from './decide/orders.ts';
import type { GroupState } from './decide/state.ts';
import { cellOf } from './decide/view.ts';
import type { Policy } from './policy.ts';
import { routedShares } from './routes.ts';

const dayMs = 86_400_000;

/** Of the groups this process answers for. */
export function groupsMetrics(
  states: readonly GroupState[],
  policyOf: (group: string) => Policy,
): readonly GroupReading[] {
  return states.filter(isResponsible).map((state) => groupMetrics(state, policyOf(state.group)));
}

function groupMetrics(state: GroupState, policy: Policy): GroupReading {
  const { group, decision, nowMs } = state;
  const view = currentView(state, policy);
  const version = decision === null ? '' : `${decision.term}.${decision.epoch}`;
  const routed = routedClients(state, view.clientsByHome);
  return {
    group,
    term: decision?.term ?? 0,
    epoch: decision?.epoch ?? 0,
    noSafeTarget: decision?.noSafeTarget ?? false,
    incidentOpen: state.incident !== null,
    movesLastDay: state.moves.filter(({ atMs }) => nowMs - atMs < dayMs).length,
    tilt: Object.keys(state.tilt),
    orders: ordersIn(overridesInForce(state)),
    reporting: view.reporting,
    applied: view.applied[version] ?? 0,
    homes: homesOf(state, view.clientsByHome),
    admitted: decision === null ? {} : { ...decision.homes, '*': decision.admit },
    regions: (decision?.regions ?? view.regions).map((region) => {
      const cell = cellOf(view, '*', region);
      const health = state.health['*']?.[region];
      return {
        region,
        health: health === undefined ? 'unknown' : healthOf(health),
        connected: cell.live,
        down: cell.down,
        stalledMs: cell.stalledMaxMs,
        routed: Math.round(routed.get(region) ?? 0),
        capacity: policy.regionCapacity[region] ?? null,
      };
    }),
  };
}

/** Region → clients whom the decision sends there. */
function routedClients(
  { decision }: GroupState,
  clientsByHome: Readonly<Record<string, number>>,
): ReadonlyMap<string, number> {
  const routed = new Map<string, number>();
  if (decision === null) return routed;
  for (const [home, clients] of Object.entries(clientsByHome)) {
    for (const [region, share] of routedShares(decision, home)) {
      routed.set(region, (routed.get(region) ?? 0) + (clients * share) / fullShare);
    }
  }
  return routed;
}

/** Of two orders of one kind the first in force counts, as it does for the brain. */
function ordersIn(inForce: readonly Override[]): GroupReading['orders'] {
  const orders: Partial<Record<OrderKind, number>> = {};
  for (const { hold, automation, overrideRules, expiresMs } of inForce) {
    if (hold !== null) orders[hold.kind] ??= expiresMs;
    if (automation !== 'enforce') orders[automation] ??= expiresMs;
    if (overrideRules.length > 0) orders.passRules ??= expiresMs;
  }
  return orders;
}

function homesOf(
  { partials }: GroupState,
  reporting: Readonly<Record<string, number>>,
): GroupReading['homes'] {
  const known = new Map<string, number>();
  for (const { homes } of Object.values(partials)) {
    for (const [home, [, count]] of Object.entries(homes)) {
      known.set(home, (known.get(home) ?? 0) + count);
    }
  }
  return Object.fromEntries(
    [...known].map(([home, count]) => [home, [reporting[home] ?? 0, count] as const]),
  );
}
