// What the demo can be told.

import { PipelineError } from '@regionpilot/protocol';
import { isMovingFault, type MovingFault, movingFaults } from './fault.ts';

export type DemoOptions = {
  /** Play the outage through every region, report, and end. */
  readonly script: boolean;
  readonly json: boolean;
  readonly fault: MovingFault;
  readonly clients: number;
  /** Stand-ins even where there is a real Redis. */
  readonly standIn: boolean;
  /** Empty: the embedded log. */
  readonly brokers: readonly string[];
  /** Port for `/metrics` and probes; null: none. */
  readonly telemetryPort: number | null;
  /** Base address of an OpenTelemetry collector for metrics and traces; null: none. */
  readonly otlpEndpoint: string | null;
  /** Port of the console and the API; the next free one if it is taken. null: none. */
  readonly httpPort: number | null;
};

export type Flags = {
  readonly script?: string | undefined;
  readonly json?: boolean | undefined;
  readonly fault?: string | undefined;
  readonly clients?: string | undefined;
  readonly 'stand-in'?: boolean | undefined;
  readonly 'telemetry-port'?: string | undefined;
  readonly 'otlp-endpoint'?: string | undefined;
  readonly 'http-port'?: string | undefined;
  readonly 'no-http'?: boolean | undefined;
};

export const helpText: string = `Usage: npm start -- [options]        (or: regionpilot demo [options])

A world to break: three regions with a Redis each, 200 clients, the aggregator that moves
them, and an inbox for what the person on call is told: a PagerDuty and a webhook receiver
played on loopback. A first outage plays by itself; then the keys are yours.

Options:
  --script outage      break every region once, one after another, report and end
  --json               with --script: the report as one JSON object on stdout
  --fault NAME         how the script breaks a region: ${movingFaults.join(', ')} (refused)
  --clients N          light clients, 3..2000 (200)
  --stand-in           simulate the Redis servers even where redis-server is installed
  --http-port N        port of the console and the API on loopback (7400, or a free one)
  --no-http            no console
  --telemetry-port N   serve /metrics, /healthz and /readyz on this port of loopback
  --otlp-endpoint URL  push metrics and traces there, an OpenTelemetry collector (OTLP/HTTP)
  -h, --help           this text

Environment:
  REGIONPILOT_KAFKA_BROKERS=host:port,...   run on Kafka instead of the embedded log
  NO_COLOR=1                                no colour

Examples:
  npm start
  npm start -- --script outage --json
  npm start -- --script outage --fault frozen
  REGIONPILOT_KAFKA_BROKERS=localhost:9092 npm start

Exit codes: 0 done (with --script: every client left and came back, no command failed, every
page was resolved), 1 failed, 2 wrong usage, 3 the event log cannot be reached.`;

/** @throws {PipelineError} CONFIG_INVALID, one line. */
export function demoOptions(flags: Flags, brokers: string | undefined): DemoOptions {
  const { script, json = false, fault = 'refused' } = flags;
  const clients = Number(flags.clients ?? 200);
  if (script !== undefined && script !== 'outage') {
    throw usage(`--script: got ${script}, wanted outage`);
  }
  if (json && script === undefined)
    throw usage('--json wants --script outage: it prints its report');
  if (!isMovingFault(fault)) {
    throw usage(`--fault: got ${fault}, wanted ${movingFaults.join(', ')}`);
  }
  if (!Number.isInteger(clients) || clients < 3 || clients > 2_000) {
    throw usage(`--clients: got ${flags.clients}, wanted a whole number from 3 to 2000`);
  }
  return {
    script: script !== undefined,
    json,
    fault,
    clients,
    standIn: flags['stand-in'] ?? false,
    brokers: brokerList(brokers ?? ''),
    telemetryPort: portFrom('--telemetry-port', flags['telemetry-port']),
    otlpEndpoint: addressFrom(flags['otlp-endpoint']),
    httpPort:
      flags['no-http'] === true ? null : (portFrom('--http-port', flags['http-port']) ?? 7_400),
  };
}

function portFrom(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw usage(`${flag}: got ${text}, wanted a whole number from 0 to 65535`);
}

function addressFrom(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw usage(`--otlp-endpoint: got ${text}, wanted http://host:port`);
}

function brokerList(text: string): readonly string[] {
  const brokers = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const wrong = brokers.find((broker) => !/^[^:\s]+:\d{1,5}$/.test(broker));
  if (wrong === undefined) return brokers;
  throw usage(`REGIONPILOT_KAFKA_BROKERS: got ${wrong}, wanted host:port,host:port`);
}

export function usage(message: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', message, { retriable: false });
}
