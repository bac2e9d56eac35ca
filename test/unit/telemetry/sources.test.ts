import { describe, expect, test } from 'vitest';
import { DecisionTally } from '../../../aggregator/decision-tally.ts';
import { bucketOf, createHistogram, quantileUs } from '../../../protocol/histogram.ts';
import type { IncidentEvent, IncidentRecord } from '../../../protocol/incident.ts';
import type { AggregatorReading, AlertingReading, LogReading } from '../../../protocol/readings.ts';
import { otlpMetrics } from '../../../telemetry/otlp-data.ts';
import { readinessOf } from '../../../telemetry/readiness.ts';
import { Registry } from '../../../telemetry/registry.ts';
import type { Sample } from '../../../telemetry/sample.ts';
import { agentSamples } from '../../../telemetry/sources/agent.ts';
import { aggregatorSamples } from '../../../telemetry/sources/aggregator.ts';
import { alertingSamples } from '../../../telemetry/sources/alerts.ts';
import { placeOf } from '../../../telemetry/sources/places.ts';

function valueIn(samples: readonly Sample[], metric: string, labels: object = {}): unknown {
  new Registry().gather(samples);
  const wanted = JSON.stringify(labels);
  return samples.find((each) => each.metric === metric && JSON.stringify(each.labels) === wanted)
    ?.value;
}

const quiet = {
  waiting: 0,
  oldestWaitingMs: null,
  deadLettered: 0,
  failingSinceMs: null,
  disabled: false,
  down: false,
};

const alerting: AlertingReading = {
  nowMs: 100_000,
  partitions: { 0: 3, 1: 4 },
  receivers: {
    0: { pagerduty: { ...quiet, waiting: 2, oldestWaitingMs: 40_000, deadLettered: 1 } },
    1: { pagerduty: { ...quiet, waiting: 1, oldestWaitingMs: 90_000, down: true } },
  },
  configProblem: 'no such receiver',
  probeLatencyMs: 250,
  waiting: { alerts: 7 },
  suppressed: [['pagerduty', 'silenced', 4]],
  settings: [['*', 'startDelayMs', '0']],
  firing: [{ alertname: 'RegionDown', severity: 'page', alerts: 2 }],
  dropped: { alerts: 0 },
  notices: [['pagerduty', 'first', 3]],
  attempts: [
    ['pagerduty', 'accepted', 2],
    ['pagerduty', 'retry', 5],
  ],
  ended: [['pagerduty', 'delivered', 2]],
  latency: [['pagerduty', createHistogram()]],
  heartbeats: { watchdog: 70_000 },
  deadLetters: { incidents: 1 },
  log: { kind: 'embedded', writes: [], reads: [] },
};

describe('alerting in numbers', () => {
  const samples = alertingSamples(alerting, { hash: 'abc', appliedMs: 5_000 });
  const at = { receiver: 'pagerduty' };

  test('a receiver of two partitions is one: counts are added, the worst wait counts', () => {
    expect(valueIn(samples, 'regionpilot.alerts.waiting', at)).toBe(3);
    expect(valueIn(samples, 'regionpilot.alerts.oldest_waiting', at)).toBe(60);
    expect(valueIn(samples, 'regionpilot.alerts.dead_letters', at)).toBe(1);
    expect(valueIn(samples, 'regionpilot.alerts.receiver.down', at)).toBe(1);
    expect(valueIn(samples, 'regionpilot.alerts.receiver.failing', at)).toBe(0);
  });

  test('a refused config shows while the old one still runs', () => {
    expect(valueIn(samples, 'regionpilot.alerts.config.reload_successful')).toBe(0);
    expect(valueIn(samples, 'regionpilot.alerts.config.info', { hash: 'abc' })).toBe(1);
    expect(valueIn(samples, 'regionpilot.alerts.config.reload_success.timestamp')).toBe(5);
  });

  test('attempts are told by result, and ages in seconds', () => {
    const result = 'retry';
    expect(valueIn(samples, 'regionpilot.alerts.attempts', { ...at, result })).toBe(5);
    expect(valueIn(samples, 'regionpilot.alerts.heartbeat.age', { receiver: 'watchdog' })).toBe(30);
    // There from the start, so that the first one is seen as an increase.
    expect(valueIn(samples, 'regionpilot.alerts.attempts', { ...at, result: 'rejected' })).toBe(0);
    const topic = { part: 'alerts', topic: 'incidents' };
    expect(valueIn(samples, 'regionpilot.dead_letters', topic)).toBe(1);
  });
});

