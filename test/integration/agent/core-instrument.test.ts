// An agent in the telemetry of its host: the real OpenTelemetry SDK reads it and takes its spans.

import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  TracerProvider as SdkTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace';
import { type Decision, decisionSpan, encodeRecord, traceparentOf } from '@regionpilot/protocol';
import { expect, onTestFinished, test } from 'vitest';
import type { TracerProvider } from '../../../agent/index.ts';
import { instruments } from '../../../agent/instruments.ts';
import { agentMetrics } from '../../../telemetry/catalogue/agent.ts';
import { agentSamples } from '../../../telemetry/sources/agent.ts';
import { decision } from '../../unit/agent/build.ts';
import { groups, openLog, startAgent, until } from './core-support.ts';

const incident = 'cache/1700000000000';
const toUs = { reason: 'regionDown' as const, admit: { eu: 0, us: 10_000 }, incident };
const pool = 'db.client.connection.pool.name';
const state = 'db.client.connection.state';
const probe = { waitingSinceMs: (): number => 0 };

async function following(name = 'checkout-1') {
  const log = await openLog();
  const { agent, events } = startAgent({ client: name, home: 'eu', groups }, log.bus);
  await until('following', () => agent.status().decisions.state === 'following');
  /** As an aggregator publishes it within an incident. */
  const decide = (made: Decision): Promise<void> =>
    log.bus.publish('regionpilot.decisions', [
      {
        key: made.group,
        value: encodeRecord(made),
        headers: { traceparent: traceparentOf(decisionSpan(incident, made)) },
      },
    ]);
  return { agent, events, decide };
}

function tracer() {
  const exporter = new InMemorySpanExporter();
  const provider = new SdkTracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  onTestFinished(() => provider.shutdown());
  return { provider, spans: () => exporter.getFinishedSpans() };
}

test('the agent speaks of itself by the names, units and words of the catalogue', () => {
  const words = instruments.map(({ name, kind, unit, description }) => ({
    name,
    kind: kind === 'upDownCounter' ? 'gauge' : kind,
    unit,
    meaning: description,
  }));
  const catalogued = Object.entries(agentMetrics).map(([name, { kind, unit, meaning }]) => ({
    name,
    kind,
    unit,
    meaning,
  }));
  expect(words).toEqual(catalogued);
});

test('a host’s meter provider reads the agent’s counters, until it is told to stop', async () => {
  const { agent, decide } = await following();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: 3_600_000,
  });
  const meterProvider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => meterProvider.shutdown());
  const stop = agent.instrument({ meterProvider });
  await decide(decision({ epoch: 2, ...toUs }));
  await until('moved', () => agent.route('cache').current.region === 'us');
  const read = async () => {
    await reader.forceFlush();
    const [scope] = exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
    return (scope?.metrics ?? []).flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ value, attributes }) => ({ name: descriptor.name, attributes, value })),
    );
  };
  const values = await read();
  const samples = agentSamples(agent.status(), Date.now());
  expect(values.map(({ name }) => name).toSorted()).toEqual(
    samples.map(({ metric }) => metric).toSorted(),
  );
  expect(values).toContainEqual({ name: 'regionpilot.agent.following', attributes: {}, value: 1 });
  const refused = async () =>
    (await read()).find(({ name }) => name === 'regionpilot.agent.connections_refused')?.value;
  const refuse = () =>
    agent.connection({ group: 'no name', region: 'us', target: 'us:6379', probe });
  refuse();
  expect(await refused()).toBe(1);
  stop();
  refuse();
  expect(await refused()).toBe(1);
});

test('a connection that is up is used while a command waits, else idle, and otherwise not there', async () => {
  const { agent } = await following();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => meterProvider.shutdown());
  agent.instrument({ meterProvider });
  let since = 0;
  const waiting = { waitingSinceMs: () => since };
  const target = { group: 'cache', region: 'us', target: 'us:6379' };
  const busy = agent.connection({ ...target, probe: waiting });
  const calm = agent.connection({ ...target, probe });
  const broken = agent.connection({
    ...target,
    probe: {
      waitingSinceMs: () => {
        throw new Error('the host’s own');
      },
    },
  });
  const read = async () => {
    await reader.forceFlush();
    const [scope] = exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
    const count = scope?.metrics.find(({ descriptor }) => descriptor.name.startsWith('db.client.'));
    return (count?.dataPoints ?? []).map(({ value, attributes }) => [
      attributes[pool],
      attributes[state],
      value,
    ]);
  };
  const counts = (used: number, idle: number) => [
    ['cache/us', 'used', used],
    ['cache/us', 'idle', idle],
  ];
  expect(await read()).toEqual(counts(0, 0));
  for (const each of [busy, calm, broken]) each.changed('ready');
  expect(await read()).toEqual(counts(0, 3));
  since = 1;
  expect(await read()).toEqual(counts(1, 2));
  broken.changed('closed', 'reset');
  busy.close();
  expect(await read()).toEqual(counts(0, 1));
});

