import type { AlertingEvent } from '@regionpilot/alerts';
import { describe, expect, test } from 'vitest';
import { alertingConfig } from '../../../alerts/config/parse.ts';
import { foldAlerts } from '../../../alerts/topic-view.ts';
import { type AlertsRunEvent, alertingLevel, alertingLine } from '../../../cli/alerts/log-line.ts';
import { coverageNotes, inUse } from '../../../cli/alerts/replayed.ts';
import { findSilence, silenceToEnd, silenceToSet } from '../../../cli/alerts/silencing.ts';
import { findTarget } from '../../../cli/alerts/target.ts';
import { resolveOfTest, testNotice } from '../../../cli/alerts/test-notice.ts';
import { alertsStatus } from '../../../cli/status/alerts.ts';
import { plain } from '../../../cli/text.ts';
import { alertAt } from '../../support/alerts-records.ts';

const ten = Date.UTC(2026, 10, 21, 10);
const hour = 3_600_000;
const request = (...matchers: readonly string[]) => ({ matchers, for: hour, reason: ' upgrade ' });

describe('a silence', () => {
  test('always ends, has an author and a trimmed reason', () => {
    expect(silenceToSet(request('group=payments'), 's-1', 'dana', ten)).toEqual({
      v: 1,
      kind: 'silence',
      id: 's-1',
      matchers: [{ label: 'group', op: '=', value: 'payments' }],
      startsMs: ten,
      endsMs: ten + hour,
      author: 'dana',
      reason: 'upgrade',
    });
  });

  test.each([
    'alertname=~".+"',
    'region!="eu"',
    'severity="page"',
    'severity!~"ticket|info"',
    'nosuchlabel=""',
  ])('that mutes every page is refused unless that is meant: %s', (matcher) => {
    expect(() => silenceToSet(request(matcher), 's-1', 'dana', ten)).toThrow(/mute every page/);
    const meant = { ...request(matcher), everything: true };
    expect(silenceToSet(meant, 's-1', 'dana', ten).matchers).toHaveLength(1);
  });

  test.each(['severity=ticket', 'group=payments', 'alertname=~"region.*"'])(
    'that means something passes: %s',
    (matcher) => {
      expect(silenceToSet(request(matcher), 's-1', 'dana', ten).matchers).toHaveLength(1);
    },
  );

  test('without a reason, or with more matchers than anybody reads, is refused', () => {
    expect(() => silenceToSet({ ...request('a=b'), reason: '  ' }, 's', 'dana', ten)).toThrow(
      /reason/,
    );
    const many = Array.from({ length: 17 }, (_, i) => `label${i}=x`);
    expect(() => silenceToSet(request(...many), 's', 'dana', ten)).toThrow(/matchers/);
  });

  test('ended early keeps what it was for, and says who ended it', () => {
    const silence = silenceToSet(request('group=payments'), 's-1', 'dana', ten);
    const ended = silenceToEnd(silence, 'mira', 'done', ten + 60_000);
    expect(ended).toMatchObject({ endsMs: ten + 60_000, author: 'dana' });
    expect(ended.reason).toBe('upgrade (ended early by mira: done)');
    const long = { ...silence, reason: 'x'.repeat(2_000) };
    expect(silenceToEnd(long, 'mira', 'done', ten + 1).reason).toHaveLength(2_000);
  });

  test('is found by its first letters among those in force', () => {
    const [one, two] = ['s-aa11', 's-aa22'].map((id) =>
      silenceToSet(request('a=b'), id, 'dana', ten),
    );
    if (one === undefined || two === undefined) throw new Error('two silences');
    const silences = new Map([one, two].map((each) => [each.id, each]));
    expect(findSilence('s-aa1', silences, ten + 1).id).toBe('s-aa11');
    expect(() => findSilence('s-aa', silences, ten + 1)).toThrow(/may mean s-aa11, s-aa22/);
    const past = new Map([...silences, [one.id, { ...one, endsMs: ten }]]);
    expect(findSilence('s-aa', past, ten + 1).id).toBe('s-aa22');
  });
});

describe('few letters', () => {
  const view = foldAlerts(
    ['aaaa000000000000', 'aaaa111111111111'].map((fingerprint) => ({
      partition: 0,
      key: fingerprint,
      record: {
        v: 1,
        kind: 'alert',
        term: 1,
        alert: alertAt(ten, { alertname: fingerprint }, { fingerprint }),
      } as const,
    })),
  );

  test('mean the one alert that begins so, in either case', () => {
    expect(findTarget('AAAA0', view)).toEqual({ kind: 'alert', fingerprint: 'aaaa000000000000' });
    expect(() => findTarget('aaaa', view)).toThrow(/may mean aaaa0+, aaaa1+: type more/);
    expect(() => findTarget('b', view)).toThrow(/begins with b/);
  });
});

