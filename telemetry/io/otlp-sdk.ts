/**
 * The OpenTelemetry SDK, wired to what we have: its reader asks us for finished data points, its
 * batch processor is handed finished spans. Loaded only where something is pushed, because it brings
 * every exporter there is along and doubles the time to start.
 */
import {
  type ContextManager,
  metrics as globalMetrics,
  logs,
  type ProxyTracerProvider,
  trace,
} from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  type MetricProducer,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { type OtlpMetric, otlpMetrics } from '../otlp-data.ts';
import type { Family } from '../registry.ts';
import type { Span } from '../traces/span.ts';
import { metricData } from './metric-data.ts';
import { readableSpan } from './readable-span.ts';

export type SdkOptions = {
  /** Base address without a slash at its end. */
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  readonly resource: Readonly<Record<string, string>>;
  readonly collect: () => readonly Family[];
  /** Spans are not sent at all when false. */
  readonly traces: boolean;
  readonly spansMost: number;
  /** An export of metrics ended. */
  readonly metricsSent: (error: Error | null) => void;
  /** An export of so many spans ended. */
  readonly spansSent: (count: number, error: Error | null) => void;
};

export type Sdk = {
  readonly push: (span: Span) => void;
  /** Sends what is there and ends. */
  readonly close: () => Promise<void>;
};

/** How long a span waits for company, ms. */
const batchMs = 1_000;
const scope = { name: '@regionpilot/telemetry' } as const;

export function startSdk(options: SdkOptions): Sdk {
  const { base, headers, intervalMs } = options;
  const timeoutMillis = Math.min(intervalMs, 10_000);
  const http = { headers: { ...headers }, timeoutMillis, concurrencyLimit: 2 };
  const resource = resourceFromAttributes({ ...options.resource });
  const metricExporter = new OTLPMetricExporter({ url: `${base}/v1/metrics`, ...http });
  hear(metricExporter, (_, error) => options.metricsSent(error));
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: timeoutMillis,
    metricProducers: [producer(options, resource)],
  });
  const traceExporter = new OTLPTraceExporter({ url: `${base}/v1/traces`, ...http });
  hear(traceExporter, (batch, error) => options.spansSent(batch.length, error));
  const spans = new BatchSpanProcessor({
    exporter: traceExporter,
    maxQueueSize: options.spansMost,
    maxExportBatchSize: Math.min(512, options.spansMost),
    scheduledDelayMillis: Math.min(batchMs, intervalMs),
    exportTimeoutMillis: timeoutMillis,
  });
  const sdk = new NodeSDK({
    autoDetectResources: false,
    resource,
    metricReaders: [reader],
    spanProcessors: options.traces ? [spans] : [],
    logRecordProcessors: [],
    textMapPropagator: null,
    // null is "none" to the SDK, though its type does not say so.
    contextManager: null as unknown as ContextManager,
  });
  leavingGlobals(() => sdk.start());
  return {
    push: (span) => spans.onEnd(readableSpan(span, resource, scope)),
    close: () => sdk.shutdown(),
  };
}

type Exporting<Batch> = {
  export(batch: Batch, done: (result: { code: number; error?: Error }) => void): void;
};

/** From now on every answer is heard here, too. The SDK itself tells only a global error handler. */
function hear<Batch>(
  exporter: Exporting<Batch>,
  ended: (batch: Batch, error: Error | null) => void,
): void {
  const send = exporter.export.bind(exporter);
  exporter.export = (batch, done) =>
    send(batch, (result) => {
      const { code, error = new Error('the export failed') } = result;
      ended(batch, code === 0 ? null : error);
      done(result);
    });
}

/** What cannot be collected is a failed export: nothing is sent then, and the next one tries again. */
function producer(
  { collect, metricsSent }: SdkOptions,
  resource: ResourceMetrics['resource'],
): MetricProducer {
  const startMs = Date.now();
  const collected = (metrics: readonly OtlpMetric[]) => {
    const scopeMetrics = metrics.length === 0 ? [] : [{ scope, metrics: metrics.map(metricData) }];
    return { resourceMetrics: { resource, scopeMetrics }, errors: [] };
  };
  return {
    collect: async () => {
      try {
        return collected(otlpMetrics(collect(), startMs, Date.now()));
      } catch (error) {
        metricsSent(error as Error);
        return collected([]);
      }
    },
  };
}

/**
 * The SDK makes its providers the process's own, so that libraries find them. Ours are fed by hand
 * and are nobody else's business: whatever was registered in this moment is taken back.
 */
function leavingGlobals(start: () => void): void {
  const before = {
    metrics: globalMetrics.getMeterProvider(),
    traces: delegate(),
    logs: logs.getLoggerProvider(),
  };
  start();
  if (globalMetrics.getMeterProvider() !== before.metrics) globalMetrics.disable();
  if (delegate() !== before.traces) trace.disable();
  if (logs.getLoggerProvider() !== before.logs) logs.disable();
}

function delegate(): unknown {
  return (trace.getTracerProvider() as Partial<ProxyTracerProvider>).getDelegate?.();
}
