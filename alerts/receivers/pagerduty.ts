// PagerDuty Events API v2: alerts are triggered, acknowledged and resolved by dedup key; changes are
// told apart and open nothing. A probe must cross the whole way without paging anybody, so it is a
// change as well, and so is a heartbeat. https://developer.pagerduty.com/docs/events-api-v2-overview

import type { Notice } from '@regionpilot/protocol';
import type { PagerDutyReceiver, Secrets } from '../receiver.ts';
import { alertBody, changeBody } from './pagerduty-event.ts';
import type { HttpAnswer } from './port.ts';
import { json, type Rendered } from './rendered.ts';
import { textsOf } from './template.ts';
import {
  accepted,
  isRedirect,
  later,
  never,
  redirected,
  unanswered,
  type Verdict,
} from './verdict.ts';

/** `request` is null for a change that this receiver does not want to hear of. */
export function renderPagerDuty(
  notice: Notice,
  receiver: PagerDutyReceiver,
  secrets: Secrets,
  _nowMs: number,
  _attempt: number,
): Rendered {
  const { title, body, note } = textsOf(notice, receiver);
  if (notice.action === 'change' && !receiver.changeEvents) return { title, note, request: null };
  const key = secrets.get(receiver.routingKeyFile) ?? '';
  const message = { notice, title, body, key };
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

function isChange({ action }: Notice): boolean {
  return action === 'change' || action === 'probe' || action === 'heartbeat';
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
