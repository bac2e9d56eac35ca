// What a template may say: the notice, and beside it the few things every message needs and no
// template should have to work out. Plain data only, so that a template finds values, never code.

import type { Alert, Notice } from '@regionpilot/protocol';
import { clip, oneLine } from './text.ts';

/** One alert as templates see it: times are ISO 8601 in UTC. */
export type AlertView = Alert & {
  readonly startsAt: string;
  readonly endsAt: string | null;
};

/** `notice` in templates. */
export type NoticeView = Omit<Notice, 'alerts'> & {
  readonly alerts: readonly AlertView[];
  /** The word in brackets: the severity while it is on, else what happened. */
  readonly tag: string;
  /** The first alert's summary, or what this notice is where it carries no alert. */
  readonly headline: string;
  /** Values of the group labels that the headline does not say already, for example `payments-cache`. */
  readonly about: string;
  /** Alerts beside the first, those that were only counted included. */
  readonly more: number;
  readonly at: string;
};

/** Everything a template can reach. */
export function viewOf(notice: Notice): NoticeView {
  const { alerts, truncatedAlerts } = notice;
  const counted = told(notice).length + truncatedAlerts;
  const headline = headlineOf(notice);
  return {
    ...notice,
    alerts: alerts.map(alertView),
    tag: tagOf(notice),
    headline,
    about: aboutOf(notice, headline),
    more: Math.max(0, counted - 1),
    at: iso(notice.atMs),
  };
}

/** ISO 8601 with milliseconds, UTC. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Severity while something fires; afterwards what became of it. */
function tagOf(notice: Notice): string {
  switch (notice.action) {
    case 'trigger':
      return notice.severity;
    case 'acknowledge':
      return 'acknowledged';
    case 'resolve':
      return notice.reason === 'silenced' ? 'silenced' : 'resolved';
    case 'change':
    case 'heartbeat':
    case 'probe':
    case 'test':
      return notice.action;
  }
}

function headlineOf(notice: Notice): string {
  const first = notice.alerts[0];
  const summary = oneLine(first?.summary ?? '');
  return summary || first?.labels['alertname'] || fallbacks[notice.action];
}

const fallbacks: Readonly<Record<Notice['action'], string>> = {
  trigger: 'RegionPilot alert',
  acknowledge: 'RegionPilot alert',
  resolve: 'RegionPilot alert',
  change: 'Something changed',
  heartbeat: 'RegionPilot alerting is alive',
  probe: 'RegionPilot delivery probe',
  test: 'RegionPilot test: this receiver works',
};

function aboutOf(notice: Notice, headline: string): string {
  const said = (value: string) => headline.includes(value);
  const { group, ...labels } = notice.groupLabels;
  const values = [
    group ?? '',
    ...Object.entries(labels)
      .filter(isPlace)
      .map(([, value]) => value),
  ];
  return oneLine([...new Set(values)].filter((value) => value !== '' && !said(value)).join(', '));
}

function isPlace([name]: readonly [string, string]): boolean {
  return name !== 'alertname' && name !== 'severity';
}

/** While something still fires, what fires counts; at the end all of it. */
function told(notice: Notice): readonly Alert[] {
  if (notice.action === 'resolve') return notice.alerts;
  const open = notice.alerts.filter((alert) => alert.state !== 'resolved');
  return open.length > 0 ? open : notice.alerts;
}

/** More than a message can show; what a template does with it stays small. */
const maxDescription = 4_000;

function alertView(alert: Alert): AlertView {
  return {
    ...alert,
    // One line each, or a label could write lines of its own: "Runbook: https://…".
    summary: oneLine(alert.summary),
    why: oneLine(alert.why),
    description: clip(alert.description, maxDescription),
    startsAt: iso(alert.startsMs),
    endsAt: alert.endsMs === null ? null : iso(alert.endsMs),
  };
}
