// The settings in force of a group and where each comes from.

import { type Policy, parsePolicy, policyDefaults, policySettings } from '@regionpilot/aggregator';
import type { PolicyOrder } from '@regionpilot/protocol';
import type { PolicyView } from '../contract/policy.ts';

/** @param recorded By what the last decision on record was made. */
export function policyInForce(
  recorded: Policy,
  orders: ReadonlyMap<string, PolicyOrder>,
  group: string,
): Policy {
  const changes = { ...orders.get('*')?.settings, ...orders.get(group)?.settings };
  if (Object.keys(changes).length === 0) return recorded;
  try {
    return parsePolicy({ ...recorded, ...changes });
  } catch {
    // What the decider would refuse changes nothing here either.
    return recorded;
  }
}

export function policyView(
  group: string,
  policy: Policy,
  orders: ReadonlyMap<string, PolicyOrder>,
): PolicyView {
  const ordered = { ...orders.get('*')?.settings, ...orders.get(group)?.settings };
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
export function policyEtag(orders: ReadonlyMap<string, PolicyOrder>, group: string): string {
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
