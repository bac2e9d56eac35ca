// PagerDuty's Events API v2 as far as the demo needs it: its two doors, its checks of what must be
// there, and its very answers. Unlike the real one it tells at once what became of an event.
// https://developer.pagerduty.com/docs/events-api-v2-overview

import { type Json, objectIn, parsed } from './json.ts';
import { isUrgency, type Message } from './message.ts';

/** What the caller is answered, and what it told us, or null where it was refused. */
export type Answer = {
  readonly status: number;
  readonly body: string;
  readonly message: Message | null;
};

/** `POST /v2/enqueue` */
export function takeEvent(body: string): Answer {
  const event = parsed(body);
  const payload = objectIn(event, 'payload');
  const errors = [...keyErrors(event), ...eventErrors(event, payload)];
  if (errors.length > 0) return invalid(errors);
  const dedupKey = String(event['dedup_key']);
  return {
    status: 202,
    body: JSON.stringify({ status: 'success', message: 'Event processed', dedup_key: dedupKey }),
    message: messageOf(event['event_action'], dedupKey, payload),
  };
}

/** `POST /v2/change/enqueue` */
export function takeChange(body: string): Answer {
  const event = parsed(body);
  const { summary } = objectIn(event, 'payload');
  const errors = [...keyErrors(event), ...missing('summary', summary)];
  if (errors.length > 0) return invalid(errors);
  return {
    status: 202,
    body: JSON.stringify({ status: 'success', message: 'Change event processed' }),
    message: { kind: 'change', title: String(summary) },
  };
}

function messageOf(action: unknown, dedupKey: string, { summary, severity }: Json): Message | null {
  switch (action) {
    case 'trigger':
      if (!isUrgency(severity)) return null;
      return { kind: 'trigger', dedupKey, title: String(summary), severity };
    case 'acknowledge':
    case 'resolve':
      return { kind: action, dedupKey };
    default:
      return null;
  }
}

function keyErrors({ routing_key: key }: Json): readonly string[] {
  if (typeof key !== 'string' || key === '') return ["'routing_key' is missing or blank"];
  if (!/^[a-z0-9]*$/i.test(key)) {
    return ["'routing_key' cannot contain non-alphanumeric characters."];
  }
  if (key.length === 32) return [];
  return ["Length of 'routing_key' is incorrect (should be 32 characters)"];
}

function eventErrors(event: Json, payload: Json): readonly string[] {
  const { event_action: action, dedup_key: dedupKey } = event;
  // The real one invents a key; nobody who wants to resolve may leave it out.
  const errors = missing('dedup_key', dedupKey);
  if (action === 'acknowledge' || action === 'resolve') return errors;
  if (action !== 'trigger') return [...errors, "'event_action' is invalid"];
  return [
    ...errors,
    ...missing('summary', payload['summary']),
    ...missing('source', payload['source']),
    ...(isUrgency(payload['severity']) ? [] : ["'severity' is invalid"]),
  ];
}

function missing(field: string, value: unknown): readonly string[] {
  return typeof value === 'string' && value !== '' ? [] : [`'${field}' is missing or blank`];
}

function invalid(errors: readonly string[]): Answer {
  const body = { status: 'invalid event', message: 'Event object is invalid', errors };
  return { status: 400, body: JSON.stringify(body), message: null };
}
