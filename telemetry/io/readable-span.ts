/** Our finished spans in the type the OpenTelemetry SDK exports. Made by hand: its own choose ids by luck. */
import { type SpanContext, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { SpanRef } from '@regionpilot/protocol';
import { spans } from '../catalogue/spans.ts';
import { hrTime } from '../otlp-data.ts';
import type { Span } from '../traces/span.ts';

export function readableSpan(
  span: Span,
  resource: Resource,
  instrumentationScope: ReadableSpan['instrumentationScope'],
): ReadableSpan {
  const { name, ref, parent, startMs, endMs, events, error } = span;
  return {
    name,
    kind: spans[name].kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
    spanContext: () => contextOf(ref),
    ...(parent === null ? {} : { parentSpanContext: contextOf(parent) }),
    startTime: hrTime(startMs),
    endTime: hrTime(endMs),
    duration: hrTime(endMs - startMs),
    ended: true,
    status:
      error === null
        ? { code: SpanStatusCode.UNSET }
        : { code: SpanStatusCode.ERROR, message: error },
    attributes: known(span.attributes),
    links: [],
    events: events.map(({ name: event, atMs, attributes }) => ({
      name: event,
      time: hrTime(atMs),
      attributes: known(attributes),
    })),
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function contextOf({ traceId, spanId }: SpanRef): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
}

function known(attributes: Span['attributes']): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
