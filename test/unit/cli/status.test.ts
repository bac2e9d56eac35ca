import { policyDefaults } from '@regionpilot/aggregator';
import { type Decision, type Heartbeat, problemsOf } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { judgeNow, nowLines } from '../../../cli/judgement.ts';
import { statusLines } from '../../../cli/status/lines.ts';
import { type StatusFacts, type StatusReport, statusReport } from '../../../cli/status/report.ts';
import { statusSchema } from '../../../cli/status/schema.ts';
import { plain } from '../../../cli/text.ts';
import { holdRecord, partialOf } from '../../support/owner.ts';

const ten = Date.UTC(2026, 10, 21, 10);

const decision: Decision = {
  v: 1,
  group: 'payments',
  term: 2,
  epoch: 7,
  owner: 'agg-1',
  atMs: ten - 60_000,
  reason: 'regionDownFromHome',
  text: 'eu-home clients leave eu',
  regions: ['eu', 'us'],
  admit: { eu: 10_000, us: 10_000 },
  homes: { eu: { eu: 0, us: 10_000 } },
  noSafeTarget: false,
  health: { eu: 'suspect', us: 'healthy' },
  evidence: [],
  incident: null,
};

const heartbeat: Heartbeat = {
  v: 1,
  partition: 0,
  owner: 'agg-1',
  atMs: ten,
  intervalMs: 1_000,
  epochs: { payments: [2, 7] },
  tilt: {},
};

const fleet = {
  eu: { clients: 4, known: 5, sees: { eu: { down: 4 }, us: {} } },
  us: { clients: 4, sees: { eu: {}, us: {} } },
};

const facts = (extra: Partial<StatusFacts> = {}): StatusFacts => ({
  bus: 'embedded',
  alerts: null,
  decisions: new Map([['payments', decision]]),
  heartbeats: [{ heartbeat, appendedMs: ten - 400 }],
  overrides: new Map(),
  partials: [partialOf(fleet, ten, { applied: { '2.7': 6, '2.6': 2 }, stragglers: ['c1', 'c2'] })],
  changes: [],
  lagRecords: 3,
  ...extra,
});

const look = (extra?: Partial<StatusFacts>): StatusReport =>
  statusReport(facts(extra), policyDefaults, ten);
const text = (extra?: Partial<StatusFacts>): string => statusLines(look(extra), plain).join('\n');

describe('status', () => {
  test('keeps its promised shape', () => {
    expect(problemsOf(statusSchema, look())).toEqual([]);
    expect(
      problemsOf(statusSchema, look({ partials: [], heartbeats: [], lagRecords: null })),
    ).toEqual([]);
  });

  test('shows shares, home exceptions, convergence and stragglers', () => {
    expect(text()).toContain('aggregator agg-1 (partition 0) answered 400ms ago');
    expect(text()).toContain('payments  epoch 7, term 2, decided by agg-1 1m ago');
    expect(text()).toMatch(/eu +suspect +suspect +100 % +8 +eu 0 %/);
    expect(text()).toContain('8 reporting of 9 known, 75.0 % follow this epoch, behind: c1, c2');
  });

  test('a heartbeat that is six seconds old is stale, five is not', () => {
    const silent = text({ heartbeats: [{ heartbeat, appendedMs: ten - 6_000 }] });
    expect(silent).toContain('SILENT for 6s');
    expect(silent).toContain('the aggregator of this group is silent');
    expect(text({ heartbeats: [{ heartbeat, appendedMs: ten - 5_000 }] })).not.toContain('SILENT');
  });

  test('orders show what is left of them, and expired ones do not show', () => {
    const hold = holdRecord({ kind: 'use', region: 'us' }, ten + 1_770_000);
    expect(text({ overrides: new Map([['payments', hold]]) })).toContain(
      'hold use us by dana, 29m 30s left: maintenance',
    );
    const all = holdRecord(null, ten + 60_000, { automation: 'off', overrideRules: ['coolDown'] });
    expect(text({ overrides: new Map([['*', all]]) })).toContain(
      'automation off, may pass coolDown (all groups) by dana, 1m left',
    );
    expect(
      look({ overrides: new Map([['payments', { ...hold, expiresMs: ten }]]) }).groups[0]?.orders,
    ).toEqual([]);
  });

  test('health follows what changed after the decision, not what changed before', () => {
    const change = (atMs: number, to: 'down' | 'healthy') => ({
      v: 1 as const,
      group: 'payments',
      incident: null,
      atMs,
      owner: 'a',
      term: 2,
      event: {
        kind: 'healthChanged',
        region: 'eu',
        home: '*',
        from: 'suspect',
        to,
        evidence: {},
      } as never,
    });
    expect(look({ changes: [change(ten - 90_000, 'down')] }).groups[0]?.regions[0]?.health).toBe(
      'suspect',
    );
    expect(look({ changes: [change(ten - 30_000, 'healthy')] }).groups[0]?.regions[0]?.health).toBe(
      'healthy',
    );
  });

  test('says it when nobody answers, nobody reports, nothing is safe or time looks wrong', () => {
    const quiet = text({ partials: [], heartbeats: [] });
    expect(quiet).toContain('no aggregator has ever answered');
    expect(quiet).toContain('none reporting');
    const tilted = { ...heartbeat, tilt: { payments: 'clockJump' } };
    const bad = text({
      heartbeats: [{ heartbeat: tilted, appendedMs: ten }],
      decisions: new Map([['payments', { ...decision, noSafeTarget: true }]]),
    });
    expect(bad).toContain('TILT: watching without acting (clockJump)');
    expect(bad).toContain('NO SAFE TARGET');
    expect(text({ decisions: new Map() })).toContain('no group was ever decided');
  });
});

describe('the judgement of this moment', () => {
  test('says of each region what the votes say, with their numbers', () => {
    const lines = nowLines(decision, judgeNow(facts().partials, decision, policyDefaults));
    expect(lines[0]).toMatch(/^now: epoch 7 of 2026-11-21T09:59:00.000Z \(regionDownFromHome\)/);
    expect(lines[1]).toMatch(
      /eu is judged suspect: 4 of 8 engaged clients say down \(2 wanted, 8 live\)/,
    );
    expect(lines[2]).toMatch(/us is judged ok: 0 of 8/);
  });

  test('without reports there is none', () => {
    expect(nowLines(null, judgeNow([], null, policyDefaults))).toEqual([
      'now: no decision was ever made',
      '  no client reported in the last seconds',
    ]);
  });
});
