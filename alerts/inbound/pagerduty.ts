// What a PagerDuty v3 webhook means to us: somebody has it, or nobody has it any more. All else that
// happens to an incident there (notes, responders, priorities) changes nothing here.
//
// A resolve by a person is no acknowledgement: the alert still fires, or our own resolve would have
// closed it. It takes an ack back, so that what still burns is heard of again at the next repeat,
// where PagerDuty opens a new incident. A resolve that came from us has nobody behind it.
// https://developer.pagerduty.com/docs/webhooks-overview

import type { Ack } from '@regionpilot/protocol';
import { clip, oneLine } from '../receivers/text.ts';

export type InboundWebhook =
  | {
      readonly kind: 'event';
      /** The same on every delivery of it. */
      readonly id: string;
      readonly type: string;
      /** By PagerDuty's clock, ms since 1970. */
      readonly occurredMs: number;
      /** null: it means nothing to us. */
      readonly ack: Ack | null;
    }
  | { readonly kind: 'garbage'; readonly problem: string };

const maxAuthor = 200;
const maxId = 200;
/** Ours; a subscription of a whole service or account tells of other people's incidents too. */
const ourKey = /^rp-[0-9a-f]{16}$/;

/** Reads the body of a webhook. What occurred in our future is taken as occurring now. */
export function readPagerDutyWebhook(body: string, nowMs: number): InboundWebhook {
  const event = objectIn(parsed(body), 'event');
  const id = textIn(event, 'id');
  const type = textIn(event, 'event_type');
  const occurredMs = Date.parse(textIn(event, 'occurred_at'));
  if (id === '' || id.length > maxId) return garbage('event.id', 'a text of up to 200 characters');
  if (type === '') return garbage('event.event_type', 'a text such as incident.acknowledged');
  if (Number.isNaN(occurredMs)) return garbage('event.occurred_at', 'an ISO 8601 time');
  const ack = ackOf(event, type, Math.min(occurredMs, nowMs));
  return { kind: 'event', id, type, occurredMs, ack };
}

function garbage(field: string, wanted: string): InboundWebhook {
  return { kind: 'garbage', problem: `${field} must be ${wanted}` };
}

function ackOf(event: Json, type: string, atMs: number): Ack | null {
  const incident = objectIn(event, 'data');
  const dedupKey = textIn(incident, 'incident_key');
  const acked = ackedBy(type, textIn(incident, 'status'), objectIn(event, 'agent'));
  if (acked === null || !ourKey.test(dedupKey)) return null;
  const author = authorOf(objectIn(event, 'agent'));
  return { v: 1, kind: 'ack', dedupKey, author, source: 'pagerduty', atMs, acked };
}

/** Whether somebody has it after this event; null: it says nothing of that. */
function ackedBy(type: string, status: string, agent: Json): boolean | null {
  switch (type) {
    case 'incident.acknowledged':
      return true;
    case 'incident.unacknowledged':
    case 'incident.reopened':
      return false;
    case 'incident.reassigned':
    case 'incident.delegated':
    case 'incident.escalated':
      // Given to somebody else, who has not said yes.
      return status === 'triggered' ? false : null;
    case 'incident.resolved':
      return textIn(agent, 'type') === 'user_reference' ? false : null;
    default:
      return null;
  }
}

function authorOf(agent: Json): string {
  return clip(oneLine(textIn(agent, 'summary')), maxAuthor) || 'PagerDuty';
}

type Json = Readonly<Record<string, unknown>>;

function parsed(body: string): Json {
  try {
    return asObject(JSON.parse(body));
  } catch {
    return {};
  }
}

function objectIn(object: Json, field: string): Json {
  return asObject(object[field]);
}

function textIn(object: Json, field: string): string {
  const value = object[field];
  return typeof value === 'string' ? value : '';
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
