/**
 * Pushes what `collect` says, and finished spans, to an OTLP/HTTP collector (JSON), at our own pace. A
 * collector that is away, slow or unwilling costs a count and one line, never memory: of metrics
 * nothing is kept, since the next export carries every total again, and of spans a bounded queue.
 */
import { readFileSync } from 'node:fs';
import { PipelineError } from '@regionpilot/protocol';
import type { Family } from '../registry.ts';
import type { Span } from '../traces/span.ts';
import type { Sdk } from './otlp-sdk.ts';

type Signal = 'metrics' | 'traces';

/** One per change, not per export. */
export type OtlpEvent =
  | { readonly event: 'otlpAccepted'; readonly endpoint: string; readonly signal: Signal }
  | {
      readonly event: 'otlpFailing';
      readonly endpoint: string;
      readonly signal: Signal;
      readonly reason: string;
    };

export type OtlpOptions = {
  /** Base address, as in OTEL_EXPORTER_OTLP_ENDPOINT; `/v1/metrics` and `/v1/traces` are added. */
  readonly endpoint: string;
  /** Lines `name: value`, for credentials; never logged. */
  readonly headersFile?: string;
  /** Time between two exports of metrics, ms. Default 15,000. */
  readonly intervalMs?: number;
  /** Send spans, too. Default true. */
  readonly traces?: boolean;
  /** `service.name` and so on. */
  readonly resource: Readonly<Record<string, string>>;
  readonly collect: () => readonly Family[];
  readonly log?: (event: OtlpEvent) => void;
};

export type OtlpCounts = {
  /** Exports of metrics the collector took, and those that were dropped. */
  readonly accepted: number;
  readonly rejected: number;
  /** Spans the collector took, and those that were dropped, for want of room or of a collector. */
  readonly spansAccepted: number;
  readonly spansRejected: number;
};

export type Otlp = {
  readonly counts: () => OtlpCounts;
  /** Queues them. Never waits, never throws. */
  readonly send: (spans: readonly Span[]) => void;
  /** One could not even be made. */
  readonly lost: () => void;
  /** One last export, for at most 2 s. */
  readonly close: () => Promise<void>;
};

const lastExportMs = 2_000;
/** Spans in memory; an outage of a hundred groups makes about as many. */
const spansMost = 2_048;

/** @throws {PipelineError} FILE_UNREADABLE, CONFIG_INVALID for an endpoint that is no http address. */
export async function startOtlp(options: OtlpOptions): Promise<Otlp> {
  const { endpoint, intervalMs = 15_000, traces = true, log = () => undefined } = options;
  const base = baseOf(endpoint);
  const headers = options.headersFile === undefined ? {} : headersIn(options.headersFile);
  const counts = { accepted: 0, rejected: 0, spansAccepted: 0, spansRejected: 0 };
  let waiting = 0;
  const said = {
    metrics: onChange('metrics', endpoint, log),
    traces: onChange('traces', endpoint, log),
  };
  const { startSdk } = await import('./otlp-sdk.ts');
  const { resource, collect } = options;
  const sdk: Sdk = startSdk({
    base,
    headers,
    intervalMs,
    resource,
    collect,
    traces,
    spansMost,
    metricsSent: (error) => {
      counts[error === null ? 'accepted' : 'rejected'] += 1;
      said.metrics(error);
    },
    spansSent: (count, error) => {
      waiting -= count;
      counts[error === null ? 'spansAccepted' : 'spansRejected'] += count;
      said.traces(error);
    },
  });
  const push = (span: Span): void => {
    if (waiting >= spansMost) {
      counts.spansRejected += 1;
      return;
    }
    waiting += 1;
    sdk.push(span);
  };
  return {
    counts: () => ({ ...counts }),
    send: (spans) => {
      if (traces) for (const span of spans) push(span);
    },
    lost: () => {
      counts.spansRejected += 1;
    },
    close: async () => {
      const ended = sdk.close().catch(() => undefined);
      await Promise.race([ended, later(lastExportMs)]);
    },
  };
}

/** Says when exports of one kind begin to fail, and when they are taken (again). */
function onChange(
  signal: Signal,
  endpoint: string,
  log: (event: OtlpEvent) => void,
): (error: Error | null) => void {
  let condition: 'new' | 'accepted' | 'failing' = 'new';
  return (error) => {
    const before = condition;
    condition = error === null ? 'accepted' : 'failing';
    if (before === condition) return;
    if (error === null) log({ event: 'otlpAccepted', endpoint, signal });
    else log({ event: 'otlpFailing', endpoint, signal, reason: error.message.slice(0, 200) });
  };
}

function baseOf(endpoint: string): string {
  const url = URL.parse(endpoint);
  if (url !== null && /^https?:$/.test(url.protocol)) {
    return endpoint.replace(/\/+$/, '');
  }
  const message = `OTLP endpoint: got ${endpoint}, wanted http://host:4318`;
  throw new PipelineError('CONFIG_INVALID', message, { endpoint, retriable: false });
}

function headersIn(file: string): Record<string, string> {
  const lines = textOf(file)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      if (colon > 0) return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
      const message = `${file}: wanted lines "name: value"`;
      throw new PipelineError('CONFIG_INVALID', message, { file, retriable: false });
    }),
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, cause as Error);
  }
}

function unreadable(file: string, cause: Error): PipelineError {
  const message = `Cannot read ${file}: ${cause.message}`;
  return new PipelineError('FILE_UNREADABLE', message, { file, cause, retriable: false });
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
