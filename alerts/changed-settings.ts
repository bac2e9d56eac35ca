// Which settings of alerting differ from what ships: the first thing to know of somebody else's
// deployment. Receivers and routes are always somebody's own, so they are not among them.

import type { SettingReading } from '@regionpilot/protocol';
import { alertingDefaults } from './config/defaults.ts';
import type { AlertingConfig } from './config.ts';
import type { Rule } from './rule.ts';
import { shippedRules } from './rules/shipped.ts';

export function changedAlerting(config: AlertingConfig): SettingReading[] {
  const plain = (Object.keys(alertingDefaults) as (keyof typeof alertingDefaults)[])
    .map((name) => ['*', name, JSON.stringify(config[name])] as const)
    .filter(([, name, value]) => value !== JSON.stringify(alertingDefaults[name]));
  return [...plain, ...changedRules(config.rules)];
}

function changedRules(rules: readonly Rule[]): readonly SettingReading[] {
  const shipped = new Map(shippedRules.map((rule) => [rule.name, JSON.stringify(rule)]));
  const kept = new Set(rules.map(({ name }) => name));
  const off = [...shipped.keys()].filter((name) => !kept.has(name));
  return [
    ...off.map((name) => ['*', `rules.${name}`, 'off'] as const),
    ...rules
      .filter((rule) => shipped.get(rule.name) !== JSON.stringify(rule))
      .map(({ name }) => ['*', `rules.${name}`, shipped.has(name) ? 'changed' : 'own'] as const),
  ];
}
