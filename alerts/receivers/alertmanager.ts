// Alertmanager's API v2. Peers share what they sent, not what they were told, so each is told, never
// through a balancer. What fires is said again every minute and carries an end a little ahead: should
// we fall silent, Alertmanager ends it by itself.
// https://prometheus.io/docs/alerting/latest/alerts_api/

import type { AttemptResult, Notice } from '@regionpilot/protocol';
import type { AlertmanagerReceiver, Secrets } from '../receiver.ts';
import { type AlertmanagerAlert, alertmanagerAlerts } from './alertmanager-alerts.ts';
import type { HttpAnswer, HttpRequest } from './port.ts';
import { json } from './rendered.ts';
import { textsOf } from './template.ts';
import {
  accepted,
  isRedirect,
  later,
  never,
  redirected,
  unanswered,
  type Verdict,
  verdict,
} from './verdict.ts';
import { iso } from './view.ts';

/** Alertmanager's own `resolve_timeout`. */
const aliveMs = 300_000;

export type RenderedForPeers = {
  readonly title: string;
  readonly note: string | null;
  /** One for each peer, in the order of `urls`; none: nothing that Alertmanager could hear. */
  readonly requests: readonly HttpRequest[];
};

export function renderAlertmanager(
  notice: Notice,
  receiver: AlertmanagerReceiver,
  _secrets: Secrets,
  nowMs: number,
  _attempt: number,
): RenderedForPeers {
  const { title, note } = textsOf(notice, receiver);
  const alerts = alertmanagerAlerts(notice);
  if (alerts.length === 0) return { title, note, requests: [] };
  const body = JSON.stringify(alerts.map((alert) => postable(alert, nowMs)));
  const urls = receiver.urls.map((url) => `${url.replace(/\/+$/, '')}/api/v2/alerts`);
  return { title, note, requests: urls.map((url) => json(url, body)) };
}

export type PeerAnswer = { readonly url: string; readonly answer: HttpAnswer };

/**
 * While it fires one peer is enough: the next minute tells the others. An end is told only now, so
 * every peer must have taken it.
 */
export function classifyAlertmanager(
  answers: readonly PeerAnswer[],
  nowMs: number,
  resolving: boolean,
): Verdict {
  const peers = answers.map(({ url, answer }) => ({ url, said: peerVerdict(answer, nowMs) }));
  const missing = peers.filter(({ said }) => said.result !== 'accepted');
  const status = peers.find(({ said }) => said.result === 'accepted')?.said.status ?? null;
  if (missing.length === 0) return { ...accepted, status };
  const error = missing.map(({ url, said }) => `${peerName(url)}: ${said.error}`).join('; ');
  const some = missing.length < peers.length;
  if (some && !resolving) return { ...verdict('accepted', status, error) };
  const waits = missing.map(({ said }) => said.retryAfterMs ?? 0);
  return {
    ...verdict(some ? 'retry' : worst(missing.map(({ said }) => said.result)), null, error),
    status: missing[0]?.said.status ?? null,
    retryAfterMs: Math.max(...waits) || null,
  };
}

function peerVerdict(answer: HttpAnswer, nowMs: number): Verdict {
  if (answer.kind !== 'answer') return unanswered(answer);
  const { status } = answer;
  if (status >= 200 && status < 300) return { ...accepted, status };
  if (isRedirect(answer)) return never(answer, redirected);
  return status === 429 || status >= 500 ? later(answer, nowMs) : never(answer);
}

/** Rejected only when all say so: one peer that may yet take it is worth another attempt. */
function worst(results: readonly AttemptResult[]): AttemptResult {
  if (results.includes('uncertain')) return 'uncertain';
  return results.includes('retry') ? 'retry' : 'rejected';
}

function peerName(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'a peer';
}

function postable(alert: AlertmanagerAlert, nowMs: number): Readonly<Record<string, unknown>> {
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: iso(alert.startsMs),
    endsAt: iso(alert.endsMs ?? nowMs + aliveMs),
    ...(alert.generatorUrl !== '' && { generatorURL: alert.generatorUrl }),
  };
}
