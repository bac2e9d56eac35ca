import { describe, expect, test } from 'vitest';
import { flushed, hurry, isFullDue, nextFlushMs, startCadence } from '../../../agent/cadence.ts';

const settings = { flushMs: 100, calmFlushMs: 1_000 };
const calm = flushed(10_000, true, 0, startCadence(0, 0));

describe('when to flush', () => {
  test('once a second while all is well', () => {
    expect(nextFlushMs(calm, false, settings)).toBe(11_000);
  });

  test('at once on a change, but not within 10 ms of the last flush', () => {
    expect(nextFlushMs(hurry(calm, 10_400), false, settings)).toBe(10_400);
    expect(nextFlushMs(hurry(calm, 10_003), false, settings)).toBe(10_010);
  });

  test('every 100 ms while failures are counted, then calm again', () => {
    const failing = flushed(10_000, false, 3, calm);
    expect(nextFlushMs(failing, false, settings)).toBe(10_100);
    expect(nextFlushMs(flushed(10_100, false, 0, failing), false, settings)).toBe(11_100);
  });

  test('a stall, once told, only every 250 ms: its reader remembers', () => {
    expect(nextFlushMs(calm, true, settings)).toBe(10_250);
  });

  test('news that can wait is told within its time, and not later for a later one', () => {
    const waiting = hurry(hurry(calm, 10_100, 200), 10_200, 900);
    expect(nextFlushMs(waiting, false, settings)).toBe(10_300);
  });

  test('processes that start together do not all flush together', () => {
    expect(nextFlushMs(startCadence(0, 300), false, settings)).toBe(700);
  });
});

test('a full report is due once a second, however many small ones came between', () => {
  const busy = flushed(10_900, false, 5, flushed(10_500, false, 5, calm));
  expect(isFullDue(busy, 10_999, settings)).toBe(false);
  expect(isFullDue(busy, 11_000, settings)).toBe(true);
});