test('a test notice is a story of its own, and its resolve ends that story', () => {
  const notice = testNotice('oncall', 'prod', 'a1b2', ten);
  expect(notice).toMatchObject({ action: 'test', seq: 1, severity: 'info', alerts: [] });
  expect(notice.dedupKey).toMatch(/^rp-[0-9a-f]{16}-a1b2$/);
  expect(resolveOfTest(notice, ten + 5)).toMatchObject({
    dedupKey: notice.dedupKey,
    seq: 2,
    action: 'resolve',
  });
});

describe('a replay is honest about what it could see', () => {
  test('partials and heartbeats that do not reach back are said to be missing', () => {
    expect(coverageNotes({ partialsMs: ten + 500, beatsMs: ten }, ten)).toEqual([]);
    expect(coverageNotes({ partialsMs: ten + hour, beatsMs: null }, ten)).toEqual([
      expect.stringMatching(/partials \(kept 1 h\) are there only since 2026-11-21T11:00:00.000Z/),
      expect.stringMatching(/heartbeats \(compacted\) are not there at all/),
    ]);
  });

  test('without a file in use, the shipped rules go by the routes of the candidate', () => {
    const hook = { kind: 'webhook', url: 'https://hook.example/' } as const;
    const shipped = alertingConfig({ receivers: { other: hook } });
    const candidate = alertingConfig({ receivers: { hook }, rules: { regionDown: { off: true } } });
    const used = inUse(null, candidate, shipped);
    expect(used.receivers).toBe(candidate.receivers);
    expect(used.rules).toBe(shipped.rules);
    expect(inUse(shipped, candidate, shipped)).toBe(shipped);
  });
});

describe('what the service says of itself', () => {
  const key = { receiver: 'oncall', dedupKey: 'rp-1', seq: 2 } as const;
  const ended = {
    event: 'noticeEnded',
    ...key,
    attempts: 3,
    latencyMs: 80,
    error: null,
    incident: null,
  } as const;
  const cases: readonly (readonly [AlertsRunEvent, 'info' | 'warn' | 'error', string])[] = [
    [{ event: 'started', instance: 'a-1' }, 'info', 'started a-1'],
    [
      { event: 'partitionClaimed', partition: 0, term: 3 },
      'info',
      'partitionClaimed alerts/0 term 3',
    ],
    [
      { ...ended, outcome: 'delivered' },
      'info',
      'noticeEnded oncall rp-1 #2 delivered after 3 attempts in 80ms',
    ],
    [
      { ...ended, outcome: 'deadLettered', error: 'HTTP 400' },
      'error',
      'deadLettered after 3 attempts in 80ms: HTTP 400',
    ],
    [
      { event: 'configRefused', problems: ['a', 'b'] },
      'warn',
      'configRefused the old one stays: a; b',
    ],
    [
      { event: 'publishFailed', topic: 't', attempts: 2, reason: 'r' },
      'error',
      'publishFailed t after 2 attempts: r',
    ],
    [
      { event: 'webhookRefused', status: 401, reason: 'no signature fits' },
      'warn',
      'webhookRefused HTTP 401: no signature fits',
    ],
    [{ event: 'inboundListening', host: '::1', port: 1 }, 'info', 'inboundListening ::1:1'],
  ];

  test.each(cases)('%o', (event, level, line) => {
    expect(alertingLevel(event)).toBe(level);
    expect(alertingLine(event, ten, plain)).toContain(line);
  });

  test('nothing in a record moves the cursor', () => {
    const event: AlertingEvent = { event: 'partitionLost', partition: 0, why: '\u001b[2Jgone' };
    expect(alertingLine(event, ten, plain)).toBe('10:00:00.000 partitionLost alerts/0: ?[2Jgone');
  });
});

test('status counts what fires and names who cannot be told', () => {
  const alerts = [
    alertAt(ten, { alertname: 'regionDown', group: 'a' }),
    alertAt(ten, { alertname: 'regionDown', group: 'b' }, { state: 'pending' }),
    alertAt(ten, { alertname: 'alertDeliveryFailing', receiver: 'chat' }, { severity: 'ticket' }),
    alertAt(ten, { alertname: 'old' }, { expiresMs: ten + 5 }),
  ];
  const entries = alerts.map((alert) => ({
    partition: 0,
    key: alert.fingerprint,
    record: { v: 1, kind: 'alert', term: 1, alert } as const,
  }));
  expect(alertsStatus(foldAlerts(entries), ten + 10)).toEqual({
    pages: 1,
    tickets: 1,
    troubledReceivers: ['chat'],
  });
});
