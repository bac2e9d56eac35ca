// Where a log line stands in its incident's trace, in OpenTelemetry's names for logs, so that a line
// leads to the trace and the trace to its lines.
// https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/

import { decisionSpan, incidentSpan } from '@regionpilot/protocol';

export type TraceFields = { readonly trace_id?: string; readonly span_id?: string };

export function traceFields(event: {
  readonly event: string;
  readonly incident?: string | null;
  readonly term?: number;
  readonly epoch?: number;
}): TraceFields {
  const { incident = null, term, epoch } = event;
  if (incident === null) return {};
  const isDecision = term !== undefined && epoch !== undefined;
  const { traceId, spanId } = isDecision
    ? decisionSpan(incident, { term, epoch })
    : incidentSpan(incident);
  return { trace_id: traceId, span_id: spanId };
}
