// Settings that people change while running: an order lies over the configured policy, `*` first,
// then the group's own. The result passes the same checks as a config file, so an order can make
// nothing of the policy that a file could not; one that does not pass changes nothing at all. Only
// settings that decide are live: what folders count by is shared by all groups, and would make a
// lie of every window that is half full.

import type { PolicyOrder, Problem } from '@regionpilot/protocol';
import { type AggregatorConfig, settingsOf } from './config.ts';
import { type CheckedPolicy, checkPolicy, type Policy } from './policy.ts';
import { isLiveSetting } from './policy-settings.ts';

/** @param order `null`: none was given, or it was taken back. */
export function mergePolicy(
  configured: Policy,
  order: Pick<PolicyOrder, 'settings'> | null,
): CheckedPolicy {
  const settings = order?.settings ?? {};
  const refused = Object.entries(settings)
    .filter(([name]) => !isLiveSetting(name))
    .map(([name, value]) => ({
      path: name,
      value: JSON.stringify(value),
      expected: Object.hasOwn(configured, name)
        ? 'no change while running: set it in the config file and restart'
        : 'a setting of the policy',
    }));
  if (refused.length > 0) return { kind: 'invalid', problems: refused };
  return checkPolicy({ ...configured, ...settings });
}

/** Group (or `*`) → its newest order that was accepted. */
export type PolicyOrders = ReadonlyMap<string, PolicyOrder>;

/** What is ordered for a group: its own order stands before that for all. */
export function orderedSettings(orders: PolicyOrders, group: string): PolicyOrder['settings'] {
  return { ...orders.get('*')?.settings, ...orders.get(group)?.settings };
}

/** The policy a group is judged by now. */
export function policyInForce(
  config: AggregatorConfig,
  orders: PolicyOrders,
  group: string,
): Policy {
  const merged = mergeAll(config, orders, group);
  return merged.kind === 'ok' ? merged.policy : settingsOf(config, group).policy;
}

/**
 * The orders with one more, or all that speaks against it: an order to all groups must fit every
 * group that has settings of its own.
 */
export function takeOrder(
  config: AggregatorConfig,
  orders: PolicyOrders,
  key: string,
  order: PolicyOrder | null,
):
  | { readonly kind: 'taken'; readonly orders: PolicyOrders }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] } {
  const next = new Map(orders);
  if (order === null) next.delete(key);
  else next.set(key, order);
  const concerned = key === '*' ? ['*', ...Object.keys(config.groups), ...next.keys()] : [key];
  const problems = [...new Set(concerned)].flatMap((group) => problemsFor(config, next, group));
  return problems.length === 0 ? { kind: 'taken', orders: next } : { kind: 'refused', problems };
}

function problemsFor(
  config: AggregatorConfig,
  orders: PolicyOrders,
  group: string,
): readonly Problem[] {
  const merged = mergeAll(config, orders, group);
  if (merged.kind === 'ok') return [];
  return merged.problems.map((problem) => ({ ...problem, path: `${group}: ${problem.path}` }));
}

function mergeAll(config: AggregatorConfig, orders: PolicyOrders, group: string): CheckedPolicy {
  const settings = orderedSettings(orders, group);
  return mergePolicy(settingsOf(config, group).policy, { settings });
}
