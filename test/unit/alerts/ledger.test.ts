import type { AlertOwner, AlertsTopicRecord, Notice, Sent } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { createLedger, enter, expired, ofKind } from '../../../alerts/ledger.ts';

function claim(term: number, owner: string): AlertOwner {
  return { v: 1, kind: 'owner', partition: 0, term, owner, atMs: 1_000 };
}

function notice(term: number, seq: number, given: Partial<Notice> = {}): Notice {
  return {
    v: 1,
    kind: 'notice',
    term,
    receiver: 'oncall',
    dedupKey: 'rp-1',
    seq,
    action: 'trigger',
    reason: 'first',
    severity: 'page',
    groupLabels: {},
    alerts: [],
    truncatedAlerts: 0,
    firing: ['0123456789abcdef'],
    resolved: [],
    ackedBy: null,
    atMs: 1_000,
    causeMs: 1_000,
    ...given,
  };
}

function sent(seq: number): Sent {
  return {
    v: 1,
    kind: 'sent',
    term: 1,
    receiver: 'oncall',
    dedupKey: 'rp-1',
    seq,
    action: 'trigger',
    outcome: 'delivered',
    attempts: 1,
    atMs: 1_000,
    error: null,
  };
}

function read(records: readonly AlertsTopicRecord[]) {
  const ledger = createLedger();
  const verdicts = records.map((record) => enter(ledger, record));
  return { ledger, verdicts };
}

describe('whoever reads the log in order knows who may speak', () => {
  test('what a replaced instance wrote behind the new claim counts for nothing', () => {
    const { ledger, verdicts } = read([
      claim(1, 'a'),
      notice(1, 1),
      claim(2, 'b'),
      notice(1, 2, { action: 'resolve' }),
    ]);
    expect(verdicts).toEqual(['kept', 'kept', 'kept', 'fenced']);
    expect([...ofKind(ledger, 'notice')]).toMatchObject([{ seq: 1, action: 'trigger' }]);
  });

  test('of two that claim the same term the first in the log has it', () => {
    const { ledger, verdicts } = read([claim(1, 'a'), claim(1, 'b'), notice(1, 1)]);
    expect(verdicts).toEqual(['kept', 'fenced', 'kept']);
    expect(ledger.owner?.owner).toBe('a');
  });

  test('an owner may say its claim again, and a held-up claim of a lower term is no claim', () => {
    const { verdicts } = read([claim(2, 'a'), claim(2, 'a'), claim(1, 'b')]);
    expect(verdicts).toEqual(['kept', 'kept', 'fenced']);
  });

  test('the successor goes on under its own term from what the predecessor had told', () => {
    const { ledger } = read([claim(1, 'a'), notice(1, 7), claim(2, 'b'), notice(2, 8)]);
    expect([...ofKind(ledger, 'notice')]).toMatchObject([{ term: 2, seq: 8 }]);
  });
});

test('an older word that lands behind a newer one is stale, and said twice is not', () => {
  const { verdicts } = read([notice(1, 2), notice(1, 1), notice(1, 2), sent(2), sent(1)]);
  expect(verdicts).toEqual(['kept', 'stale', 'kept', 'kept', 'stale']);
});

describe('what may be forgotten', () => {
  test('a story that ended long ago goes, with how it ended', () => {
    const over = notice(1, 2, { action: 'resolve', firing: [] });
    const { ledger } = read([claim(1, 'a'), over, sent(2)]);
    expect(expired(ledger, 5_000, 1_000)).toEqual(['notice/oncall/rp-1', 'sent/oncall/rp-1']);
  });

  test('a story that still fires stays, however old, and so does the claim', () => {
    const { ledger } = read([claim(1, 'a'), notice(1, 1), sent(1)]);
    expect(expired(ledger, 9_000_000, 1_000)).toEqual([]);
  });
});