describe('what keeps a pager quiet, and what somebody set', () => {
  const samples = alertingSamples(alerting, null);

  test('each reason is there from the start, so that a panel is never empty', () => {
    const held = (reason: string) =>
      valueIn(samples, 'regionpilot.alerts.suppressed', { receiver: 'pagerduty', reason });
    expect(held('silenced')).toBe(4);
    expect(['inhibited', 'acknowledged', 'grouped', 'limited'].map(held)).toEqual([0, 0, 0, 0]);
  });

  test('a setting that is no default is told with its value', () => {
    const at = { part: 'alerts', scope: '*', setting: 'startDelayMs', value: '0' };
    expect(valueIn(samples, 'regionpilot.config.setting', at)).toBe(1);
  });
});

const group: AggregatorReading['groups'][number] = {
  group: 'payments',
  term: 3,
  epoch: 9,
  noSafeTarget: false,
  incidentOpen: true,
  movesLastDay: 1,
  tilt: ['lag'],
  orders: { avoid: 90_000 },
  reporting: 100,
  applied: 100,
  homes: {},
  admitted: {},
  regions: [
    { ...where('eu', 40), capacity: 90 },
    { ...where('us', 60), capacity: null },
  ],
};

function where(region: string, routed: number) {
  return { region, health: 'healthy', connected: routed, down: 0, stalledMs: 0, routed } as const;
}

const once = createHistogram();
once[bucketOf(4_000)] = 1;
const log: LogReading = {
  kind: 'kafka',
  writes: [
    { topic: 'rp.decisions', error: null, records: 12, latency: once },
    { topic: 'rp.decisions', error: 'BUS_SEND_FAILED', records: 3, latency: once },
  ],
  reads: [
    { topic: 'rp.events', group: 'rp-aggregator', records: 900 },
    { topic: 'rp.decisions', group: null, records: 12 },
  ],
};

const aggregator: AggregatorReading = {
  nowMs: 10_000,
  partitions: [],
  regions: [],
  regionsLeftOut: 0,
  groups: [group],
  decisions: [],
  refusals: [],
  records: [],
  moves: [{ group: 'payments', from: 'eu', to: 'us', reason: 'regionDown', count: 2 }],
  stages: [],
  heartbeats: {},
  settings: [['payments', 'stallMs', '250']],
  waiting: {},
  dropped: {},
  deadLetters: {},
  log,
  rebalances: {},
};

