import { type Heartbeat, problemsOf } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { alertingFinding } from '../../../cli/doctor/alerting.ts';
import {
  brokersFinding,
  clusterFinding,
  lagFinding,
  topicsFinding,
} from '../../../cli/doctor/bus.ts';
import {
  agentClockFinding,
  aggregatorClockFinding,
  ownClockFinding,
} from '../../../cli/doctor/clocks.ts';
import {
  aliveFinding,
  decisionsFinding,
  singleFinding,
  tiltFinding,
} from '../../../cli/doctor/control.ts';
import { certificatesFinding, tokensFinding, tokensIn } from '../../../cli/doctor/expiry.ts';
import { doctorReport, type Finding, failed, ok, skipped } from '../../../cli/doctor/finding.ts';
import {
  followFinding,
  freshFinding,
  lostFinding,
  seenFinding,
} from '../../../cli/doctor/fleet.ts';
import { asciiMarks, doctorLines, marksFor, unicodeMarks } from '../../../cli/doctor/lines.ts';
import { redisFinding, redisInfo, redisTarget } from '../../../cli/doctor/redis.ts';
import { doctorSchema } from '../../../cli/doctor/schema.ts';
import { coloured, plain } from '../../../cli/text.ts';
import { decision } from '../../support/decisions.ts';
import { partialOf } from '../../support/owner.ts';

const ten = Date.UTC(2026, 10, 21, 10);
const day = 86_400_000;
const hostile = 'eu\u001b[2J\u202egnp\nroot# ';

const beat = (extra: Partial<Heartbeat> = {}, appendedMs = ten - 400) => ({
  heartbeat: {
    v: 1 as const,
    partition: 0,
    owner: 'agg-1',
    atMs: appendedMs - 20,
    intervalMs: 1_000,
    epochs: {},
    tilt: {},
    ...extra,
  },
  appendedMs,
});

const fleet = {
  eu: { clients: 4, known: 5, sees: { eu: {}, us: {} } },
  us: { clients: 4, sees: { eu: {}, us: {} } },
};

describe('the event log', () => {
  const versions = new Map<number, readonly [number, number]>(
    Array.from({ length: 20 }, (_, key) => [key, [0, 20]]),
  );
  const up = { address: 'k-1:9092', answer: { kind: 'answered', tookMs: 3, versions } as const };
  const down = { address: 'k-2:9092', answer: { kind: 'silent', reason: 'no answer' } as const };

  test('one broker of two away is a warning, both away is a failure', () => {
    expect(brokersFinding([up, up]).level).toBe('ok');
    expect(brokersFinding([up, down])).toMatchObject({ level: 'warning', detail: /no answer/ });
    expect(brokersFinding([down, down]).level).toBe('failed');
  });

  test('a broker that shares no version with us is no broker of ours', () => {
    const newer = new Map([...versions, [1, [12, 17]] as const]);
    const strange = {
      address: 'k:1',
      answer: { kind: 'answered', tookMs: 1, versions: newer } as const,
    };
    expect(brokersFinding([strange])).toMatchObject({
      level: 'failed',
      detail: expect.stringContaining('no common version of fetch'),
    });
  });

  test('fewer brokers than copies cannot keep a promise', () => {
    const cluster = { clusterId: 'c', controller: 1, brokers: [{ nodeId: 1, host: 'k', port: 1 }] };
    expect(clusterFinding(cluster, 3)).toMatchObject({ level: 'failed', hint: /--replication 1/ });
    expect(clusterFinding(cluster, 1).level).toBe('ok');
  });

  test('weak topics and a lag beyond the bound fail, a tenth of it warns', () => {
    const weak = { topic: 't', setting: 'partitions' as const, got: '1', wanted: 'at least 8' };
    expect(topicsFinding([weak], 9)).toMatchObject({
      level: 'failed',
      hint: 'regionpilot topics apply',
    });
    const lag = (records: number) =>
      lagFinding([{ group: 'g', topic: 't', records }], 50_000).level;
    expect([lag(5_000), lag(5_001), lag(50_001)]).toEqual(['ok', 'warning', 'failed']);
  });
});

describe('clocks', () => {
  test('half a second is worth a look, two seconds are wrong, in either direction', () => {
    const level = (aheadMs: number) => ownClockFinding(aheadMs).level;
    expect([level(499), level(-500), level(1_999), level(-2_000)]).toEqual([
      'ok',
      'warning',
      'warning',
      'failed',
    ]);
    expect(ownClockFinding(null).level).toBe('skipped');
    expect(aggregatorClockFinding([beat({ atMs: ten + 5_000 }, ten)])).toMatchObject({
      level: 'failed',
      detail: 'agg-1 is 5s ahead of the log',
    });
    expect(agentClockFinding(3, 15_000)).toMatchObject({ level: 'warning', detail: /^3 stamps/ });
  });
});

