import { describe, expect, test } from 'vitest';
import type { ConnectionProbe } from '../../../agent/connection.ts';
import { InFlight, trackConnection } from '../../../agent/tracker.ts';

describe('work under way', () => {
  test('waits since its own beginning, or since the last answer to anything', () => {
    const work = new InFlight();
    expect(work.waitingSinceMs()).toBe(0);
    const slow = work.begin(100);
    const fast = work.begin(150);
    expect(work.waitingSinceMs()).toBe(100);
    expect(work.end(fast, 180, true)).toBe(30);
    expect(work.waitingSinceMs()).toBe(180);
    expect(work.end(slow, 500, true)).toBe(400);
    expect(work.waitingSinceMs()).toBe(0);
  });

  test('that gave up was not answered', () => {
    const work = new InFlight();
    const first = work.begin(100);
    work.begin(150);
    work.end(first, 300, false);
    expect(work.waitingSinceMs()).toBe(150);
  });

  test('a token is good once', () => {
    const work = new InFlight();
    const token = work.begin(100);
    expect([work.end(token, 110, true), work.end(token, 120, true)]).toEqual([10, null]);
    expect([work.end(99, 130, true), work.end(Number.NaN, 130, true)]).toEqual([null, null]);
  });

  test('is bounded: beyond the bound it is counted without an age', () => {
    const work = new InFlight(2);
    const [first, second, third] = [work.begin(1), work.begin(2), work.begin(3)];
    expect(third).toBe(-1);
    work.end(second as number, 4, true);
    expect(work.begin(5)).toBe(-1);
    work.end(first as number, 6, true);
    expect(work.begin(7)).toBe(2);
    expect(work.waitingSinceMs()).toBe(7);
  });

  test('a long run of work reuses its room', () => {
    const work = new InFlight(4);
    for (let i = 1; i <= 1_000; i++) expect(work.end(work.begin(i), i + 1, true)).toBe(1);
    expect(work.waitingSinceMs()).toBe(0);
  });
});

test('a tracked connection tells its handle what happened, in the handle’s words', () => {
  const told: unknown[][] = [];
  let nowMs = 1_000;
  let probe: ConnectionProbe | undefined;
  const tracked = trackConnection(
    (given) => {
      probe = given;
      return {
        answered: (us) => told.push(['answered', us]),
        failed: (errorClass) => told.push(['failed', errorClass]),
        changed: (state, errorClass) => told.push(['changed', state, errorClass]),
        look: () => undefined,
        close: () => told.push(['close']),
      };
    },
    () => nowMs,
  );
  tracked.ready();
  const query = tracked.begin();
  const doomed = tracked.begin();
  nowMs = 1_004;
  tracked.end(query);
  nowMs = 1_500;
  expect(probe?.waitingSinceMs()).toBe(1_004);
  tracked.end(doomed, 'timeout');
  expect(probe?.waitingSinceMs()).toBe(0);
  tracked.closed('reset');
  tracked.failed('poolExhausted');
  tracked.close();
  expect(told).toEqual([
    ['changed', 'ready', undefined],
    ['answered', 4_000],
    ['failed', 'timeout'],
    ['changed', 'closed', 'reset'],
    ['failed', 'poolExhausted'],
    ['close'],
  ]);
});
