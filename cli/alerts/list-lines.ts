// Listed alerts for a person: one line each, what to type to see more first.

import { formatDuration, type Labels } from '@regionpilot/protocol';
import { harmless, type Paint, type Tone, table } from '../text.ts';
import type { AlertsReport, ListedAlert, Told } from './listed.ts';

export function listLines({ alerts, atMs }: AlertsReport, paint: Paint): readonly string[] {
  if (alerts.length === 0) return ['nothing to see: no alert like that'];
  return table(
    ['ALERT', 'SEVERITY', 'STATE', 'SINCE', 'WHAT', 'TOLD', 'ACKED', 'SILENCED', 'SUMMARY'],
    alerts.map((alert) => rowOf(alert, atMs, paint)),
  );
}

function rowOf(alert: ListedAlert, nowMs: number, paint: Paint): readonly string[] {
  const { fingerprint, severity, state, sinceMs, summary, flapping, labels } = alert;
  return [
    fingerprint.slice(0, 8),
    paint(toneOf(alert), severity),
    flapping ? `${state}, flapping` : state,
    `${formatDuration(Math.max(0, nowMs - sinceMs))} ago`,
    harmless(labelsText(labels)),
    alert.told.length === 0 ? 'nobody' : alert.told.map(toldText).join(', '),
    alert.ackedBy === null ? '-' : harmless(alert.ackedBy),
    alert.silencedBy.length === 0 ? '-' : alert.silencedBy.join(', '),
    harmless(summary),
  ];
}

function toneOf({ state, severity, silencedBy }: ListedAlert): Tone {
  if (state === 'resolved') return 'good';
  if (state === 'pending' || silencedBy.length > 0) return 'dim';
  return severity === 'page' ? 'bad' : severity === 'ticket' ? 'warn' : 'strong';
}

/** `oncall`, or `oncall (waiting)`. */
export function toldText({ receiver, outcome }: Told): string {
  return outcome === 'delivered' ? receiver : `${receiver} (${outcomeText[outcome]})`;
}

const outcomeText = {
  superseded: 'superseded',
  deadLettered: 'GIVEN UP',
  waiting: 'waiting',
} as const;

/** `regionDown group=payments region=eu-west`. */
export function labelsText({ alertname, ...labels }: Labels): string {
  const rest = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return [alertname ?? 'an alert without a name', ...rest].join(' ');
}
