// Which settings differ from their defaults: the first thing to know of somebody else's deployment.

import type { SettingReading } from '@regionpilot/protocol';
import { type AggregatorConfig, parseAggregatorConfig } from './config.ts';
import { type Policy, policyDefaults } from './policy.ts';

/** Of all groups (`*`), then of each group what differs from that. Names of this process are none. */
export function changedSettings({
  policy,
  groups,
  snapshotMs,
}: AggregatorConfig): SettingReading[] {
  const usual = parseAggregatorConfig({}).snapshotMs;
  return [
    ...changedPolicy('*', policy, policyDefaults),
    ...(snapshotMs === usual ? [] : [['*', 'snapshotMs', `${snapshotMs}`] as const]),
    ...Object.entries(groups).flatMap(([group, own]) => [
      ...changedPolicy(group, own.policy, policy),
      ...(own.regions.length === 0 ? [] : [[group, 'regions', own.regions.join(' ')] as const]),
    ]),
  ];
}

function changedPolicy(scope: string, policy: Policy, usual: Policy): readonly SettingReading[] {
  return (Object.keys(usual) as (keyof Policy)[])
    .map((name) => [scope, name, JSON.stringify(policy[name])] as const)
    .filter(([, name, value]) => value !== JSON.stringify(usual[name]));
}