describe('an aggregator in numbers', () => {
  const samples = aggregatorSamples(aggregator);
  const at = { group: 'payments' };

  test('a move is told from where to where and why', () => {
    const labels = { ...at, from: 'eu', to: 'us', reason: 'regionDown' };
    expect(valueIn(samples, 'regionpilot.decision.moves', labels)).toBe(2);
  });

  test('headroom is what is left of the capacity now, and once everybody came', () => {
    const left = (region: string, moment: string) =>
      valueIn(samples, 'regionpilot.region.headroom', { ...at, region, moment });
    expect([left('eu', 'now'), left('eu', 'afterMove')]).toEqual([50, -10]);
    expect(left('us', 'now')).toBeUndefined();
    expect(valueIn(samples, 'regionpilot.region.routed', { ...at, region: 'us' })).toBe(60);
  });

  test('an order that is not in force and a cause of tilt that is not there are 0, not nothing', () => {
    const active = (order: string) =>
      valueIn(samples, 'regionpilot.override.active', { ...at, order });
    expect([active('avoid'), active('use'), active('off')]).toEqual([1, 0, 0]);
    const ends = 'regionpilot.override.expiry.timestamp';
    expect(valueIn(samples, ends, { ...at, order: 'avoid' })).toBe(90);
    expect(valueIn(samples, ends, { ...at, order: 'use' })).toBeUndefined();
    const tilt = (reason: string) => valueIn(samples, 'regionpilot.tilt', { ...at, reason });
    expect([tilt('lag'), tilt('coverage')]).toEqual([1, 0]);
  });

  const exchange = (destination: string, operation: string) => ({
    part: 'aggregator',
    'messaging.system': 'kafka',
    'messaging.operation.name': operation,
    'messaging.destination.name': destination,
  });

  test('what was written is told by the conventions, failed attempts by their error', () => {
    const sent = (error: string) => ({ ...exchange('rp.decisions', 'send'), 'error.type': error });
    expect(valueIn(samples, 'messaging.client.sent.messages', sent(''))).toBe(12);
    expect(valueIn(samples, 'messaging.client.sent.messages', sent('BUS_SEND_FAILED'))).toBe(3);
    expect(valueIn(samples, 'messaging.client.operation.duration', sent(''))).toBe(once);
  });

  test('what was handed over is told by consumer group, where there is one', () => {
    const handed = (topic: string, group: string) =>
      valueIn(samples, 'messaging.client.consumed.messages', {
        ...exchange(topic, 'poll'),
        'messaging.consumer.group.name': group,
      });
    expect(handed('rp.events', 'rp-aggregator')).toBe(900);
    expect(handed('rp.decisions', '')).toBe(12);
  });

  test('an attribute that does not apply is not pushed at all, and the embedded log is ours', () => {
    const read = { topic: 'events', group: null, records: 1 };
    const embedded = { kind: 'embedded', writes: [], reads: [read] } as const;
    const more = aggregatorSamples({ ...aggregator, log: embedded });
    const pushed = otlpMetrics(new Registry().gather(more), 0, 1);
    const consumed = pushed.find(({ name }) => name === 'messaging.client.consumed.messages');
    expect(consumed?.points.map(({ attributes }) => attributes)).toEqual([
      { ...exchange('events', 'poll'), 'messaging.system': 'regionpilot' },
    ]);
  });

  test('regions whose totals found no room are series left out', () => {
    const more = aggregatorSamples({ ...aggregator, regionsLeftOut: 7 });
    const metric = 'regionpilot_connection_events_total';
    expect(valueIn(more, 'regionpilot.telemetry.series_dropped', { metric })).toBe(7);
  });
});