describe('aggregators', () => {
  test('silence of more than five seconds fails, and so does a partition nobody answers for', () => {
    expect(aliveFinding([beat()], 1, ten).level).toBe('ok');
    expect(aliveFinding([beat({}, ten - 5_001)], 1, ten).level).toBe('failed');
    expect(aliveFinding([beat()], 2, ten)).toMatchObject({
      level: 'failed',
      detail: expect.stringContaining('1 of 2 partitions were never answered for'),
    });
    expect(aliveFinding([], 1, ten).level).toBe('failed');
  });

  test('two voices on one partition, or a term that flaps, are said', () => {
    expect(singleFinding([beat(), beat()], new Map([['payments', 3]])).level).toBe('ok');
    expect(singleFinding([beat(), beat({ owner: 'agg-2' })], new Map())).toMatchObject({
      level: 'warning',
      detail: 'partition 0: agg-1 and agg-2',
    });
    expect(singleFinding([], new Map([['payments', 4]])).level).toBe('warning');
  });

  test('tilt, no safe target and an undecided group', () => {
    expect(tiltFinding([beat({ tilt: { payments: 'lag' } })]).level).toBe('warning');
    const stuck = decision({ noSafeTarget: true });
    expect(decisionsFinding(new Map([['payments', stuck]]), []).level).toBe('failed');
    const fine = new Map([['payments', decision()]]);
    expect(decisionsFinding(fine, ['payments', 'sessions'])).toMatchObject({
      level: 'warning',
      detail: 'never decided: sessions',
    });
    expect(decisionsFinding(fine, ['payments']).level).toBe('ok');
  });
});

describe('agents', () => {
  test('who reports is counted by home; a home without anybody is a warning', () => {
    expect(seenFinding([partialOf(fleet, ten)])).toMatchObject({
      level: 'ok',
      detail: 'payments: 8 of 9 known (eu 4, us 4)',
    });
    const alone = { ...fleet, us: { clients: 0, known: 4, sees: {} } };
    expect(seenFinding([partialOf(alone, ten)]).level).toBe('warning');
    expect(seenFinding([]).level).toBe('warning');
  });

  test('sums older than three seconds are not fresh', () => {
    const latest = [partialOf(fleet, ten)];
    expect(freshFinding(latest, 3_000).level).toBe('ok');
    expect(freshFinding(latest, 3_001).level).toBe('failed');
    expect(freshFinding([], null).level).toBe('failed');
    expect(freshFinding([partialOf(fleet, ten, { warm: false })], 100).level).toBe('warning');
  });

  test('stragglers are named', () => {
    const decisions = new Map([['payments', decision({ term: 2, epoch: 7 })]]);
    const behind = partialOf(fleet, ten, { applied: { '2.7': 6 }, stragglers: ['c-7'] });
    expect(followFinding([behind], decisions)).toMatchObject({
      level: 'warning',
      detail: 'payments: 6 of 8; behind: c-7',
    });
    const all = partialOf(fleet, ten, { applied: { '2.7': 8 } });
    expect(followFinding([all], decisions).level).toBe('ok');
  });

  test('only what was lost while we looked counts, and not what another owner counted before', () => {
    const accounts = partialOf(fleet, ten).accounts;
    const lost = (gaps: number, owner = 'folder') =>
      partialOf(fleet, ten, { owner, accounts: { ...accounts, gaps } });
    expect(lostFinding([lost(5)], [lost(5)], 15_000).level).toBe('ok');
    expect(lostFinding([lost(5)], [lost(7)], 15_000)).toMatchObject({
      level: 'warning',
      detail: '2 batches missing between sequence numbers\nin the last 15s',
    });
    expect(lostFinding([lost(5)], [lost(9, 'another')], 15_000).level).toBe('ok');
    expect(lostFinding([], [], 15_000).level).toBe('skipped');
  });
});

