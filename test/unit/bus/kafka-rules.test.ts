import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../../bus/kafka/backoff.ts';
import { failureOf, reasonOf } from '../../../bus/kafka/failures.ts';
import { parcelLength, pieces } from '../../../bus/kafka/outbox.ts';
import { nextPlace, type Place } from '../../../bus/kafka/position.ts';
import { fromWire, isContent, type WireRecord } from '../../../bus/kafka/records.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const out = (value: string) => ({ key: 'k', value: bytes(value), headers: {} });

describe('pauses between attempts', () => {
  const backoff = { baseMs: 50, maxMs: 1_000 };

  test('they double to the maximum, and half of each is luck', () => {
    const longest = [0, 1, 2, 3, 10, 1_000].map((attempt) => backoffMs(backoff, attempt, () => 1));
    const shortest = [0, 1, 2, 3, 10, 1_000].map((attempt) => backoffMs(backoff, attempt, () => 0));
    expect(longest).toEqual([50, 100, 200, 400, 1_000, 1_000]);
    expect(shortest).toEqual([25, 50, 100, 200, 500, 500]);
  });
});

describe('what a failure means', () => {
  test('the innermost error that says something decides', () => {
    const leader = Object.assign(new Error('not leader'), { type: 'NOT_LEADER_FOR_PARTITION' });
    const wrapped = Object.assign(new Error('gave up', { cause: leader }), {
      name: 'KafkaJSNumberOfRetriesExceeded',
    });
    expect(failureOf(wrapped)).toBe('staleMetadata');
    expect(reasonOf(wrapped)).toBe('not leader');
  });

  test('whatever nobody knows passes', () => {
    expect(failureOf(new Error('connect ECONNREFUSED'))).toBe('passing');
    expect(failureOf('text')).toBe('passing');
    expect(failureOf(null)).toBe('passing');
  });

  test('a wrong password does not pass by itself', () => {
    const wrong = Object.assign(new Error('no'), { name: 'KafkaJSSASLAuthenticationError' });
    expect(failureOf(new Error('outer', { cause: wrong }))).toBe('refused');
  });

  test('an error that is its own cause ends the search', () => {
    const snake: Error & { cause?: unknown } = new Error('snake');
    snake.cause = snake;
    expect(failureOf(snake)).toBe('passing');
    expect(reasonOf(snake)).toBe('snake');
  });
});

describe('where a follower reads next', () => {
  const at = (position: number, stuck = 0): Place => ({ position, stuck });

  test('after the last record of the answer', () => {
    expect(nextPlace(at(5), { lastOffset: 9, highWatermark: 12 })).toEqual(at(10));
  });

  test('nothing new at the end is no trouble', () => {
    expect(nextPlace(at(5, 3), { lastOffset: null, highWatermark: 5 })).toEqual(at(5));
  });

  test('records from before the position move nothing', () => {
    expect(nextPlace(at(5), { lastOffset: 4, highWatermark: 5 })).toEqual(at(5));
  });

  test('empty answers before the end are borne twenty times, then the last record is tried', () => {
    let place = at(5);
    for (let i = 1; i <= 20; i++) {
      place = nextPlace(place, { lastOffset: null, highWatermark: 100 });
      expect(place).toEqual(at(5, i));
    }
    expect(nextPlace(place, { lastOffset: null, highWatermark: 100 })).toEqual(at(99));
  });

  test('stuck at the last record, it goes past it', () => {
    expect(nextPlace(at(99, 20), { lastOffset: null, highWatermark: 100 })).toEqual(at(100));
  });
});

describe('which calls travel together', () => {
  const call = (topic: string, size: number, count = 1) => ({
    topic,
    records: Array.from({ length: count }, () => out('x'.repeat(size))),
  });
  const sizeOf = ({ records }: { records: readonly { value: Uint8Array | null }[] }): number =>
    records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);

  test('calls to one topic, until half a megabyte or 500 records are full', () => {
    expect(parcelLength([call('a', 10), call('a', 10), call('b', 10)], sizeOf)).toBe(2);
    expect(parcelLength([call('a', 300_000), call('a', 300_000)], sizeOf)).toBe(1);
    expect(parcelLength([call('a', 1, 400), call('a', 1, 101)], sizeOf)).toBe(1);
    expect(parcelLength([], sizeOf)).toBe(0);
  });

  test('a call too large for any parcel still goes, alone', () => {
    expect(parcelLength([call('a', 2_000_000), call('a', 1)], sizeOf)).toBe(1);
  });

  test('a large call goes in pieces that keep the order', () => {
    const records = Array.from({ length: 1_200 }, (_, i) => out(String(i)));
    const all = pieces(records, () => 1);
    expect(all.map(({ length }) => length)).toEqual([500, 500, 200]);
    expect(all.flat()).toEqual(records);
    expect(pieces([], () => 1)).toEqual([]);
    expect(pieces(records.slice(0, 3), () => 400_000).map(({ length }) => length)).toEqual([
      1, 1, 1,
    ]);
  });
});

describe('records from the wire', () => {
  const wire = (change: Partial<WireRecord>): WireRecord => ({
    offset: '7',
    timestamp: '1700000000000',
    key: bytes('client'),
    value: bytes('v'),
    headers: {},
    ...change,
  });

  test('whatever bytes a key or header holds, the answer is text', () => {
    const hostile = wire({
      key: Uint8Array.of(0xff, 0xfe),
      headers: {
        ce_id: bytes('a/b/1'),
        twice: [bytes('1'), bytes('2')],
        none: null,
        gone: undefined,
      },
    });
    const record = fromWire('t', 0, hostile);
    expect(record.key).toBe('\ufffd\ufffd');
    expect(record.headers).toEqual({ ce_id: 'a/b/1', twice: '2' });
    expect(fromWire('t', 0, wire({ key: null })).key).toBe('');
  });

  test('a header named __proto__ is a header like any other', () => {
    const headers = Object.fromEntries([['__proto__', bytes('x')]]);
    const record = fromWire('t', 0, wire({ headers }));
    expect(Object.getPrototypeOf(record.headers)).toBe(Object.prototype);
    expect(Object.keys(record.headers)).toEqual(['__proto__']);
  });

  test('control records and stand-ins for unreadable batches carry nothing', () => {
    expect(isContent(wire({}))).toBe(true);
    expect(isContent(wire({ isControlRecord: true }))).toBe(false);
    expect(isContent(wire({ poison: { reason: 'x', firstOffset: '0' } }))).toBe(false);
  });
});