describe('the stages of a failover', () => {
  const evidence = {} as Extract<IncidentEvent, { kind: 'healthChanged' }>['evidence'];
  const record = (atMs: number, event: IncidentEvent): IncidentRecord => ({
    v: 1,
    group: 'g',
    incident: null,
    atMs,
    owner: 'a',
    term: 1,
    event,
  });
  const health = (from: 'healthy' | 'suspect', to: 'suspect' | 'down'): IncidentEvent => ({
    kind: 'healthChanged',
    region: 'eu',
    home: '*',
    from,
    to,
    evidence,
  });
  const decision = {
    v: 1,
    group: 'g',
    term: 1,
    epoch: 2,
    owner: 'a',
    atMs: 1_450,
    reason: 'regionDown',
    text: '',
    regions: ['eu', 'us'],
    admit: { eu: 0, us: 10_000 },
    homes: {},
    noSafeTarget: false,
    health: {},
    evidence: [],
    incident: null,
  } as const;

  test('are timed from suspicion to the last client', () => {
    const tally = new DecisionTally();
    tally.recorded(record(1_000, health('healthy', 'suspect')));
    tally.recorded(record(1_400, health('suspect', 'down')));
    tally.published(decision, 9_000);
    tally.readBack(decision, 9_020);
    tally.readBack(decision, 9_999);
    const converged = { kind: 'converged', term: 1, epoch: 2, clients: 9, applied: 9 } as const;
    tally.recorded(record(2_000, { ...converged, tookMs: 200 }));
    const median = tally.stages.map(([, stage, counts]) => [
      stage,
      Math.round((quantileUs(counts, 0.5) ?? 0) / 10_000) * 10,
    ]);
    expect(median).toEqual([
      ['detect', expect.closeTo(400, -2)],
      ['decide', expect.closeTo(50, -1)],
      ['publish', 20],
      ['apply', expect.closeTo(200, -2)],
    ]);
    expect(tally.stages.map(([, , counts]) => counts.reduce((a, b) => a + b))).toEqual([
      1, 1, 1, 1,
    ]);
    expect(tally.decisions).toEqual([['g', 'regionDown', 1]]);
  });

  test('a decision that is no failover is counted and not timed', () => {
    const tally = new DecisionTally();
    const other = { ...decision, reason: 'rampStep' } as const;
    tally.published(other, 9_000);
    tally.readBack(other, 9_020);
    expect(tally.stages).toEqual([]);
    expect(tally.decisions).toEqual([['g', 'rampStep', 1]]);
  });

  test('a move is counted between the regions that the decision before it used', () => {
    const tally = new DecisionTally();
    const open = { eu: 10_000, us: 10_000 };
    tally.readBack({ ...decision, epoch: 1, reason: 'initial', admit: open }, 1_000);
    tally.published(decision, 1_500);
    tally.readBack(decision, 1_510);
    // The first step of the way back: one in a hundred.
    const step = { ...decision, epoch: 3, reason: 'rampStep', admit: { eu: 100, us: 10_000 } };
    tally.published(step as typeof decision, 61_500);
    expect(tally.moves).toEqual([
      { group: 'g', from: 'eu', to: 'us', reason: 'regionDown', count: 1 },
      { group: 'g', from: 'us', to: 'eu', reason: 'rampStep', count: 1 },
    ]);
  });
});

describe('small things', () => {
  test('an agent hands its host what it knows', () => {
    const samples = agentSamples(
      {
        decisions: { state: 'following', lastContactMs: 9_500 },
        reports: {
          waiting: 3,
          bytes: 2_048,
          produced: 77,
          dropped: { ringFull: 4 },
          connectionsRefused: 0,
        },
        connections: [{ group: 'payments', region: 'eu', used: 1, idle: 2 }],
        survivedErrors: 1,
      },
      10_000,
    );
    expect(valueIn(samples, 'regionpilot.agent.contact.age')).toBe(0.5);
    expect(valueIn(samples, 'regionpilot.agent.dropped', { reason: 'ringFull' })).toBe(4);
    expect(valueIn(samples, 'regionpilot.agent.following')).toBe(1);
    const up = (state: string) =>
      valueIn(samples, 'db.client.connection.count', {
        'db.client.connection.pool.name': 'payments/eu',
        'db.client.connection.state': state,
      });
    expect([up('used'), up('idle')]).toEqual([1, 2]);
  });

  test('cloud regions lie on the map, a name of your own does not', () => {
    expect(placeOf('eu-west-1')).toEqual({ latitude: '53.3', longitude: '-6.3' });
    expect(placeOf('ap-southeast-2').latitude).toBe('-33.9');
    expect(placeOf('cellar')).toEqual({ latitude: '', longitude: '' });
  });

  test('readiness names every reason at once', () => {
    const facts = { topicsVerified: true, caughtUp: true, coldPartitions: [] };
    expect(readinessOf({ ...facts, bus: { kind: 'up' } })).toEqual({ ready: true, reasons: [] });
    expect(
      readinessOf({
        bus: { kind: 'down', reason: 'no broker' },
        topicsVerified: false,
        caughtUp: false,
        coldPartitions: [1, 3],
      }).reasons,
    ).toEqual([
      'the event log is down: no broker',
      'topics are not verified yet',
      'the logs it follows are not read to their ends yet',
      'partitions that are not warm yet: 1, 3',
    ]);
  });
});
