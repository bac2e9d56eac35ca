export { type Level, type LogSpec, levelIn, logEvents } from './catalogue/logs.ts';
export {
  type AttributeName,
  type SpanName,
  type SpanSpec,
  spanAttributes,
  spanOfName,
  spans,
} from './catalogue/spans.ts';
export {
  catalogue,
  type LabelsOf,
  type MetricName,
  metricNames,
  metricOf,
  type PrometheusName,
} from './catalogue.ts';
export {
  type Otlp,
  type OtlpCounts,
  type OtlpEvent,
  type OtlpOptions,
  startOtlp,
} from './io/otlp.ts';
export {
  startTelemetryServer,
  type TelemetryServer,
  type TelemetryServerOptions,
} from './io/server.ts';
export {
  startTelemetry,
  type Telemetry,
  type TelemetryEvent,
  type TelemetryOptions,
} from './io/telemetry.ts';
export { type LabelName, labels } from './labels.ts';
export { type Metric, type MetricKind, prometheusLabelOf, prometheusNameOf } from './metric.ts';
export { formatFor, metricsText, type TextFormat } from './openmetrics.ts';
export { type Readiness, type ReadinessFacts, readinessOf } from './readiness.ts';
export { type Family, Registry } from './registry.ts';
export { distribution, type Sample, sample } from './sample.ts';
export { type AgentReading, agentSamples } from './sources/agent.ts';
export { aggregatorSamples } from './sources/aggregator.ts';
export { alertingSamples, type ConfigReading } from './sources/alerts.ts';
export type { Span, SpanEvent } from './traces/span.ts';
export type { Traced } from './traces/traced.ts';
export { Tracer } from './traces/tracer.ts';
