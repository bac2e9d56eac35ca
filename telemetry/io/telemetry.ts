/**
 * All of one process's telemetry: samples of its parts and of the process itself, offered to who
 * scrapes and pushed to a collector, as asked for. Nothing is asked for: nothing runs.
 */
import type { Readiness } from '../readiness.ts';
import { type Family, Registry } from '../registry.ts';
import { type Sample, sample } from '../sample.ts';
import { type Otlp, type OtlpEvent, startOtlp } from './otlp.ts';
import { readProcess } from './process.ts';
import { startTelemetryServer, type TelemetryServer } from './server.ts';

export type TelemetryEvent =
  | OtlpEvent
  | { readonly event: 'telemetryListening'; readonly host: string; readonly port: number };

export type TelemetryOptions = {
  /** Serve `/metrics` and probes here; undefined: do not. 0: any free port. */
  readonly port?: number | undefined;
  /** Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Push there; undefined: do not. */
  readonly otlpEndpoint?: string | undefined;
  readonly otlpHeadersFile?: string | undefined;
  /** Time between two pushes, ms. Default 15,000. */
  readonly otlpIntervalMs?: number | undefined;
  /** `service.name`, for example `regionpilot-aggregator`, and this instance's name. */
  readonly service: string;
  readonly instance: string;
  readonly samples: () => readonly Sample[];
  readonly readiness: () => Readiness;
  readonly log?: (event: TelemetryEvent) => void;
};

export type Telemetry = {
  /** null while nothing is served. */
  readonly port: number | null;
  readonly close: () => Promise<void>;
};

/** @throws {PipelineError} PORT_IN_USE, CONFIG_INVALID, FILE_UNREADABLE. */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { port, host = '127.0.0.1', otlpEndpoint, log = () => undefined } = options;
  if (port === undefined && otlpEndpoint === undefined) {
    return { port: null, close: async () => undefined };
  }
  const processReader = readProcess();
  const registry = new Registry();
  let otlp: Otlp | null = null;
  const collect = (): readonly Family[] =>
    registry.gather([...options.samples(), ...processReader.samples(), ...exportSamples(otlp)]);
  let server: TelemetryServer | null = null;
  if (port !== undefined) {
    const { readiness } = options;
    server = await startTelemetryServer({ host, port, collect, readiness });
    log({ event: 'telemetryListening', host, port: server.port });
  }
  try {
    otlp =
      otlpEndpoint === undefined ? null : startOtlp(otlpOptions(options, otlpEndpoint, collect));
  } catch (error) {
    await server?.close();
    throw error;
  }
  return {
    port: server?.port ?? null,
    close: async () => {
      await Promise.all([server?.close(), otlp?.close()]);
      processReader.close();
    },
  };
}

function otlpOptions(
  options: TelemetryOptions,
  endpoint: string,
  collect: () => readonly Family[],
): Parameters<typeof startOtlp>[0] {
  const { otlpHeadersFile, otlpIntervalMs, service, instance, log } = options;
  return {
    endpoint,
    collect,
    resource: { 'service.name': service, 'service.instance.id': instance },
    ...(otlpHeadersFile === undefined ? {} : { headersFile: otlpHeadersFile }),
    ...(otlpIntervalMs === undefined ? {} : { intervalMs: otlpIntervalMs }),
    ...(log === undefined ? {} : { log }),
  };
}

function exportSamples(otlp: Otlp | null): readonly Sample[] {
  if (otlp === null) return [];
  const { accepted, rejected } = otlp.counts();
  return [
    sample('regionpilot.telemetry.exports', { result: 'accepted' }, accepted),
    sample('regionpilot.telemetry.exports', { result: 'rejected' }, rejected),
  ];
}
