// A webhook of anybody's: the body in one of two formats, signed the same way, and answers read as
// Standard Webhooks 1.0 asks: nothing is followed, and who says 410 is not asked again.

import type { Notice } from '@regionpilot/protocol';
import type { Secrets, WebhookReceiver } from '../receiver.ts';
import { incidentOf, traceparentOfAttempt } from '../trace.ts';
import { alertmanagerBody } from './alertmanager-webhook.ts';
import type { HttpAnswer } from './port.ts';
import { json, type Rendered } from './rendered.ts';
import { type Sign, standardBody, webhookHeaders } from './standard-webhook.ts';
import { textsOf } from './template.ts';
import {
  accepted,
  isRedirect,
  later,
  never,
  redirected,
  said,
  unanswered,
  type Verdict,
} from './verdict.ts';

/** `sign` comes from the shell, which has the cryptography. */
export function renderWebhook(
  notice: Notice,
  receiver: WebhookReceiver,
  secrets: Secrets,
  nowMs: number,
  attempt: number,
  sign: Sign,
): Rendered {
  const { title, body: text, note } = textsOf(notice, receiver);
  const body =
    receiver.format === 'standard' ? standardBody(notice, title, text) : alertmanagerBody(notice);
  if (body === null) return { title, note, request: null };
  const keys = receiver.secretFiles.flatMap((file) => secrets.get(file) ?? []);
  const headers = {
    ...webhookHeaders(notice, body, keys, sign, nowMs),
    ...traceHeader(notice, attempt, nowMs),
  };
  return { title, note, request: json(receiver.url, body, headers) };
}

/** So that what the receiver does about it can join the incident's trace. */
function traceHeader(notice: Notice, attempt: number, startedMs: number): Record<string, string> {
  const traceparent = traceparentOfAttempt(incidentOf(notice), { ...notice, attempt, startedMs });
  return traceparent === undefined ? {} : { traceparent };
}

export function classifyWebhook(answer: HttpAnswer, nowMs: number): Verdict {
  if (answer.kind !== 'answer') return unanswered(answer);
  const { status } = answer;
  if (status >= 200 && status < 300) return { ...accepted, status };
  if (isRedirect(answer)) return never(answer, redirected);
  if (status === 410) return { ...never(answer, gone(said(answer))), disable: true };
  if (status === 429 || status >= 500) return later(answer, nowMs);
  return never(answer);
}

function gone(text: string): string {
  return `it wants nothing more (410), so nothing more is sent to it: ${text}`;
}