test('a sampled client tells of a decision it applied, below that decision', async () => {
  const { agent, decide } = await following();
  const { provider, spans } = tracer();
  agent.instrument({ tracerProvider: provider, sampleShare: 1 });
  const connection = agent.connection({ group: 'cache', region: 'us', target: 'us:6379', probe });
  connection.changed('ready');
  connection.answered(100);
  const made = decision({ epoch: 2, ...toUs });
  await decide(made);
  await until('moved', () => agent.route('cache').current.region === 'us');
  expect(spans()).toEqual([]);
  connection.answered(200);
  await until('told', () => spans().length === 1);
  const [span] = spans();
  const parent = decisionSpan(incident, made);
  expect(span?.name).toBe('regionpilot.decision.apply');
  expect(span?.spanContext().traceId).toBe(parent.traceId);
  expect(span?.parentSpanContext).toMatchObject({ ...parent, isRemote: true });
  expect(span?.attributes).toEqual({
    group: 'cache',
    client: 'checkout-1',
    term: 1,
    epoch: 2,
    from: 'eu',
    region: 'us',
  });
  const names = span?.events.map(({ name }) => name);
  expect(names).toEqual(['regionpilot.applied', 'regionpilot.answered']);
});

test('a decision that moves nobody is applied at once', async () => {
  const { agent, decide } = await following();
  const { provider, spans } = tracer();
  agent.instrument({ tracerProvider: provider, sampleShare: 1 });
  await decide(decision({ epoch: 2, incident }));
  await until('told', () => spans().length === 1);
  expect(spans()[0]?.events.map(({ name }) => name)).toEqual(['regionpilot.applied']);
  expect(spans()[0]?.attributes['region']).toBeUndefined();
  expect(agent.status().survivedErrors).toBe(0);
});

test('who is not sampled says nothing, nor does a decision outside of an incident', async () => {
  const { agent, decide } = await following();
  const { provider, spans } = tracer();
  agent.instrument({ tracerProvider: provider, sampleShare: 0 });
  await decide(decision({ epoch: 2, ...toUs }));
  await until('moved', () => agent.route('cache').current.region === 'us');
  const other = await openLog();
  const { agent: second } = startAgent({ groups }, other.bus);
  await until('following', () => second.status().decisions.state === 'following');
  second.instrument({ tracerProvider: provider, sampleShare: 1 });
  await other.decide(decision({ epoch: 2, reason: 'regionDown', admit: { eu: 0, us: 10_000 } }));
  await until('moved', () => second.route('cache').current.version.epoch === 2);
  await new Promise((resolve) => setImmediate(resolve));
  expect(spans()).toEqual([]);
});

test('about one client in a hundred is sampled unless the host says otherwise', async () => {
  const { bus } = await openLog();
  let asked = 0;
  const tracerProvider: TracerProvider = {
    getTracer: () => {
      asked += 1;
      return { startSpan: () => ({ addEvent: () => undefined, end: () => undefined }) };
    },
  };
  const { agent } = startAgent({ groups }, bus);
  for (let i = 0; i < 5_000; i++) {
    Object.defineProperty(agent, 'client', { value: `client-${i}`, configurable: true });
    agent.instrument({ tracerProvider })();
  }
  expect(asked).toBeGreaterThan(25);
  expect(asked).toBeLessThan(100);
});

test('providers that throw are counted, and the agent goes on', async () => {
  const { agent, decide, events } = await following();
  const broken = (): never => {
    throw new Error('not today');
  };
  agent.instrument({ meterProvider: { getMeter: broken }, tracerProvider: { getTracer: broken } });
  agent.instrument({ tracerProvider: { getTracer: broken }, sampleShare: 1 });
  agent.instrument({
    tracerProvider: { getTracer: () => ({ startSpan: broken }) },
    sampleShare: 1,
  });
  await decide(decision({ epoch: 2, ...toUs }));
  await until('moved', () => agent.route('cache').current.region === 'us');
  await until('counted', () => agent.status().survivedErrors >= 3);
  const told = events.flatMap((event) => (event.kind === 'survivedError' ? [event.where] : []));
  expect(new Set(told)).toEqual(new Set(['meter', 'tracer']));
});
