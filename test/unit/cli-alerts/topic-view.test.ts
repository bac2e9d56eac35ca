import type { Ack, AlertsTopicRecord, Silence } from '@regionpilot/protocol';
import { alertsKey } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { type AlertsLogEntry, ackOf, foldAlerts } from '../../../alerts/topic-view.ts';
import { alertAt, noticeOf } from '../../support/alerts-records.ts';

const ten = Date.UTC(2026, 10, 21, 10);
const down = { alertname: 'regionDown', group: 'payments', region: 'eu' };

const entry = (partition: number, record: AlertsTopicRecord): AlertsLogEntry => ({
  partition,
  key: alertsKey(record),
  record,
});

const owner = (partition: number, term: number, name: string) =>
  entry(partition, { v: 1, kind: 'owner', partition, term, owner: name, atMs: ten });

const silence = (endsMs: number): Silence => ({
  v: 1,
  kind: 'silence',
  id: 's-1',
  matchers: [{ label: 'group', op: '=', value: 'payments' }],
  startsMs: ten,
  endsMs,
  author: 'dana',
  reason: 'upgrade',
});

const ack = (dedupKey: string, atMs: number, acked = true): Ack => ({
  v: 1,
  kind: 'ack',
  dedupKey,
  author: 'dana',
  source: 'cli',
  atMs,
  acked,
});

describe('the topic at a glance', () => {
  test('the newest word of the owner counts, that of a fenced one does not', () => {
    const alert = alertAt(ten, down);
    const resolved = { ...alert, state: 'resolved', endsMs: ten + 5, updatedMs: ten + 5 } as const;
    const view = foldAlerts([
      owner(0, 1, 'a'),
      entry(0, { v: 1, kind: 'alert', term: 1, alert }),
      owner(0, 2, 'b'),
      entry(0, { v: 1, kind: 'alert', term: 1, alert: resolved }),
    ]);
    expect(view.alerts.get(alert.fingerprint)?.state).toBe('firing');
    expect(view.owners.get(0)).toMatchObject({ owner: 'b', term: 2 });
  });

  test('a term is over in its own partition only', () => {
    const [one, two] = [alertAt(ten, down), alertAt(ten, { alertname: 'x' })];
    const view = foldAlerts([
      owner(0, 7, 'a'),
      owner(1, 1, 'b'),
      entry(1, { v: 1, kind: 'alert', term: 1, alert: two }),
      entry(0, { v: 1, kind: 'alert', term: 7, alert: one }),
    ]);
    expect([...view.alerts.keys()].sort()).toEqual([one.fingerprint, two.fingerprint].sort());
  });

  test('an alert that two partitions know is shown as the one that fires', () => {
    const firing = alertAt(ten, { alertname: 'alertConfigRefused' });
    const over = { ...firing, state: 'resolved', endsMs: ten + 9, updatedMs: ten + 9 } as const;
    for (const [a, b] of [
      [firing, over],
      [over, firing],
    ] as const) {
      const view = foldAlerts([
        entry(0, { v: 1, kind: 'alert', term: 1, alert: a }),
        entry(1, { v: 1, kind: 'alert', term: 1, alert: b }),
      ]);
      expect(view.alerts.get(firing.fingerprint)?.state).toBe('firing');
    }
  });

  test('a silence ended in one partition but not in the other is still one that mutes', () => {
    const view = foldAlerts([entry(0, silence(ten + 5)), entry(1, silence(ten + 3_600_000))]);
    expect([...view.silences.values()]).toMatchObject([{ endsMs: ten + 3_600_000 }]);
  });

  test('a tombstone forgets', () => {
    const alert = alertAt(ten, down);
    const said = entry(0, { v: 1, kind: 'alert', term: 1, alert });
    expect(foldAlerts([said, { ...said, record: null }]).alerts.size).toBe(0);
  });

  test('a story lies where its notices lie', () => {
    const notice = noticeOf('oncall', [alertAt(ten, down)]);
    const other = { ...notice, receiver: 'chat' };
    const view = foldAlerts([entry(2, notice), entry(5, other), entry(5, { ...other, seq: 2 })]);
    expect(view.homes.get(notice.dedupKey)).toEqual(new Set([2, 5]));
    expect(view.notices.get(`chat/${notice.dedupKey}`)?.seq).toBe(2);
  });
});

describe('who has it', () => {
  const notice = noticeOf('oncall', [alertAt(ten, down)]);
  const key = notice.dedupKey;
  const who = (...records: readonly AlertsTopicRecord[]) =>
    ackOf(foldAlerts(records.map((record) => entry(0, record))), key)?.author ?? null;

  test('whoever acknowledged after the last notice, or is named by it', () => {
    expect(who(notice, ack(key, ten + 1))).toBe('dana');
    expect(who({ ...notice, seq: 2, atMs: ten + 9, ackedBy: 'dana' }, ack(key, ten + 1))).toBe(
      'dana',
    );
  });

  test('nobody: taken back, got worse since, or over', () => {
    expect(who(notice)).toBe(null);
    expect(who(notice, ack(key, ten + 1), ack(key, ten + 2, false))).toBe(null);
    expect(who({ ...notice, seq: 2, atMs: ten + 9 }, ack(key, ten + 1))).toBe(null);
    expect(who({ ...notice, firing: [] }, ack(key, ten + 1))).toBe(null);
  });
});
