// A collector that listens, one that refuses, and one that is not there.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createNoopLogger,
  createNoopMeter,
  logs,
  metrics as metricsApi,
  propagation,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import {
  bucketOf,
  createHistogram,
  decisionSpan,
  PipelineError,
  spanOf,
} from '@regionpilot/protocol';
import {
  distribution,
  type Otlp,
  type OtlpEvent,
  Registry,
  type Sample,
  type Span,
  sample,
  startOtlp,
} from '@regionpilot/telemetry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { span } from '../../../telemetry/traces/span.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { type LoopbackServer, serveLoopback } from '../../support/loopback-server.ts';

type Post = {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: a foreign document, looked into by the tests
  readonly body: any;
};

let server: LoopbackServer;
let posts: Post[];
let status: number;
let traceStatus: number;
let endpoint: string;
let events: OtlpEvent[];

beforeEach(async () => {
  posts = [];
  status = 200;
  traceStatus = 200;
  events = [];
  server = await serveLoopback(({ url = '', headers }, response, body) => {
    posts.push({ path: url, headers, body: JSON.parse(body) });
    const code = url === '/v1/traces' ? traceStatus : status;
    response.writeHead(code, { 'content-type': 'application/json' }).end('{}');
  });
  endpoint = server.url;
});

afterEach(() => server.close());

function start(samples: readonly Sample[], more: object = {}): Promise<Otlp> {
  const registry = new Registry();
  return startOtlp({
    endpoint,
    intervalMs: 100,
    resource: { 'service.name': 'regionpilot-aggregator' },
    collect: () => registry.gather(samples),
    log: (event) => events.push(event),
    ...more,
  });
}

const rows = sample('regionpilot.pipeline.rows', { partition: '0' }, 42);

describe('a push to a collector', () => {
  test('carries counters as cumulative sums and latencies as exponential histograms', async () => {
    const counts = createHistogram();
    for (const us of [1_000, 1_000, 250_000]) {
      counts[bucketOf(us)] = (counts[bucketOf(us)] ?? 0) + 1;
    }
    const latency = distribution(
      'regionpilot.command.duration',
      { group: 'g', region: 'r' },
      counts,
    );
    const otlp = await start([rows, latency]);
    await eventually(() => expect(posts.length).toBeGreaterThan(1));
    await otlp.close();
    const [first] = posts;
    expect(first?.path).toBe('/v1/metrics');
    const [resource] = first?.body.resourceMetrics ?? [];
    expect(resource.resource.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'regionpilot-aggregator' },
    });
    const metrics = resource.scopeMetrics[0].metrics;
    const named = (name: string) => metrics.find((each: { name: string }) => each.name === name);
    const { sum } = named('regionpilot.pipeline.rows');
    expect(sum).toMatchObject({ aggregationTemporality: 2, isMonotonic: true });
    expect(sum.dataPoints[0]).toMatchObject({
      attributes: [{ key: 'partition', value: { stringValue: '0' } }],
      asDouble: 42,
    });
    const { unit, exponentialHistogram } = named('regionpilot.command.duration');
    expect(unit).toBe('s');
    const [point] = exponentialHistogram.dataPoints;
    expect(point).toMatchObject({ scale: 4, zeroCount: 0 });
    expect(Number(point.count)).toBe(3);
    expect(upperEdges(point)).toEqual([
      [expect.closeTo(0.00102, 5), 2],
      [expect.closeTo(0.25, 2), 1],
    ]);
    expect(events.map(({ event }) => event)).toEqual(['otlpAccepted']);
  });

  test('sends the headers of a file along', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'regionpilot-otlp-'));
    const headersFile = join(folder, 'headers');
    writeFileSync(headersFile, 'authorization: Bearer s3cret\n');
    const otlp = await start([rows], { headersFile });
    await eventually(() => expect(posts[0]?.headers['authorization']).toBe('Bearer s3cret'));
    await otlp.close();
    rmSync(folder, { recursive: true });
    expect(JSON.stringify(events)).not.toContain('s3cret');
  });

  test('an endpoint that is no address is refused at once', async () => {
    const started = start([rows], { endpoint: 'collector:4318' });
    await expect(started).rejects.toThrow(PipelineError);
  });
});

describe('a collector that fails', () => {
  test('costs a count and one line, and one more when it is back', async () => {
    status = 400;
    const otlp = await start([rows]);
    await eventually(() => expect(otlp.counts().rejected).toBeGreaterThan(2));
    expect(events.map(({ event }) => event)).toEqual(['otlpFailing']);
    status = 200;
    await eventually(() => expect(otlp.counts().accepted).toBeGreaterThan(1));
    expect(events.map(({ event }) => event)).toEqual(['otlpFailing', 'otlpAccepted']);
    await otlp.close();
  });

  test('that is not there holds up nobody, and the end takes no longer than two seconds', async () => {
    const otlp = await start([rows], { endpoint: `http://127.0.0.1:${await freePort()}` });
    await eventually(() => expect(otlp.counts().rejected).toBeGreaterThan(1));
    expect(otlp.counts().accepted).toBe(0);
    await otlp.close();
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ event: 'otlpFailing' });
  });

  test('a collection that throws is a failed export, not the end of the process', async () => {
    const otlp = await start([rows], {
      collect: () => {
        throw new Error('a bug');
      },
    });
    await eventually(() => expect(otlp.counts().rejected).toBeGreaterThan(0));
    expect(events).toEqual([
      { event: 'otlpFailing', endpoint, signal: 'metrics', reason: 'a bug' },
    ]);
    await otlp.close();
  });
});

