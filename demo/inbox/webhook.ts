// What a receiver of Standard Webhooks 1.0 looks at: three headers, and a body in our words.
// https://www.standardwebhooks.com

import { objectIn, parsed } from './json.ts';
import type { Message, Urgency } from './message.ts';

export type WebhookHeaders = {
  /** The same whenever a delivery is tried again. */
  readonly id: string;
  /** Seconds since 1970, of this attempt. */
  readonly timestamp: string;
  readonly signatures: readonly string[];
};

/** An older attempt may be somebody's recording. */
const toleranceMs = 300_000;

/** What the signature is made over. */
export function signedContent({ id, timestamp }: WebhookHeaders, body: string): string {
  return `${id}.${timestamp}.${body}`;
}

export function isFresh({ id, timestamp }: WebhookHeaders, nowMs: number): boolean {
  if (id === '' || !/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(nowMs - Number(timestamp) * 1_000) <= toleranceMs;
}

/** In PagerDuty's words. */
const urgencyOf: Readonly<Record<string, Urgency>> = {
  page: 'critical',
  ticket: 'warning',
  info: 'info',
};

/** null: nothing for the inbox. */
export function takeWebhook(body: string): Message | null {
  const event = parsed(body);
  const data = objectIn(event, 'data');
  const dedupKey = String(data['dedupKey'] ?? '');
  const title = String(data['title'] ?? '');
  switch (event['type']) {
    case 'alert.triggered':
      return { kind: 'trigger', dedupKey, title, severity: urgencyIn(data['severity']) };
    case 'alert.acknowledged':
      return { kind: 'acknowledge', dedupKey };
    case 'alert.resolved':
      return { kind: 'resolve', dedupKey };
    case 'change.recorded':
      return { kind: 'change', title };
    default:
      return null;
  }
}

function urgencyIn(severity: unknown): Urgency {
  const word = String(severity);
  return Object.hasOwn(urgencyOf, word) ? (urgencyOf[word] ?? 'info') : 'info';
}
