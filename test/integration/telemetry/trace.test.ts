// One outage, three kinds of process, one trace: what a person sees who opens it.

import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { type Agent, createAgent } from '@regionpilot/agent';
import {
  type Aggregator,
  type AggregatorEvent,
  parseAggregatorConfig,
  startAggregator,
} from '@regionpilot/aggregator';
import { type Alerting, startAlerting } from '@regionpilot/alerts';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import {
  decisionSpan,
  incidentSpan,
  spanRefIn,
  topicCatalogue,
  topicDefaults,
} from '@regionpilot/protocol';
import { startTelemetry, type Telemetry } from '@regionpilot/telemetry';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertingConfig } from '../../../alerts/config/parse.ts';
import { traceFields } from '../../../cli/trace-fields.ts';
import { batchRecord, type ConnectionRow } from '../../support/batches.ts';
import { eventually } from '../../support/eventually.ts';
import { type OtlpSink, startOtlpSink } from '../../support/otlp-sink.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';

const topics = { ...topicDefaults, eventPartitions: 1, replication: 1, minInsyncReplicas: 1 };
/** The real brain, in a hurry: an outage and the way back take seconds. */
const policy = {
  longWindowMs: 500,
  shortWindowMs: 200,
  clientSilentMs: 1_500,
  tiltHoldMs: 500,
  coolDownMs: 1_000,
  healthyForMs: 1_000,
  ramp: [10_000],
  rampStepMs: 100,
};
const healthy: readonly ConnectionRow[] = [
  { region: 'eu', ok: 20 },
  { region: 'us', ok: 2 },
];
const euDead: readonly ConnectionRow[] = [
  { region: 'eu', state: 'closed' },
  { region: 'us', ok: 2 },
];

let bus: Bus;
let sink: OtlpSink;
let hook: WebhookReceiver;
let aggregator: Aggregator;
let alerting: Alerting;
let telemetry: Telemetry[];
let rows = healthy;
let applied: readonly [number, number];
let reporting: NodeJS.Timeout;
let client: Client;
let said: AggregatorEvent[];

beforeEach(async () => {
  bus = openEmbeddedBus({ file: ':memory:' });
  await bus.applyTopics(topicCatalogue(topics));
  sink = await startOtlpSink();
  hook = await startWebhookReceiver();
  telemetry = [await pushing('regionpilot-aggregator'), await pushing('regionpilot-alerts')];
  rows = healthy;
  applied = [0, 0];
  said = [];
  aggregator = await startAggregator({
    config: parseAggregatorConfig({ policy }),
    bus,
    log: (event) => said.push(event),
    observe: telemetry[0]?.trace,
  });
  alerting = await startAlerting({
    config: alertingConfig({
      startDelay: '0s',
      receivers: { hook: { kind: 'webhook', url: hook.url, allow: ['127.0.0.0/8'] } },
      rules: { regionDown: { for: '0s', keepFiringFor: '0s' } },
      route: { receivers: ['hook'], groupBy: ['alertname', 'group'], groupWait: '0s' },
    }),
    secrets: new Map(),
    bus,
    instance: 'alerts',
    topicPrefix: 'regionpilot.',
    observe: telemetry[1]?.trace,
  });
  reporting = report();
  client = sampledClient();
});

afterEach(async () => {
  clearInterval(reporting);
  await client.close();
  await Promise.all([aggregator.close(), alerting.close()]);
  await Promise.all(telemetry.map((each) => each.close()));
  await Promise.all([hook.close(), sink.close(), bus.close()]);
});

type Client = { readonly agent: Agent; readonly close: () => Promise<void> };

/** An application with an OpenTelemetry of its own, whose commands are always answered. */
function sampledClient(): Client {
  const exporter = new OTLPTraceExporter({ url: `${sink.url}/v1/traces` });
  const tracerProvider = new TracerProvider({
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 100 })],
  });
  const groups = { payments: { regions: ['eu', 'us'] } };
  const agent = createAgent(
    { client: 'checkout-1', home: 'eu', domain: 'zone-0', groups },
    { bus },
  );
  agent.instrument({ tracerProvider, sampleShare: 1 });
  const probe = { waitingSinceMs: () => 0 };
  const target = { group: 'payments', region: 'us', target: 'us:6379', probe };
  const connection = agent.connection(target);
  connection.changed('ready');
  const working = setInterval(() => connection.answered(500), 20);
  return {
    agent,
    close: async () => {
      clearInterval(working);
      await agent.close({ deadlineMs: 200 });
      await tracerProvider.shutdown();
    },
  };
}

