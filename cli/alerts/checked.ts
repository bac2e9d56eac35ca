// An alerts file that is in order, in a few words: what it sets up, and what is allowed but odd.

import type { ReadAlerts, Route } from '@regionpilot/alerts';
import { severities } from '@regionpilot/protocol';
import { harmless } from '../text.ts';

export type CheckedReport = {
  readonly v: 1;
  readonly file: string;
  readonly rules: Readonly<Record<string, number>>;
  readonly receivers: readonly { readonly name: string; readonly kind: string }[];
  readonly routes: number;
  readonly warnings: readonly string[];
};

export function checkedReport(file: string, { config, warnings }: ReadAlerts): CheckedReport {
  const { rules, receivers, route } = config;
  const count = (severity: string): number =>
    rules.filter((rule) => rule.severity === severity).length;
  return {
    v: 1,
    file,
    rules: Object.fromEntries(severities.map((severity) => [severity, count(severity)])),
    receivers: receivers.map(({ name, kind }) => ({ name, kind })),
    routes: routesIn(route),
    warnings,
  };
}

export function checkedLines(report: CheckedReport): readonly string[] {
  const { file, rules, receivers, routes, warnings } = report;
  const byKind = receivers.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  const bySeverity = Object.entries(rules).map(([severity, count]) => `${count} ${severity}`);
  return [
    `${file} is in order`,
    `  rules: ${bySeverity.join(', ')}`,
    `  receivers: ${byKind === '' ? 'none, so nobody is told' : byKind}`,
    `  routes: ${routes}`,
    ...warnings.map((warning) => `  warning: ${harmless(warning)}`),
  ];
}

function routesIn({ routes }: Route): number {
  return routes.reduce((sum, route) => sum + routesIn(route), 1);
}
