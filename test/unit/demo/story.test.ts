import { bucketUpperUs, type Partial } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { Chronicle } from '../../../demo/chronicle.ts';
import { planFleet } from '../../../demo/fleet-plan.ts';
import { Gauges } from '../../../demo/gauges.ts';
import { failedCommands, heard } from '../../../demo/happening.ts';
import { Inbox } from '../../../demo/inbox/inbox.ts';
import { Journeys } from '../../../demo/journeys.ts';
import { unsettledBecause } from '../../../demo/snapshot.ts';
import { nextWork, pauseMs } from '../../../demo/workload.ts';
import { decisionOf, regionOf, worldOf } from './build.ts';

describe('journeys', () => {
  const journeys = (): Journeys => {
    const begun = new Journeys();
    begun.begin({ fault: 'refused', region: 'eu', atMs: 1_000, clients: ['a', 'b'] });
    return begun;
  };
  const move = (client: string, from: string, to: string, atMs: number) => ({
    client,
    from,
    to,
    atMs,
  });

  test('the last one out and the last one back are told, once each', () => {
    const told = journeys();
    expect(told.moved(move('a', 'eu', 'us', 1_300))).toBeNull();
    expect(told.moved(move('b', 'eu', 'us', 1_400))).toEqual({
      kind: 'left',
      region: 'eu',
      clients: 2,
      tookMs: 400,
    });
    expect(told.moved(move('a', 'us', 'eu', 9_000))).toBeNull();
    expect(told.moved(move('b', 'us', 'eu', 9_500))).toMatchObject({ kind: 'returned' });
    expect(told.moved(move('b', 'eu', 'us', 9_900))).toBeNull();
  });

  test('who turns back during a return does not make all leave again', () => {
    const told = journeys();
    told.moved(move('a', 'eu', 'us', 1_300));
    told.moved(move('b', 'eu', 'us', 1_400));
    told.moved(move('a', 'us', 'eu', 9_000));
    expect(told.moved(move('a', 'eu', 'us', 9_200))).toBeNull();
  });

  test('a region nobody left completely has no return to tell', () => {
    const told = journeys();
    expect(told.moved(move('a', 'eu', 'us', 1_300))).toBeNull();
    expect(told.moved(move('a', 'us', 'eu', 1_500))).toBeNull();
  });

  test('strangers are nobody’s business', () => {
    expect(journeys().moved(move('z', 'eu', 'us', 1_300))).toBeNull();
  });
});

describe('happenings', () => {
  const failure = (region: string, ambiguous: boolean, command = 'incr') => ({
    client: 'a',
    command,
    region,
    ambiguous,
    text: 'held too long',
    atMs: 5,
  });

  test('two hundred failures of one kind are one line', () => {
    const many = Array.from({ length: 200 }, () => failure('eu', true));
    const lines = failedCommands([...many, failure('us', false, 'get')]);
    expect(lines.map(({ what, text }) => `${what} ${text}`)).toEqual([
      expect.stringMatching(/^DOUBT 200 INCR in eu: .*AMBIGUOUS_WRITE/),
      'FAILED 1 GET in us: held too long',
    ]);
  });

  test('a decision is told with its evidence, a ramp step as good news', () => {
    const decision = decisionOf({ reason: 'rampStep', epoch: 3, text: 'eu stayed clean' });
    const replay = { state: null, input: null, policy: null };
    expect(heard({ kind: 'decided', decision, rejected: [], replay }, 7)).toEqual({
      atMs: 7,
      tone: 'good',
      what: 'DECIDED',
      text: 'eu stayed clean (rampStep, epoch 3)',
      evidence: null,
    });
  });
});

