// The bodies of PagerDuty's events, within all their limits: what is too long is cut by code points,
// and details that are too large give way to smaller ones, since an event that is refused pages nobody.

import type { Alert, Notice, Severity } from '@regionpilot/protocol';
import { fingerprintOf } from '../fingerprint.ts';
import { firstThatFits, mostThatFit } from './fit.ts';
import { httpUrl, type Link, linksOf } from './links.ts';
import { clean, clip, mapTexts } from './text.ts';
import { iso } from './view.ts';

export type Message = {
  readonly notice: Notice;
  readonly title: string;
  readonly body: string;
  /** The routing key. */
  readonly key: string;
};

/** Bytes of a whole body, as Alertmanager counts PagerDuty's "512 KB". */
const maxBodyBytes = 512_000;
const maxSummary = 1_024;
const maxDedupKey = 255;
const maxField = 255;

const severities: Readonly<Record<Severity, 'critical' | 'warning' | 'info'>> = {
  page: 'critical',
  ticket: 'warning',
  info: 'info',
};

/** For `/v2/enqueue`. Only a trigger carries more than which alert is meant. */
export function alertBody(message: Message): string {
  const { notice, key } = message;
  const action = notice.action === 'test' ? 'trigger' : notice.action;
  const event = { routing_key: key, event_action: action, dedup_key: dedupKey(notice.dedupKey) };
  if (action !== 'trigger') return JSON.stringify(event);
  return withDetails(message, (details) => ({ ...event, ...details }));
}

/** For `/v2/change/enqueue`. */
export function changeBody(message: Message): string {
  return withDetails(message, ({ payload, links }) => {
    const { summary, source, timestamp, custom_details } = payload;
    const told = { summary, source, timestamp, custom_details };
    return { routing_key: message.key, payload: told, ...(links && { links }) };
  });
}

/** Everything; else cut texts and as many alerts as fit; else a note in place of the details. */
function withDetails(message: Message, finish: (details: Details) => unknown): string {
  const all = message.notice.alerts.length;
  const full = (count: number) => mapTexts(customDetails(message, count), clean);
  const cut = (count: number) =>
    finish(
      detailsOf(
        message,
        mapTexts(full(count), (text) => clip(text, 500)),
        5,
      ),
    );
  return firstThatFits(maxBodyBytes, [
    () => finish(detailsOf(message, full(all), 20)),
    () => cut(mostThatFit(maxBodyBytes, all, cut)),
    () => finish(detailsOf(message, stub(message), 1)),
  ]);
}

function stub({ notice }: Message): unknown {
  return {
    note: `The details were left out: with them the event is over PagerDuty's ${maxBodyBytes} bytes. \`regionpilot alerts show\` has them.`,
    alertCount: notice.alerts.length + notice.truncatedAlerts,
  };
}

type Details = {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly links?: readonly Link[];
  readonly client: string;
  readonly client_url?: string;
};

function detailsOf(message: Message, details: unknown, maxLinks: number): Details {
  const { notice, title } = message;
  const first = notice.alerts[0];
  const { group, region } = { ...notice.groupLabels, ...first?.labels };
  const links = linksOf(notice.alerts, maxLinks);
  const page = httpUrl(first?.annotations['dashboard']);
  return {
    payload: {
      summary: clip(title, maxSummary),
      source: field([group, region].filter(Boolean).join('/')) ?? 'regionpilot',
      severity: severityOf(notice),
      timestamp: iso(notice.atMs),
      component: field(region),
      group: field(group),
      class: field(first?.labels['alertname']),
      custom_details: details,
    },
    ...(links.length > 0 && { links }),
    client: 'RegionPilot',
    ...(page !== null && { client_url: page }),
  };
}

function customDetails(
  { notice, body }: Message,
  count: number,
): Readonly<Record<string, unknown>> {
  const first = notice.alerts[0];
  const shown = notice.alerts.slice(0, count);
  const left = notice.alerts.length - shown.length + notice.truncatedAlerts;
  return {
    message: body,
    reason: notice.reason,
    severity: notice.severity,
    why: first?.why,
    evidence: first?.annotations['evidence'],
    value: first?.value,
    groupLabels: notice.groupLabels,
    alerts: shown.map(alertOf),
    ...(left > 0 && { alertsLeftOut: left }),
  };
}

function alertOf(alert: Alert): Readonly<Record<string, unknown>> {
  const { labels, severity, state, summary, description, why, value, annotations } = alert;
  const about = { summary, description, why, value, annotations };
  return { labels, severity, state, since: iso(alert.startsMs), ...about };
}

/** No data is not as bad as known bad: PagerDuty has a word between. */
function severityOf(notice: Notice): string {
  if (notice.action === 'test') return 'info';
  const firing = notice.alerts.filter(({ state }) => state === 'firing' || state === 'recovering');
  const blind = firing.length === 0 && notice.alerts.some(({ state }) => state === 'noData');
  return blind && notice.severity === 'page' ? 'error' : severities[notice.severity];
}

/** Ours are short; a longer one keeps its beginning and stays unique by its hash. */
function dedupKey(key: string): string {
  if (key.length <= maxDedupKey) return key;
  return `${clip(key, 200)}-${fingerprintOf({ key })}`;
}

function field(text: string | undefined): string | undefined {
  return clip(clean(text ?? '').trim(), maxField) || undefined;
}
