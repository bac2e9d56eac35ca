// What an attempt to deliver is worth saying about.

import type { Delivery } from '@regionpilot/protocol';
import type { AlertingEvent } from './log.ts';

/** @param incident What the notice is about; null: nothing that is known. */
export function eventsOf(delivery: Delivery, incident: string | null): readonly AlertingEvent[] {
  const { error, outcome, action, latencyMs } = delivery;
  return [
    ...(error === null ? [] : [failed(delivery, error, incident)]),
    ...(outcome === null ? [] : [ended(delivery, outcome, incident)]),
    ...(outcome === null || action !== 'probe' || latencyMs === null
      ? []
      : [{ event: 'probeMeasured' as const, latencyMs }]),
  ];
}

function failed(delivery: Delivery, error: string, incident: string | null): AlertingEvent {
  const { receiver, dedupKey, attempt, status, nextAttemptMs } = delivery;
  const event = 'attemptFailed';
  return { event, receiver, dedupKey, attempt, status, error, nextAttemptMs, incident };
}

function ended(
  delivery: Delivery,
  outcome: NonNullable<Delivery['outcome']>,
  incident: string | null,
): AlertingEvent {
  const { receiver, dedupKey, seq, attempt: attempts, latencyMs, error } = delivery;
  const event = 'noticeEnded';
  return { event, receiver, dedupKey, seq, outcome, attempts, latencyMs, error, incident };
}
