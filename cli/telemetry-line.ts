// What telemetry says about itself, short, for a terminal.

import type { TelemetryEvent } from '@regionpilot/telemetry';
import type { Level } from './event-line.ts';

export function telemetryLevel(event: TelemetryEvent): Level {
  return event.event === 'otlpFailing' ? 'warn' : 'info';
}

export function telemetryDetail(event: TelemetryEvent): string {
  switch (event.event) {
    case 'telemetryListening':
      return `${event.host}:${event.port}`;
    case 'otlpAccepted':
      return event.endpoint;
    case 'otlpFailing':
      return `${event.endpoint}: ${event.reason}`;
  }
}
