// What operators ordered of a group, as far as it has not ended.

import type { AutomationMode, Override } from '@regionpilot/protocol';
import type { OrderInForce } from '../contract/groups.ts';

/** The group's own order first, then the one for all groups. */
export function ordersInForce(
  group: string,
  overrides: ReadonlyMap<string, Override>,
  nowMs: number,
): readonly OrderInForce[] {
  const scopes = [[group, 'group'] as const, ['*', 'all'] as const];
  return scopes.flatMap(([key, scope]) => {
    const order = overrides.get(key);
    if (order === undefined || order.expiresMs <= nowMs) return [];
    const { hold, automation, overrideRules, author, reason, atMs, expiresMs } = order;
    return [{ scope, hold, automation, overrideRules, author, reason, atMs, expiresMs }];
  });
}

const strictness: Readonly<Record<AutomationMode, number>> = { enforce: 0, shadow: 1, off: 2 };

/** The strictest of policy and orders, as the decider reads them. */
export function automationOf(
  policy: AutomationMode,
  orders: readonly Pick<OrderInForce, 'automation'>[],
): AutomationMode {
  return orders.reduce<AutomationMode>(
    (mode, { automation }) => (strictness[automation] > strictness[mode] ? automation : mode),
    policy,
  );
}
