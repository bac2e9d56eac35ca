// What an aggregator says about itself, short, for a terminal. Everywhere else the same events are
// JSON lines with every field.

import type { AggregatorEvent } from '@regionpilot/aggregator';
import { type Level, levelIn, type TelemetryEvent } from '@regionpilot/telemetry';
import { eventLine } from './event-line.ts';
import { aggregatorLogs } from './log-catalogue.ts';
import { telemetryDetail } from './telemetry-line.ts';
import type { Paint } from './text.ts';

export type AggregatorRunEvent = AggregatorEvent | TelemetryEvent;

export function levelOf(event: AggregatorRunEvent): Level {
  return levelIn(aggregatorLogs, event);
}

export function logLine(event: AggregatorRunEvent, nowMs: number, paint: Paint): string {
  return eventLine(event, levelOf(event), detail(event), nowMs, paint);
}

function detail(event: AggregatorRunEvent): string {
  switch (event.event) {
    case 'telemetryListening':
    case 'otlpAccepted':
    case 'otlpFailing':
      return telemetryDetail(event);
    case 'started':
    case 'stopped':
      return event.instance;
    case 'partitionAssigned':
      return `${event.topic}/${event.partition} from ${event.from}`;
    case 'partitionRevoked':
      return `${event.topic}/${event.partition}`;
    case 'recordRejected':
      return `${event.topic}/${event.partition} offset ${event.offset}: ${event.rejection}: ${event.text}`;
    case 'decisionPublished':
      return `${event.group} epoch ${event.epoch} (${event.reason}): ${event.text}`;
    case 'incidentRecorded':
    case 'policyChanged':
    case 'policyRefused':
      return `${event.group}: ${event.text}`;
    case 'publishFailed':
      return `${event.topic} after ${event.attempts} attempts: ${event.reason}`;
    case 'snapshotInvalid':
      return `${event.key}: ${event.reason}`;
    case 'tiltChanged':
      return `${event.reason} ${event.active ? 'on' : 'off'}: ${event.text}`;
  }
}
