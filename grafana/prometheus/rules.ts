// Prometheus' rule file: what is recorded, and what pages.

import { budgetLeftRecording, type Recording, recordings } from '../budget.ts';
import { runbookBase } from '../uids.ts';
import { budgetAlerts, machineryAlerts, type PrometheusAlert, regionAlerts } from './alerts.ts';

export const allRecordings: readonly Recording[] = [
  ...recordings(['5m', '30m', '1h', '2h', '6h', '1d', '3d']),
  budgetLeftRecording,
];

export const allAlerts: readonly PrometheusAlert[] = [
  ...regionAlerts,
  ...budgetAlerts,
  ...machineryAlerts,
];

/** Days are read every 5 minutes only: they cost most and change least. */
export function ruleFile(): object {
  return {
    groups: [
      group('regionpilot-budget', '30s', recordings(['5m', '30m', '1h']).map(recorded)),
      group('regionpilot-budget-long', '5m', [
        ...recordings(['2h', '6h', '1d', '3d']).map(recorded),
        recorded(budgetLeftRecording),
      ]),
      group('regionpilot-budget-alerts', '30s', budgetAlerts.map(alerted)),
      group('regionpilot-regions', '10s', regionAlerts.map(alerted)),
      group('regionpilot-machinery', '10s', machineryAlerts.map(alerted)),
    ],
  };
}

function group(name: string, interval: string, rules: readonly object[]): object {
  return { name, interval, rules };
}

function recorded({ record, expr }: Recording): object {
  return { record, expr };
}

function alerted({
  alert,
  expr,
  severity,
  summary,
  description,
  runbook,
  ...rule
}: PrometheusAlert): object {
  return {
    alert,
    expr,
    for: rule.for,
    labels: { severity },
    annotations: { summary, description, runbook_url: `${runbookBase}${runbook}` },
  };
}