describe('servers, receivers and what ends by itself', () => {
  const target = { region: 'eu', host: 'r', port: 6379, tls: false };
  const info = 'redis_version:7.0.15\r\nrole:master\r\nused_memory:1048576\r\nmaxmemory:0\r\n';
  const found = (text: string): Finding =>
    redisFinding({ target, answer: { kind: 'answered', tookMs: 2, info: redisInfo(text) } });

  test('a server says how it is; a replica or a full one is worth a look', () => {
    expect(found(info)).toMatchObject({
      level: 'ok',
      detail: 'r:6379 in 2ms, version 7.0.15, master, 1.0 MiB',
    });
    expect(found(info.replace('master', 'slave')).level).toBe('warning');
    expect(found(info.replace('maxmemory:0', 'maxmemory:1048577')).level).toBe('warning');
    expect(redisFinding({ target, answer: { kind: 'locked', tookMs: 1 } }).level).toBe('warning');
    expect(redisFinding({ target, answer: { kind: 'silent', reason: 'x' } }).level).toBe('failed');
  });

  test.each([
    ['eu=10.0.0.1:6379', { region: 'eu', host: '10.0.0.1', port: 6379, tls: false }],
    ['eu=rediss://r.example:6380', { region: 'eu', host: 'r.example', port: 6380, tls: true }],
    ['eu=[::1]:6379', { region: 'eu', host: '::1', port: 6379, tls: false }],
    ['eu=user:secret@h:1', null],
    ['eu=h:70000', null],
    ['h:1', null],
  ])('%s as a target', (text, wanted) => {
    expect(redisTarget(text)).toEqual(wanted);
  });

  test('a certificate or token is spoken of a month before it ends', () => {
    const level = (untilMs: number) =>
      certificatesFinding('bus.tls.certFile', [{ subject: 'CN=a', fromMs: 0, untilMs }], ten).level;
    expect([level(ten + 31 * day), level(ten + 29 * day), level(ten)]).toEqual([
      'ok',
      'warning',
      'failed',
    ]);
    expect(certificatesFinding('x', [], ten).level).toBe('failed');
    const tokens = tokensIn({
      tokens: [
        { id: 'a', name: 'ann', expiresMs: ten + 3 * day },
        { id: 'b', expiresMs: ten - 1, revokedMs: 1 },
        'nonsense',
      ],
    });
    expect(tokensFinding(tokens ?? [], ten)).toMatchObject({
      level: 'warning',
      detail: 'ann ends in 3d',
    });
    expect(tokensIn([])).toBeNull();
  });

  test('alerting that neither took over nor saved for 75 s is dead', () => {
    const owner = { v: 1, kind: 'owner', partition: 0, term: 1, owner: 'al-1', atMs: ten } as const;
    const owners = new Map([[0, owner]]);
    expect(alertingFinding(owners, new Map(), ten + 75_000).level).toBe('ok');
    expect(alertingFinding(owners, new Map(), ten + 75_001).level).toBe('failed');
    expect(alertingFinding(owners, new Map([[0, ten + 60_000]]), ten + 90_000).level).toBe('ok');
    expect(alertingFinding(new Map(), new Map(), ten).level).toBe('warning');
  });
});

describe('the report', () => {
  const question = (id: string, category: Finding['category']) => ({
    id,
    category,
    title: `${id} is well`,
  });
  const findings = [
    failed(
      question('topics.guarantees', 'topics'),
      'a is missing\nb is weak',
      'regionpilot topics apply',
    ),
    ok(question('config.valid', 'config'), 'pilot.yaml'),
    tiltFinding([beat({ tilt: { [hostile]: hostile } })]),
    skipped(question('agents.seen', 'agents'), 'nobody reports'),
  ];
  const report = (given: readonly Finding[], strict = false) =>
    doctorReport(given, { strict, atMs: ten, tookMs: 1_234 });

  test('fails by failures alone, unless it is strict', () => {
    expect(report(findings).ok).toBe(false);
    expect(report(findings.slice(1)).ok).toBe(true);
    expect(report(findings.slice(1), true).ok).toBe(false);
    expect(problemsOf(doctorSchema, report(findings))).toEqual([]);
  });

  test('reads like this, whatever names the log holds', async () => {
    await expect(doctorLines(report(findings), unicodeMarks, plain).join('\n')).toMatchFileSnapshot(
      'golden/doctor.txt',
    );
    await expect(doctorLines(report(findings), asciiMarks, plain).join('\n')).toMatchFileSnapshot(
      'golden/doctor-ascii.txt',
    );
    const text = doctorLines(report(findings), unicodeMarks, plain).join('\n');
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
    expect(text.split('\n').filter((line) => line.trim().startsWith('root#'))).toEqual([]);
    expect(doctorLines(report(findings), unicodeMarks, coloured).join('\n')).toContain(
      '\u001b[31m×',
    );
  });

  test('marks are ASCII where the locale does not promise more', () => {
    expect(marksFor({ LANG: 'C' })).toBe(asciiMarks);
    expect(marksFor({ LANG: 'de_DE.UTF-8' })).toBe(unicodeMarks);
    expect(marksFor({ LANG: 'de_DE.UTF-8', LC_ALL: 'POSIX' })).toBe(asciiMarks);
    expect(marksFor({ TERM: 'dumb', LANG: 'C.utf8' })).toBe(asciiMarks);
  });
});
