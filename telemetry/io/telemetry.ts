/**
 * All of one process's telemetry: samples of its parts and of the process itself, offered to who
 * scrapes and pushed to a collector, as asked for. Nothing is asked for: nothing runs.
 */
import type { Readiness } from '../readiness.ts';
import { type Family, Registry } from '../registry.ts';
import { type Sample, sample } from '../sample.ts';
import type { Traced } from '../traces/traced.ts';
import { Tracer } from '../traces/tracer.ts';
import { type Otlp, type OtlpEvent, type OtlpOptions, startOtlp } from './otlp.ts';
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
  /** Push spans there, too. Default true. */
  readonly otlpTraces?: boolean | undefined;
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
  /** Tells of a record that spans may be read out of. Costs next to nothing; never throws. */
  readonly trace: (traced: Traced) => void;
  readonly close: () => Promise<void>;
};

/** @throws {PipelineError} PORT_IN_USE, CONFIG_INVALID, FILE_UNREADABLE. */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { port, host = '127.0.0.1', otlpEndpoint, log = () => undefined } = options;
  if (port === undefined && otlpEndpoint === undefined) {
    return { port: null, trace: () => undefined, close: async () => undefined };
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
    if (otlpEndpoint !== undefined) {
      otlp = await startOtlp(otlpOptions(options, otlpEndpoint, collect));
    }
  } catch (error) {
    await server?.close();
    throw error;
  }
  return {
    port: server?.port ?? null,
    trace: otlp === null ? () => undefined : tracing(otlp),
    close: async () => {
      await Promise.all([server?.close(), otlp?.close()]);
      processReader.close();
    },
  };
}

/** A record that cannot be understood must not hurt whoever wrote it. */
function tracing(otlp: Otlp): (traced: Traced) => void {
  const tracer = new Tracer();
  return (traced) => {
    try {
      otlp.send(tracer.hear(traced));
    } catch {
      otlp.lost();
    }
  };
}

function otlpOptions(
  options: TelemetryOptions,
  endpoint: string,
  collect: () => readonly Family[],
): OtlpOptions {
  const { otlpHeadersFile, otlpIntervalMs, otlpTraces, service, instance, log } = options;
  return {
    endpoint,
    collect,
    resource: { 'service.name': service, 'service.instance.id': instance },
    ...(otlpHeadersFile === undefined ? {} : { headersFile: otlpHeadersFile }),
    ...(otlpIntervalMs === undefined ? {} : { intervalMs: otlpIntervalMs }),
    ...(otlpTraces === undefined ? {} : { traces: otlpTraces }),
    ...(log === undefined ? {} : { log }),
  };
}

function exportSamples(otlp: Otlp | null): readonly Sample[] {
  if (otlp === null) return [];
  const { accepted, rejected, spansAccepted, spansRejected } = otlp.counts();
  return [
    sample('regionpilot.telemetry.exports', { result: 'accepted' }, accepted),
    sample('regionpilot.telemetry.exports', { result: 'rejected' }, rejected),
    sample('regionpilot.telemetry.spans', { result: 'accepted' }, spansAccepted),
    sample('regionpilot.telemetry.spans', { result: 'rejected' }, spansRejected),
  ];
}