/** As the shells of aggregator and alerting make them. */
function someSpans(count: number): readonly Span[] {
  return Array.from({ length: count }, (_, i) =>
    span(
      'regionpilot.publish',
      {
        ref: spanOf('payments/1', 'regionpilot.publish', `1.${i}`),
        parent: decisionSpan('payments/1', { term: 1, epoch: i }),
      },
      [1_000.25, 1_002],
      { group: 'payments', term: 1, epoch: i },
    ),
  );
}

describe('spans', () => {
  test('arrive as they were told, with the ids of their incident', async () => {
    const otlp = await start([rows]);
    otlp.send(someSpans(1));
    await eventually(() => expect(otlp.counts().spansAccepted).toBe(1));
    await otlp.close();
    const [resource] = posts.find(({ path }) => path === '/v1/traces')?.body.resourceSpans ?? [];
    const [sent] = resource.scopeSpans[0].spans;
    expect(sent).toMatchObject({
      ...spanOf('payments/1', 'regionpilot.publish', '1.0'),
      parentSpanId: decisionSpan('payments/1', { term: 1, epoch: 0 }).spanId,
      name: 'regionpilot.publish',
      startTimeUnixNano: '1000250000',
      endTimeUnixNano: '1002000000',
    });
  });

  test('that a collector of metrics refuses are counted, said once, and cost metrics nothing', async () => {
    traceStatus = 404;
    const otlp = await start([rows]);
    for (let i = 1; i <= 3; i++) {
      otlp.send(someSpans(1));
      await eventually(() => expect(otlp.counts().spansRejected).toBe(i));
    }
    await eventually(() => expect(otlp.counts().accepted).toBeGreaterThan(1));
    expect(otlp.counts().rejected).toBe(0);
    await otlp.close();
    const said = events.map(({ event, signal }) => `${event} ${signal}`);
    expect(said.toSorted()).toEqual(['otlpAccepted metrics', 'otlpFailing traces']);
  });

  test('beyond 2,048 in memory are dropped and counted, and all end as one or the other', async () => {
    const otlp = await start([rows]);
    otlp.send(someSpans(5_000));
    expect(otlp.counts().spansRejected).toBe(5_000 - 2_048);
    await eventually(() => expect(otlp.counts().spansAccepted).toBe(2_048));
    await otlp.close();
  });

  test('are kept back where only metrics are wanted', async () => {
    const otlp = await start([rows], { traces: false });
    otlp.send(someSpans(1));
    await eventually(() => expect(otlp.counts().accepted).toBeGreaterThan(1));
    await otlp.close();
    expect(posts.filter(({ path }) => path === '/v1/traces')).toEqual([]);
  });

  test('still waiting at the end are sent before it', async () => {
    const otlp = await start([rows], { intervalMs: 60_000 });
    otlp.send(someSpans(3));
    await otlp.close();
    expect(otlp.counts()).toMatchObject({ spansAccepted: 3, accepted: 1 });
  });
});

describe('the process it lives in', () => {
  const meterProvider = { getMeter: () => createNoopMeter() };
  const tracerProvider: TracerProvider = { getTracer: () => trace.getTracer('none') };

  const loggerProvider = { getLogger: () => createNoopLogger() };

  /** True where nobody was registered before. */
  const register = () => [
    metricsApi.setGlobalMeterProvider(meterProvider),
    trace.setGlobalTracerProvider(tracerProvider),
    logs.setGlobalLoggerProvider(loggerProvider),
  ];

  afterEach(() => {
    metricsApi.disable();
    trace.disable();
    logs.disable();
  });

  test('may register an OpenTelemetry of its own afterwards', async () => {
    const otlp = await start([rows]);
    expect(register()).toEqual([true, true, true]);
    expect(propagation.fields()).toEqual([]);
    await otlp.close();
  });

  test('keeps the one it registered before', async () => {
    register();
    const otlp = await start([rows]);
    expect(metricsApi.getMeterProvider()).toBe(meterProvider);
    expect(register()).toEqual([false, false, false]);
    await otlp.close();
  });
});

/** [upper edge in seconds, count] of each bucket that holds something. */
function upperEdges(point: {
  readonly positive: { readonly offset: number; readonly bucketCounts: readonly unknown[] };
}): readonly (readonly [number, number])[] {
  const { offset, bucketCounts } = point.positive;
  return bucketCounts
    .map((count, i) => [2 ** ((offset + i + 1) / 16), Number(count)] as const)
    .filter(([, count]) => count > 0);
}