function pushing(service: string): Promise<Telemetry> {
  return startTelemetry({
    otlpEndpoint: sink.url,
    otlpIntervalMs: 100,
    service,
    instance: 'test',
    samples: () => [],
    readiness: () => ({ ready: true, reasons: [] }),
  });
}

/** Twelve clients that do as they are told: they follow each decision at once. */
function report(): NodeJS.Timeout {
  let seq = 0;
  return setInterval(() => {
    const decision = aggregator.status().groups[0]?.decision;
    applied = [decision?.term ?? 0, decision?.epoch ?? 0];
    const sentMs = Date.now();
    const records = Array.from({ length: 12 }, (_, i) =>
      batchRecord({
        client: `c${i}`,
        seq,
        sentMs,
        domain: `zone-${i % 3}`,
        rows,
        applied: { payments: applied },
      }),
    );
    seq += 1;
    void bus.publish('regionpilot.events', records);
  }, 100);
}

const stages = [
  'detect',
  'decide',
  'publish',
  'converge',
  'decision.apply',
  'alert.deliver',
] as const;

test('an outage is one trace, from the first bad event to the page and back to calm', async () => {
  await eventually(() => expect(aggregator.status().groups[0]?.tilt).toEqual({}));
  rows = euDead;
  await eventually(() => expect(hook.journal()).not.toEqual([]));
  // A way back that begins before everybody has left is no failover that converged.
  await eventually(() => {
    const kinds = said.map((event) => event.event === 'incidentRecorded' && event.kind);
    expect(kinds.lastIndexOf('converged')).toBeGreaterThan(kinds.lastIndexOf('decided'));
  });
  rows = healthy;
  await eventually(() => expect(sink.named('regionpilot.incident')).toHaveLength(1), 30_000);

  const [root] = sink.named('regionpilot.incident');
  const incident = String(root?.attributes['incident']);
  expect(root).toMatchObject({ ...incidentSpan(incident), parentSpanId: '' });
  const [failover] = sink
    .named('regionpilot.decide')
    .filter(({ attributes }) => attributes['reason'] === 'regionDown');
  const { term, epoch } = failover?.attributes ?? {};
  const version = { term: Number(term), epoch: Number(epoch) };
  expect(failover?.spanId).toBe(decisionSpan(incident, version).spanId);

  await eventually(() => {
    for (const name of stages) {
      expect(sink.named(`regionpilot.${name}`), name).not.toEqual([]);
    }
  });
  expect([...new Set(sink.spans().map(({ traceId }) => traceId))]).toEqual([root?.traceId]);
  const ids = new Set(sink.spans().map(({ spanId }) => spanId));
  expect(ids.size).toBe(sink.spans().length);
  for (const { name, parentSpanId } of sink.spans()) {
    if (name !== 'regionpilot.incident') expect(ids, name).toContain(parentSpanId);
  }
  const under = (name: string) => sink.named(name).map(({ parentSpanId }) => parentSpanId);
  expect(under('regionpilot.publish')).toContain(failover?.spanId);
  expect(under('regionpilot.converge')).toContain(failover?.spanId);
  expect(new Set(under('regionpilot.detect'))).toEqual(new Set([root?.spanId]));
  for (const { startMs, endMs } of sink.spans()) expect(endMs).toBeGreaterThanOrEqual(startMs);
  const [detect] = sink.named('regionpilot.detect');
  expect(detect?.startMs).toBe(root?.startMs);

  const [move] = sink
    .named('regionpilot.decision.apply')
    .filter(({ attributes }) => attributes['region'] === 'us');
  expect(move?.parentSpanId).toBe(failover?.spanId);
  expect(move?.events).toEqual(['regionpilot.applied', 'regionpilot.answered']);
  expect(move?.attributes).toMatchObject({ client: 'checkout-1', from: 'eu' });

  const published = said.find(
    (event) => event.event === 'decisionPublished' && event.reason === 'regionDown',
  );
  expect(published && traceFields(published)).toEqual({
    trace_id: failover?.traceId,
    span_id: failover?.spanId,
  });

  const [page] = hook.journal();
  const [delivery] = sink
    .named('regionpilot.alert.deliver')
    .toSorted((a, b) => a.startMs - b.startMs);
  expect(delivery).toMatchObject({ service: 'regionpilot-alerts', parentSpanId: root?.spanId });
  expect(spanRefIn(page?.headers['traceparent'])).toEqual({
    traceId: delivery?.traceId,
    spanId: delivery?.spanId,
  });
}, 60_000);
