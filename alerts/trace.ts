// Which incident a notice is about, and with that its place in the incident's trace. Alerts about the
// pipeline itself belong to none.

import {
  type AlertsTopicRecord,
  type AttemptId,
  attemptSpan,
  type Delivery,
  incidentSpan,
  type Notice,
  traceparentOf,
} from '@regionpilot/protocol';

/** What a host may watch; telemetry reads traces out of it. */
export type AlertingObserved = {
  readonly kind: 'attempt';
  readonly delivery: Delivery;
  /** null: it is about none. */
  readonly incident: string | null;
};

/** Must not throw, and must return at once. */
export type ObserveAlerting = (observed: AlertingObserved) => void;

/** Of several incidents in one notice, that of the most urgent alert. */
export function incidentOf({ alerts }: Pick<Notice, 'alerts'>): string | null {
  for (const { annotations } of alerts) {
    const { incident } = annotations;
    if (incident !== undefined) return incident;
  }
  return null;
}

/** For the header of a record of the `alerts` topic. */
export function traceparentOfRecord(record: AlertsTopicRecord): string | undefined {
  const incident =
    record.kind === 'notice'
      ? incidentOf(record)
      : record.kind === 'alert'
        ? incidentOf({ alerts: [record.alert] })
        : null;
  return incident === null ? undefined : traceparentOf(incidentSpan(incident));
}

/** For the request of one attempt, and its record. */
export function traceparentOfAttempt(
  incident: string | null,
  attempt: AttemptId,
): string | undefined {
  return incident === null ? undefined : traceparentOf(attemptSpan(incident, attempt));
}
