// The settings in force of a group and where each comes from.

import {
  mergePolicy,
  orderedSettings,
  type Policy,
  type PolicyOrders,
  policyDefaults,
  policySettings,
} from '@regionpilot/aggregator';
import type { PolicyView } from '../contract/policy.ts';

/**
 * As the decider merges them: what it would refuse changes nothing here either.
 * @param recorded By what the last decision on record was made.
 */
export function policyInForce(recorded: Policy, orders: PolicyOrders, group: string): Policy {
  const merged = mergePolicy(recorded, { settings: orderedSettings(orders, group) });
  return merged.kind === 'ok' ? merged.policy : recorded;
}

export function policyView(group: string, policy: Policy, orders: PolicyOrders): PolicyView {
  const ordered = orderedSettings(orders, group);
  return {
    group,
    settings: policySettings.map(({ name, default: fallback, unit, meaning, live }) => ({
      name,
      value: policy[name],
      default: fallback,
      origin: originOf(name, policy, ordered),
      meaning: unit === '' ? meaning : `${meaning} (${unit})`,
      live,
    })),
  };
}

/** Grows with every order that concerns the group: what `If-Match` is compared with. */
export function policyEtag(orders: PolicyOrders, group: string): string {
  return `"${orders.get('*')?.version ?? 0}.${orders.get(group)?.version ?? 0}"`;
}

function originOf(
  name: keyof Policy,
  policy: Policy,
  ordered: Readonly<Record<string, unknown>>,
): PolicyView['settings'][number]['origin'] {
  if (Object.hasOwn(ordered, name)) return 'order';
  const differs = JSON.stringify(policy[name]) !== JSON.stringify(policyDefaults[name]);
  return differs ? 'config' : 'default';
}
