// PagerDuty Events API v2: alerts are triggered, acknowledged and resolved by dedup key; changes are
// told apart and open nothing. A probe must cross the whole way without paging anybody, so it is a
// change as well, and so is a heartbeat. https://developer.pagerduty.com/docs/events-api-v2-overview

import type { Alert, Notice, Severity } from '@regionpilot/protocol';
import { fingerprintOf } from '../fingerprint.ts';
import type { PagerDutyReceiver, Secrets } from '../receiver.ts';
import { firstThatFits, mostThatFit } from './fit.ts';
import { httpUrl, linksOf } from './links.ts';
import type { HttpAnswer } from './port.ts';
import { json, type Rendered } from './rendered.ts';
import { textsOf } from './template.ts';
import { clean, clip, clipDeep } from './text.ts';
import {
  accepted,
  isRedirect,
  later,
  never,
  redirected,
  unanswered,
  type Verdict,
} from './verdict.ts';
import { iso } from './view.ts';

/** Bytes of a whole body, as Alertmanager counts PagerDuty's "512 KB". */
export const maxBodyBytes = 512_000;
const maxSummary = 1_024;
const maxDedupKey = 255;
const maxField = 255;

const severities: Readonly<Record<Severity, 'critical' | 'warning' | 'info'>> = {
  page: 'critical',
  ticket: 'warning',
  info: 'info',
};

/** `request` is null for a change that this receiver does not want to hear of. */
export function renderPagerDuty(
  notice: Notice,
  receiver: PagerDutyReceiver,
  secrets: Secrets,
  nowMs: number,
  _attempt: number,
): Rendered {
  const { title, body, note } = textsOf(notice, receiver);
  if (notice.action === 'change' && !receiver.changeEvents) return { title, note, request: null };
  const key = secrets.get(receiver.routingKeyFile) ?? '';
  const message = { notice, title, body, nowMs, key };
  const base = receiver.baseUrl.replace(/\/+$/, '');
  return isChange(notice)
    ? { title, note, request: json(`${base}/v2/change/enqueue`, changeBody(message)) }
    : { title, note, request: json(`${base}/v2/enqueue`, alertBody(message)) };
}

/** 202 is a yes, but no proof of an incident: ingestion is asynchronous. */
export function classifyPagerDuty(answer: HttpAnswer, nowMs: number): Verdict {
  if (answer.kind !== 'answer') return unanswered(answer);
  const { status } = answer;
  if (status >= 200 && status < 300) return { ...accepted, status };
  if (isRedirect(answer)) return never(answer, redirected);
  if (status === 429 || status >= 500) return later(answer, nowMs);
  return never(answer, `HTTP ${status}: ${errorsOf(answer.body)}`);
}

type Message = {
  readonly notice: Notice;
  readonly title: string;
  readonly body: string;
  readonly nowMs: number;
  readonly key: string;
};

function isChange(notice: Notice): boolean {
  return notice.action === 'change' || notice.action === 'probe' || notice.action === 'heartbeat';
}

function alertBody(message: Message): string {
  const { notice, key } = message;
  const action = notice.action === 'test' ? 'trigger' : notice.action;
  const event = { routing_key: key, event_action: action, dedup_key: dedupKey(notice.dedupKey) };
  return action === 'trigger'
    ? withDetails(message, (details) => ({ ...event, ...details }))
    : JSON.stringify(event);
}

function changeBody(message: Message): string {
  return withDetails(message, ({ payload, links }) => {
    const { summary, source, timestamp, custom_details } = payload;
    const told = { summary, source, timestamp, custom_details };
    return { routing_key: message.key, payload: told, ...(links === undefined ? {} : { links }) };
  });
}

/** Everything; else clipped texts; else fewer alerts; else a note in place of the details. */
function withDetails(message: Message, finish: (details: Details) => unknown): string {
  const all = message.notice.alerts.length;
  const clipped = (count: number) =>
    finish(detailed(message, clipDeep(customDetails(message, count), 500), 5));
  return firstThatFits(maxBodyBytes, [
    () => finish(detailed(message, customDetails(message, all), 20)),
    () => clipped(mostThatFit(maxBodyBytes, all, clipped)),
    () => finish(detailed(message, stub(message), 1)),
  ]);
}

function stub({ notice }: Message): unknown {
  const count = notice.alerts.length + notice.truncatedAlerts;
  return {
    note: `The details were left out: with them the event is over PagerDuty's ${maxBodyBytes} bytes. \`regionpilot alerts show\` has them.`,
    alertCount: count,
  };
}

type Details = ReturnType<typeof detailed>;

function detailed(message: Message, details: unknown, maxLinks: number) {
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
    alerts: shown.map(alertDetails),
    ...(left > 0 && { alertsLeftOut: left }),
  };
}

function alertDetails(alert: Alert): Readonly<Record<string, unknown>> {
  const { labels, severity, state, summary, description, why, value, annotations } = alert;
  const texts = { summary: clean(summary), description: clean(description), why: clean(why) };
  return { labels, severity, state, ...texts, value, since: iso(alert.startsMs), annotations };
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
  return `${clip(key, maxDedupKey - 120)}-${fingerprintOf({ key })}`;
}

function field(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : clip(clean(text), maxField);
}

/** `errors` where it is one, else `message`, else the text: the documents do not agree on the form. */
function errorsOf(body: string): string {
  const parsed = parse(body);
  const { errors, message, error } = parsed ?? {};
  const list = Array.isArray(errors) ? errors.filter((each) => typeof each === 'string') : [];
  if (list.length > 0) return list.join('; ');
  const nested = typeof error === 'object' && error !== null ? Object.values(error) : [];
  const texts = [message, errors, error, ...nested].filter((each) => typeof each === 'string');
  return texts.length > 0 ? texts.join('; ') : body || 'no reason given';
}

function parse(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
