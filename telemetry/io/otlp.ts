/**
 * Pushes what `collect` says to an OTLP/HTTP collector (JSON), at our own pace. A collector that is
 * away, slow or unwilling costs one export under way and a count: nothing is kept for it, since the
 * next export carries every total again. The SDK's own reader was refused: it has no observable
 * histograms, and tells of a failed export only a global error handler.
 */
import { readFileSync } from 'node:fs';
import { ValueType } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { PipelineError } from '@regionpilot/protocol';
import { type OtlpMetric, otlpMetrics } from '../otlp-data.ts';
import type { Family } from '../registry.ts';

/** One per change, not per export. */
export type OtlpEvent =
  | { readonly event: 'otlpAccepted'; readonly endpoint: string }
  | { readonly event: 'otlpFailing'; readonly endpoint: string; readonly reason: string };

export type OtlpOptions = {
  /** Base address, as in OTEL_EXPORTER_OTLP_ENDPOINT; `/v1/metrics` is added. */
  readonly endpoint: string;
  /** Lines `name: value`, for credentials; never logged. */
  readonly headersFile?: string;
  /** Time between two exports, ms. Default 15,000. */
  readonly intervalMs?: number;
  /** `service.name` and so on. */
  readonly resource: Readonly<Record<string, string>>;
  readonly collect: () => readonly Family[];
  readonly log?: (event: OtlpEvent) => void;
};

export type Otlp = {
  /** Exports the collector took, and those that were dropped. */
  readonly counts: () => { readonly accepted: number; readonly rejected: number };
  /** One last export, for at most 2 s. */
  readonly close: () => Promise<void>;
};

const lastExportMs = 2_000;

/** @throws {PipelineError} FILE_UNREADABLE, CONFIG_INVALID for an endpoint that is no http address. */
export function startOtlp(options: OtlpOptions): Otlp {
  const { endpoint, intervalMs = 15_000, collect, log = () => undefined } = options;
  const exporter = new OTLPMetricExporter({
    url: urlOf(endpoint),
    headers: options.headersFile === undefined ? {} : headersIn(options.headersFile),
    timeoutMillis: Math.min(intervalMs, 10_000),
    concurrencyLimit: 2,
  });
  const resource = resourceFromAttributes({ ...options.resource });
  const startMs = Date.now();
  const counts = { accepted: 0, rejected: 0 };
  let condition: 'new' | 'accepted' | 'failing' = 'new';
  let underWay: Promise<void> | null = null;

  const ended = (error: Error | null): void => {
    counts[error === null ? 'accepted' : 'rejected'] += 1;
    const before = condition;
    condition = error === null ? 'accepted' : 'failing';
    if (before === condition) return;
    if (error === null) log({ event: 'otlpAccepted', endpoint });
    else log({ event: 'otlpFailing', endpoint, reason: error.message.slice(0, 200) });
  };
  const once = async (): Promise<void> => {
    try {
      const metrics = otlpMetrics(collect(), startMs, Date.now()).map(metricData);
      const scopeMetrics = [{ scope: { name: '@regionpilot/telemetry' }, metrics }];
      ended(await exported(exporter, { resource, scopeMetrics }));
    } catch (error) {
      ended(error as Error);
    }
  };
  const run = (): Promise<void> => {
    underWay ??= once().finally(() => {
      underWay = null;
    });
    return underWay;
  };
  const timer = setInterval(() => void run(), intervalMs);
  timer.unref();
  return {
    counts: () => ({ ...counts }),
    close: async () => {
      clearInterval(timer);
      await Promise.race([run(), later(lastExportMs)]);
      void exporter.shutdown().catch(() => undefined);
    },
  };
}

function exported(exporter: OTLPMetricExporter, metrics: ResourceMetrics): Promise<Error | null> {
  return new Promise((resolve) => {
    exporter.export(metrics, ({ code, error }) =>
      resolve(code === 0 ? null : (error ?? new Error('the export failed'))),
    );
  });
}

function metricData(metric: OtlpMetric): MetricData {
  const { name, description, unit, kind } = metric;
  const base = {
    descriptor: { name, description, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  switch (kind) {
    case 'sum':
      return {
        ...base,
        dataPointType: DataPointType.SUM,
        isMonotonic: true,
        dataPoints: metric.points,
      };
    case 'gauge':
      return { ...base, dataPointType: DataPointType.GAUGE, dataPoints: metric.points };
    case 'exponential':
      return {
        ...base,
        dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
        dataPoints: metric.points,
      };
  }
}

function urlOf(endpoint: string): string {
  const url = URL.parse(endpoint);
  if (url !== null && /^https?:$/.test(url.protocol)) {
    return `${endpoint.replace(/\/+$/, '')}/v1/metrics`;
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