describe('gauges', () => {
  const partial = (fields: {
    latency: number[];
    raw?: [number, number];
    partition?: number;
  }): Partial =>
    ({
      partition: fields.partition ?? 0,
      cells: [{ region: 'eu', raw: fields.raw ?? [10, 1], latency: fields.latency }],
    }) as unknown as Partial;

  test('partitions add up, and a later partial replaces an earlier one', () => {
    const gauges = new Gauges();
    gauges.take(partial({ latency: [100, 5], raw: [1, 9] }));
    gauges.take(partial({ latency: [100, 10], raw: [10, 1] }));
    gauges.take(partial({ latency: [100, 10], raw: [20, 2], partition: 1 }));
    expect(gauges.read('eu', 1_000)).toMatchObject({ answered: 30, failed: 3 });
    expect(gauges.read('us', 1_000)).toMatchObject({ answered: 0, failed: 0, p50Ms: null });
  });

  test('latency is that of the last seconds, not of all time', () => {
    const gauges = new Gauges();
    gauges.take(partial({ latency: [100, 1_000] }));
    gauges.read('eu', 0);
    gauges.take(partial({ latency: [100, 1_000, 200, 3] }));
    expect(gauges.read('eu', 1_000).p50Ms).toBeCloseTo(bucketUpperUs(200) / 1_000);
  });

  test('a folder that began anew is read as it is', () => {
    const gauges = new Gauges();
    gauges.take(partial({ latency: [50, 1_000] }));
    gauges.read('eu', 0);
    gauges.take(partial({ latency: [100, 4] }));
    expect(gauges.read('eu', 1_000).p50Ms).toBeCloseTo(bucketUpperUs(100) / 1_000);
  });
});

describe('the fleet', () => {
  test('homes share the clients, every home has several zones, names never repeat', () => {
    const fleet = planFleet(200, ['eu', 'us', 'ap']);
    const of = (home: string) => fleet.filter((client) => client.home === home);
    expect(['eu', 'us', 'ap'].map((home) => of(home).length)).toEqual([67, 67, 66]);
    expect(new Set(of('us').map(({ domain }) => domain)).size).toBe(3);
    expect(new Set(fleet.map(({ name }) => name)).size).toBe(200);
  });

  test('mostly reads, some writes, a few that must not be repeated', () => {
    expect(nextWork('a', () => 0.1).kind).toBe('get');
    expect(nextWork('a', () => 0.7).kind).toBe('set');
    expect(nextWork('a', () => 0.9)).toEqual({ kind: 'incr', key: 'visits:a' });
    expect([pauseMs(5, () => 0), pauseMs(5, () => 1)]).toEqual([100, 300]);
  });
});

test('the world is settled only when everybody is home and everything is well', () => {
  expect(unsettledBecause(worldOf())).toBeNull();
  expect(unsettledBecause(worldOf({ version: null }))).toContain('not decided');
  expect(unsettledBecause(worldOf({ tilt: ['warmUp'] }))).toContain('warmUp');
  expect(unsettledBecause(worldOf({ alerting: false }))).toContain('nobody is on call');
  const ill = worldOf({ regions: [regionOf({ health: 'suspect' })] });
  expect(unsettledBecause(ill)).toBe('eu-west is suspect');
  const away = worldOf({ regions: [regionOf({ users: 60 })] });
  expect(unsettledBecause(away)).toBe('60 of 67 clients are in eu-west');
});

test('the chronicle forgets the oldest before it grows without bound', () => {
  const chronicle = new Chronicle();
  const none = { sent: 0, failed: 0, ambiguous: 0 };
  for (let i = 0; i < 25_000; i++) chronicle.failed(i);
  const { failures } = chronicle.log('embedded', none, new Inbox());
  expect([failures.length, failures[0], failures.at(-1)]).toEqual([20_000, 5_000, 24_999]);
});

test('a page is reported with the attempt that brought it', () => {
  const chronicle = new Chronicle();
  const inbox = new Inbox();
  const tried = (startedMs: number, attempt: number, action: 'trigger' | 'resolve'): void =>
    chronicle.attempted({
      ...{ v: 1, receiver: 'pagerduty', dedupKey: 'rp-1', seq: 1, action, reason: 'first' },
      ...{ severity: 'page', title: 'down', attempt, startedMs, tookMs: 5, result: 'accepted' },
      ...{ status: 202, error: null, nextAttemptMs: null, outcome: null, latencyMs: null },
      alerts: [],
    });
  tried(1_000, 1, 'trigger');
  tried(2_000, 2, 'trigger');
  inbox.take(
    'pagerduty',
    { kind: 'trigger', dedupKey: 'rp-1', title: 'x', severity: 'info' },
    2_003,
  );
  tried(9_000, 7, 'resolve');
  inbox.take('pagerduty', { kind: 'resolve', dedupKey: 'rp-1' }, 9_001);
  const none = { sent: 0, failed: 0, ambiguous: 0 };
  expect(chronicle.log('embedded', none, inbox).pages).toMatchObject([
    { attempts: 2, sentMs: 2_003, resolvedMs: 9_001 },
  ]);
  expect(chronicle.log('embedded', none, inbox, 3_000).pages).toEqual([]);
});
