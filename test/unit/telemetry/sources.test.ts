import { describe, expect, test } from 'vitest';
import { DecisionTally } from '../../../aggregator/decision-tally.ts';
import { createHistogram, quantileUs } from '../../../protocol/histogram.ts';
import type { IncidentEvent, IncidentRecord } from '../../../protocol/incident.ts';
import { readinessOf } from '../../../telemetry/readiness.ts';
import { Registry } from '../../../telemetry/registry.ts';
import type { Sample } from '../../../telemetry/sample.ts';
import { agentSamples } from '../../../telemetry/sources/agent.ts';
import { type AlertingReading, alertingSamples } from '../../../telemetry/sources/alerts.ts';
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
  status: {
    partitions: { 0: 3, 1: 4 },
    receivers: {
      0: { pagerduty: { ...quiet, waiting: 2, oldestWaitingMs: 40_000, deadLettered: 1 } },
      1: { pagerduty: { ...quiet, waiting: 1, oldestWaitingMs: 90_000, down: true } },
    },
    configProblem: 'no such receiver',
    probeLatencyMs: 250,
    waiting: { alerts: 7 },
  },
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
  publishFailures: {},
  deadLetters: { incidents: 1 },
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
        survivedErrors: 1,
      },
      10_000,
    );
    expect(valueIn(samples, 'regionpilot.agent.contact.age')).toBe(0.5);
    expect(valueIn(samples, 'regionpilot.agent.dropped', { reason: 'ringFull' })).toBe(4);
    expect(valueIn(samples, 'regionpilot.agent.following')).toBe(1);
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
