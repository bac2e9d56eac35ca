/** A service's telemetry as its command line and environment ask for it; by default none. */
import { hostname } from 'node:os';
import {
  type Readiness,
  type Sample,
  startTelemetry,
  type Telemetry,
  type TelemetryEvent,
} from '@regionpilot/telemetry';
import type { TelemetryFlags } from '../commands/common.ts';
import { usageError } from '../exit.ts';
import type { Session } from './session.ts';

export type TelemetrySource = {
  /** `service.name`. */
  readonly service: string;
  readonly instance: string;
  readonly samples: () => readonly Sample[];
  readonly readiness: () => Readiness;
  readonly log: (event: TelemetryEvent) => void;
};

/** @throws {PipelineError} PORT_IN_USE, CONFIG_INVALID, FILE_UNREADABLE. */
export function openTelemetry(
  { env }: Session,
  flags: TelemetryFlags,
  source: TelemetrySource,
): Promise<Telemetry> {
  const { telemetryPort: port, telemetryHost: host, otlpEndpoint, otlpHeadersFile } = flags;
  if (host !== undefined && port === undefined) {
    throw usageError('--telemetry-host wants --telemetry-port');
  }
  const fromEnv = env['OTEL_EXPORTER_OTLP_ENDPOINT'] || undefined;
  return startTelemetry({
    ...source,
    instance: `${source.instance}-${hostname()}-${process.pid}`,
    port,
    host,
    otlpEndpoint: otlpEndpoint ?? fromEnv,
    otlpHeadersFile,
    // As every OpenTelemetry SDK reads it: for a collector that takes metrics only.
    otlpTraces: env['OTEL_TRACES_EXPORTER'] !== 'none',
  });
}
