// One group in plain numbers, out of what its brain knows.

import { currentView, isResponsible } from './decide/group.ts';
import { healthOf } from './decide/health.ts';
import { ordersOf } from './decide/orders.ts';
import type { GroupState } from './decide/state.ts';
import { cellOf } from './decide/view.ts';
import type { GroupMetrics } from './metrics.ts';
import type { Policy } from './policy.ts';

const dayMs = 86_400_000;

/** Of the groups this process answers for. */
export function groupsMetrics(
  states: readonly GroupState[],
  policyOf: (group: string) => Policy,
): readonly GroupMetrics[] {
  return states.filter(isResponsible).map((state) => groupMetrics(state, policyOf(state.group)));
}

function groupMetrics(state: GroupState, policy: Policy): GroupMetrics {
  const { group, decision, nowMs } = state;
  const view = currentView(state, policy);
  const version = decision === null ? '' : `${decision.term}.${decision.epoch}`;
  return {
    group,
    term: decision?.term ?? 0,
    epoch: decision?.epoch ?? 0,
    noSafeTarget: decision?.noSafeTarget ?? false,
    incidentOpen: state.incident !== null,
    movesLastDay: state.moves.filter(({ atMs }) => nowMs - atMs < dayMs).length,
    tilt: Object.keys(state.tilt),
    holdExpiresMs: ordersOf(state, policy).by?.expiresMs ?? null,
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
      };
    }),
  };
}

function homesOf(
  { partials }: GroupState,
  reporting: Readonly<Record<string, number>>,
): GroupMetrics['homes'] {
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
