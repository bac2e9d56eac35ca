// Standard Webhooks 1.0: the body, and the three headers that let a receiver believe it. The id is the
// same for every attempt of a notice, which makes it the receiver's idempotency key; the timestamp is
// the attempt's, so that an old recording is recognized. https://www.standardwebhooks.com

import type { Alert, Notice, NoticeAction } from '@regionpilot/protocol';
import { mostThatFit } from './fit.ts';
import { bytesOf, clip, mapTexts } from './text.ts';
import { iso } from './view.ts';

/** What happened, as the receiver's code switches on it. */
export const webhookTypes: Readonly<Record<NoticeAction, string>> = {
  trigger: 'alert.triggered',
  acknowledge: 'alert.acknowledged',
  resolve: 'alert.resolved',
  change: 'change.recorded',
  heartbeat: 'alerting.heartbeat',
  probe: 'alerting.probe',
  test: 'alerting.test',
};

/** Signs `content` with one key: `v1,…` for `whsec_`, `v1a,…` for `whsk_`. */
export type Sign = (key: string, content: string) => string;

/** The specification asks for less than 20 KB. */
export const maxBodyBytes = 20_000;

/** `webhook-id`, `webhook-timestamp` and, where there are keys, one signature of each. */
export function webhookHeaders(
  notice: Notice,
  body: string,
  keys: readonly string[],
  sign: Sign,
  nowMs: number,
): Readonly<Record<string, string>> {
  const id = webhookId(notice);
  const timestamp = String(Math.floor(nowMs / 1_000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (keys.length === 0) return headers;
  const signed = keys.map((key) => sign(key, `${id}.${timestamp}.${body}`));
  return { ...headers, 'webhook-signature': signed.join(' ') };
}

/** No `.`, which separates what is signed, and nothing else that a header could not carry. */
function webhookId({ dedupKey, seq }: Notice): string {
  return `${dedupKey.replace(/[^\w-]/g, '_')}-${seq}`;
}

/** What texts are cut to, code points, when not even one alert fits with longer ones. */
const textLimits = [Number.POSITIVE_INFINITY, 1_000, 200];

/** As many alerts as fit; the rest is counted. */
export function standardBody(notice: Notice, title: string, body: string): string {
  const all = notice.alerts.length;
  for (const most of textLimits) {
    const form = (count: number) =>
      mapTexts(bodyOf(notice, { title, body }, count), (text) => clip(text, most));
    const count = mostThatFit(maxBodyBytes, all, form);
    const json = JSON.stringify(form(count));
    if (bytesOf(json) <= maxBodyBytes && (count > 0 || all === 0)) return json;
  }
  const data = {
    ...identity(notice),
    title: clip(title, 200),
    truncatedAlerts: notice.truncatedAlerts + all,
  };
  return JSON.stringify({ ...envelope(notice), data });
}

function bodyOf(
  notice: Notice,
  texts: { readonly title: string; readonly body: string },
  count: number,
): unknown {
  const alerts = notice.alerts.slice(0, count);
  const data = {
    ...identity(notice),
    ackedBy: notice.ackedBy,
    groupLabels: notice.groupLabels,
    ...texts,
    alerts: alerts.map(alertOf),
    truncatedAlerts: notice.truncatedAlerts + notice.alerts.length - alerts.length,
  };
  return { ...envelope(notice), data };
}

function envelope(notice: Notice): { readonly type: string; readonly timestamp: string } {
  return { type: webhookTypes[notice.action], timestamp: iso(notice.atMs) };
}

function identity({ dedupKey, seq, reason, severity }: Notice) {
  return { dedupKey, seq, reason, severity };
}

function alertOf(alert: Alert): Readonly<Record<string, unknown>> {
  const { fingerprint, labels, severity, state, startsMs, endsMs, ...words } = alert;
  const { summary, description, annotations, value, flapping, why } = words;
  const times = { startsAt: iso(startsMs), endsAt: endsMs === null ? null : iso(endsMs) };
  const about = { summary, description, annotations, value, flapping, why };
  return { fingerprint, labels, severity, state, ...times, ...about };
}
