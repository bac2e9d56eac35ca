// What alerting says about itself, short, for a terminal. Everywhere else the same events are JSON
// lines with every field.

import type { AlertingEvent } from '@regionpilot/alerts';
import { formatDuration } from '@regionpilot/protocol';
import { type Level, levelIn, type TelemetryEvent } from '@regionpilot/telemetry';
import { eventLine } from '../event-line.ts';
import { alertsLogs } from '../log-catalogue.ts';
import { telemetryDetail } from '../telemetry-line.ts';
import type { Paint } from '../text.ts';
import type { AlertingSaid } from './said.ts';

export type AlertsRunEvent = AlertingSaid | TelemetryEvent;

export function alertingLevel(event: AlertsRunEvent): Level {
  return levelIn(alertsLogs, event);
}

export function alertingLine(event: AlertsRunEvent, nowMs: number, paint: Paint): string {
  return eventLine(event, alertingLevel(event), detail(event), nowMs, paint);
}

function detail(event: AlertsRunEvent): string {
  switch (event.event) {
    case 'telemetryListening':
    case 'otlpAccepted':
    case 'otlpFailing':
      return telemetryDetail(event);
    case 'started':
    case 'stopped':
      return event.instance;
    case 'partitionClaimed':
      return `alerts/${event.partition} term ${event.term}`;
    case 'partitionLost':
      return `alerts/${event.partition}: ${event.why}`;
    case 'alertChanged':
      return `${event.alert} ${event.state} (${event.severity}): ${event.summary}; ${event.why}`;
    case 'receiverWarned':
      return `${event.receiver}: ${event.warning}`;
    case 'noticeDecided':
      return `${event.receiver} ${event.dedupKey} #${event.seq} ${event.action}: ${event.reason}`;
    case 'noticeEnded':
      return `${event.receiver} ${event.dedupKey} #${event.seq} ${event.outcome}${endText(event)}`;
    case 'attemptFailed':
      return `${event.receiver} ${event.dedupKey} attempt ${event.attempt}: ${event.error}`;
    case 'configApplied':
      return event.hash;
    case 'configRefused':
      return `the old one stays: ${event.problems.join('; ')}`;
    case 'probeMeasured':
      return formatDuration(event.latencyMs);
    case 'recordRejected':
      return `${event.topic} offset ${event.offset}: ${event.rejection}: ${event.text}`;
    case 'publishFailed':
      return `${event.topic} after ${event.attempts} attempts: ${event.reason}`;
    case 'inboundListening':
      return `${event.host}:${event.port}`;
    case 'webhookHeard':
      return `${event.type} ${event.outcome}${event.ack === null ? '' : ` ${event.ack.dedupKey} by ${event.ack.author}`}`;
    case 'webhookRefused':
      return `HTTP ${event.status}: ${event.reason}`;
    case 'ackNotStored':
      return `${event.dedupKey}: ${event.reason}`;
  }
}

function endText({
  attempts,
  latencyMs,
  error,
}: Extract<AlertingEvent, { readonly event: 'noticeEnded' }>): string {
  const tries = attempts > 1 ? ` after ${attempts} attempts` : '';
  const way = latencyMs === null ? '' : ` in ${formatDuration(latencyMs)}`;
  return `${tries}${way}${error === null ? '' : `: ${error}`}`;
}
