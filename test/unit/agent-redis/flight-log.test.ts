import { describe, expect, test } from 'vitest';
import { FlightLog } from '../../../agent/redis/flight-log.ts';
import { isMeantToWait } from '../../../agent/redis/waits.ts';

/** Latencies heard when the oldest `count` commands are answered. */
function answer(log: FlightLog, count: number, nowMs: number): readonly number[] {
  const heard: number[] = [];
  log.answered(count, nowMs, (latencyMs) => heard.push(latencyMs));
  return heard;
}

describe('the log of commands in flight', () => {
  test('answers come in the order of sending, each with its own latency', () => {
    const log = new FlightLog();
    log.sent(100, false);
    log.sent(103, false);
    expect(answer(log, 2, 110)).toEqual([10, 7]);
    expect(log.size).toBe(0);
  });

  test('waiting counts from the oldest command, or from the last answer if that is later', () => {
    const log = new FlightLog();
    expect(log.waitingSinceMs()).toBe(0);
    log.sent(100, false);
    log.sent(120, false);
    expect(log.waitingSinceMs()).toBe(100);
    answer(log, 1, 150);
    expect(log.waitingSinceMs()).toBe(150);
    answer(log, 1, 160);
    expect(log.waitingSinceMs()).toBe(0);
  });

  test('a command meant to wait hides what is behind it, and nothing after its answer', () => {
    const log = new FlightLog();
    log.sent(100, true);
    log.sent(101, false);
    expect(log.waitingSinceMs()).toBe(0);
    expect(answer(log, 2, 9_000)).toEqual([]);
    log.sent(9_100, false);
    expect(answer(log, 1, 9_101)).toEqual([1]);
  });

  test('a thousand in flight outgrow the ring and keep their times', () => {
    const log = new FlightLog();
    for (let i = 0; i < 200; i++) log.sent(i, false);
    answer(log, 150, 1_000);
    for (let i = 200; i < 1_400; i++) log.sent(i, false);
    expect(log.size).toBe(1_250);
    const expected = Array.from({ length: 1_250 }, (_, i) => 2_000 - (i + 150));
    expect(answer(log, 1_250, 2_000)).toEqual(expected);
    expect(log.size).toBe(0);
  });

  test('a command that failed has no latency; its neighbours do', () => {
    const log = new FlightLog();
    for (const sentMs of [100, 101, 102]) log.sent(sentMs, false);
    log.failed(1);
    expect(answer(log, 3, 110)).toEqual([10, 8]);
  });

  test('a command older than its timeout is counted once, and its late answer not at all', () => {
    const log = new FlightLog();
    log.sent(100, false);
    log.sent(150, false);
    expect(log.expire(190, 100)).toBe(0);
    expect(log.expire(200, 100)).toBe(1);
    expect(log.expire(200, 100)).toBe(0);
    expect(answer(log, 1, 300)).toEqual([]);
    expect(answer(log, 1, 300)).toEqual([150]);
  });

  test('a late error reply to a timed-out command does not hide the next timeout', () => {
    const log = new FlightLog();
    log.sent(100, false);
    log.sent(150, false);
    expect(log.expire(200, 100)).toBe(1);
    log.failed(0);
    expect(answer(log, 1, 210)).toEqual([]);
    expect(log.expire(250, 100)).toBe(1);
  });
});

describe('commands that are meant to wait', () => {
  test.each([
    ['blpop', ['q', '0'], true],
    ['BLPOP', ['q', '0'], true],
    ['bzpopmin', ['q', '0'], true],
    ['wait', ['1', '0'], true],
    ['xread', ['BLOCK', '0', 'STREAMS', 's', '$'], true],
    ['xreadgroup', ['GROUP', 'g', 'c', 'block', '5', 'STREAMS', 's', '>'], true],
    ['xread', ['COUNT', '1', 'STREAMS', 's', '0'], false],
    ['lpop', ['q'], false],
    ['get', ['BLOCK'], false],
    ['set', ['a', Buffer.from('BLOCK')], false],
  ] as const)('%s %j: %s', (name, args, waits) => {
    expect(isMeantToWait(name, args)).toBe(waits);
  });
});
