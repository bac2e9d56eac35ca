// What telemetry says about itself, short, for a terminal.

import type { TelemetryEvent } from '@regionpilot/telemetry';

export function telemetryDetail(event: TelemetryEvent): string {
  switch (event.event) {
    case 'telemetryListening':
      return `${event.host}:${event.port}`;
    case 'otlpAccepted':
      return `${event.endpoint} (${event.signal})`;
    case 'otlpFailing':
      return `${event.endpoint} (${event.signal}): ${event.reason}`;
  }
}
