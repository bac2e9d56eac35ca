import { describe, expect, test } from 'vitest';
import { freshnessOf, rememberEvent } from '../../../../alerts/inbound/replay-guard.ts';
import { signaturesIn } from '../../../../alerts/inbound/signatures.ts';

const hour = 3_600_000;
const nowMs = 1_000 * hour;

describe('an event counts once', () => {
  test('fresh until it is remembered, then seen', () => {
    const seen = new Set<string>();
    const event = { id: 'a', occurredMs: nowMs };
    expect(freshnessOf(seen, event, nowMs)).toBe('fresh');
    rememberEvent(seen, 'a');
    expect(freshnessOf(seen, event, nowMs)).toBe('seen');
  });

  test('PagerDuty re-sends for 48 hours, so 48 hours old is fresh and a moment more is not', () => {
    const at = (occurredMs: number) => freshnessOf(new Set(), { id: 'a', occurredMs }, nowMs);
    expect([at(nowMs - 48 * hour), at(nowMs - 48 * hour - 1)]).toEqual(['fresh', 'tooOld']);
  });

  test('10,000 ids are remembered; the one unseen for longest goes first', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 10_000; i += 1) rememberEvent(seen, `${i}`);
    rememberEvent(seen, '0');
    rememberEvent(seen, 'new');
    expect([seen.size, seen.has('0'), seen.has('1')]).toEqual([10_000, true, false]);
  });
});

describe('signatures in a header', () => {
  const hex = 'f03de6f61df6e454f3620c4d6aca17ad072d3f8bbb2760eac3b2ad391b5e8073';

  test('several while a secret is rotated, with or without blanks', () => {
    expect(signaturesIn(`v1=${hex}, v1=${hex.toUpperCase()}`)).toEqual([hex, hex]);
  });

  test('other versions and what is no signature vouch for nothing', () => {
    expect(signaturesIn(`v2=${hex},v1=${hex.slice(1)},v1=${hex}0,${hex},v1=,,=`)).toEqual([]);
    expect(signaturesIn('')).toEqual([]);
  });
});
