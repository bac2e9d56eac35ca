import { expect, test } from 'vitest';
import { type RelayEntry, RelayLog, relayId } from '../../../api/relay/relay-log.ts';

const ten = Date.UTC(2026, 10, 21, 10);
const entry = (offset: number, key: string, more: Partial<RelayEntry> = {}): RelayEntry => ({
  key,
  offset,
  appendedMs: ten + offset,
  erases: false,
  bytes: 100,
  ...more,
});
const offsets = (entries: readonly RelayEntry[] | null) =>
  entries?.map(({ offset }) => offset) ?? null;

function logOf(...entries: readonly RelayEntry[]): RelayLog<RelayEntry> {
  const log = new RelayLog<RelayEntry>();
  for (const each of entries) log.add(each);
  return log;
}

test('the present is the newest of each key in the order of the log, without what was erased', () => {
  const log = logOf(
    entry(0, 'payments'),
    entry(1, 'ledger'),
    entry(2, 'old'),
    entry(3, 'payments'),
    entry(4, 'old', { erases: true }),
  );
  expect(offsets(log.present())).toEqual([1, 3]);
  expect(log.lastId).toBe(`4-${ten + 4}`);
});

test('an id goes on where it stopped, also at another relay of the same log', () => {
  const one = logOf(entry(0, 'a'), entry(1, 'a'), entry(2, 'b'));
  const other = logOf(entry(1, 'a'), entry(2, 'b'), entry(5, 'c'));
  const id = relayId(entry(1, 'a'));
  expect(offsets(one.after(id))).toEqual([2]);
  expect(offsets(other.after(id))).toEqual([2, 5]);
  expect(offsets(one.after(one.lastId))).toEqual([]);
});

test('ids of another log, of too long ago, of the future and of no kind begin anew', () => {
  const log = logOf(entry(1, 'a'), entry(2, 'a'));
  for (const id of [
    `1-${ten}`,
    `0-${ten}`,
    `9-${ten + 9}`,
    '1',
    '',
    'x-y',
    `1-${ten + 1}-z`,
    undefined,
  ])
    expect(log.after(id)).toBeNull();
});

test('what the bus says twice is passed on once; offsets that go back are another log', () => {
  const log = logOf(entry(4, 'a'), entry(5, 'b'));
  expect(log.add(entry(5, 'b'))).toBe('repeat');
  expect(log.add(entry(3, 'a'))).toBe('repeat');
  expect(log.add(entry(6, 'c'))).toBe('added');
  expect(log.add(entry(0, 'z', { appendedMs: ten + 60_000 }))).toBe('otherLog');
  expect(offsets(log.present())).toEqual([0]);
  expect(log.after(relayId(entry(5, 'b')))).toBeNull();
});

test('memory is bounded: the oldest are forgotten, the newest of each key never', () => {
  const log = new RelayLog<RelayEntry>();
  log.add(entry(0, 'quiet'));
  for (let i = 1; i <= 5_000; i++) log.add(entry(i, 'busy'));
  expect(log.after(relayId(entry(2_000, 'busy')))).toBeNull();
  expect(log.after(relayId(entry(3_001, 'busy')))).toHaveLength(1_999);
  expect(offsets(log.present())).toEqual([0, 5_000]);
  for (let i = 5_001; i <= 5_010; i++) log.add(entry(i, 'busy', { bytes: 3_000_000 }));
  expect(log.after(relayId(entry(5_008, 'busy')))).toBeNull();
  expect(log.after(relayId(entry(5_009, 'busy')))).toHaveLength(1);
});
