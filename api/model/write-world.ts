// What writes must know, out of the world that reads are answered from.

import type { WriteWorld } from '../orders/write-world.ts';
import { presenceOf } from './roster-index.ts';
import type { World } from './world.ts';

export function writeWorldOf(world: World): WriteWorld {
  return {
    orders: () => ({
      decisions: new Map(
        [...world.groups].flatMap(([group, { decision }]) =>
          decision === null ? [] : [[group, decision] as const],
        ),
      ),
      overrides: world.overrides,
    }),
    alerts: () => world.alertsView(),
    alertView: (wanted, nowMs) =>
      world.alerts(nowMs).find(({ fingerprint }) => fingerprint === wanted) ?? null,
    clients: (group) => world.clients(group).filter((row) => presenceOf(row) === 'here'),
    policies: () => world.policies,
    policyOf: (group) => world.policyOf(group),
  };
}
