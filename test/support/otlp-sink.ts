// A collector on loopback that keeps the spans it is sent.

import { serveLoopback } from './loopback-server.ts';

export type SunkSpan = {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: a root. */
  readonly parentSpanId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly string[];
  readonly service: string;
};

export type OtlpSink = {
  readonly url: string;
  readonly spans: () => readonly SunkSpan[];
  readonly named: (name: string) => readonly SunkSpan[];
  readonly close: () => Promise<void>;
};

/** OTLP's JSON, as far as it is read here. */
type Attribute = { readonly key: string; readonly value: Readonly<Record<string, unknown>> };
type Resource = { readonly attributes: readonly Attribute[] };
type Wire = {
  readonly resourceSpans?: readonly {
    readonly resource: Resource;
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
};
type WireSpan = {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
  readonly events?: readonly { readonly name: string }[];
};

export async function startOtlpSink(): Promise<OtlpSink> {
  const spans: SunkSpan[] = [];
  const server = await serveLoopback(({ url = '' }, response, body) => {
    if (url === '/v1/traces') spans.push(...spansIn(JSON.parse(body) as Wire));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  return {
    url: server.url,
    spans: () => [...spans],
    named: (name) => spans.filter((span) => span.name === name),
    close: server.close,
  };
}

function spansIn({ resourceSpans = [] }: Wire): readonly SunkSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name'] ?? '');
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => sunk(span, service)));
  });
}

function sunk(span: WireSpan, service: string): SunkSpan {
  const { name, traceId, spanId, parentSpanId = '', attributes = [], events = [] } = span;
  return {
    name,
    traceId,
    spanId,
    parentSpanId,
    startMs: Number(span.startTimeUnixNano) / 1e6,
    endMs: Number(span.endTimeUnixNano) / 1e6,
    attributes: valuesOf(attributes),
    events: events.map((event) => event.name),
    service,
  };
}

function valuesOf(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, Object.values(value)[0]] as const),
  );
}
