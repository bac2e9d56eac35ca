import { describe, expect, test } from 'vitest';
import { FlightLog } from '../../../agent/redis/flight-log.ts';
import { isMeantToWait } from '../../../agent/redis/waits.ts';

describe('the log of commands in flight', () => {
  test('answers come in the order of sending, each with its own latency', () => {
    const log = new FlightLog();
    log.sent(100, false);
    log.sent(103, false);
    expect(log.answered(110)).toBe(10);
    expect(log.answered(110)).toBe(7);
    expect(log.size).toBe(0);
  });

  test('waiting counts from the oldest command, or from the last answer if that is later', () => {
    const log = new FlightLog();
    expect(log.waitingSinceMs()).toBe(0);
    log.sent(100, false);
    log.sent(120, false);
    expect(log.waitingSinceMs()).toBe(100);
    log.answered(150);
    expect(log.waitingSinceMs()).toBe(150);
    log.answered(160);
    expect(log.waitingSinceMs()).toBe(0);
  });

  test('a command meant to wait hides what is behind it, and nothing after its answer', () => {
    const log = new FlightLog();
    log.sent(100, true);
    log.sent(101, false);
    expect(log.waitingSinceMs()).toBe(0);
    expect(log.answered(9_000)).toBe(-1);
    expect(log.answered(9_001)).toBe(-1);
    log.sent(9_100, false);
    expect(log.answered(9_101)).toBe(1);
  });

  test('a thousand in flight outgrow the ring and keep their times', () => {
    const log = new FlightLog();
    for (let i = 0; i < 200; i++) log.sent(i, false);
    for (let i = 0; i < 150; i++) log.answered(1_000);
    for (let i = 200; i < 1_400; i++) log.sent(i, false);
    expect(log.size).toBe(1_250);
    for (let i = 150; i < 1_400; i++) expect(log.answered(2_000)).toBe(2_000 - i);
    expect(log.size).toBe(0);
  });

  test('a command older than its timeout is counted once, and its late answer not at all', () => {
    const log = new FlightLog();
    log.sent(100, false);
    log.sent(150, false);
    expect(log.expire(190, 100)).toBe(0);
    expect(log.expire(200, 100)).toBe(1);
    expect(log.expire(200, 100)).toBe(0);
    expect(log.answered(300)).toBe(-1);
    expect(log.answered(300)).toBe(150);
  });

  test('an answer in part puts the command back in flight', () => {
    const log = new FlightLog();
    log.sent(100, false);
    log.answered(110);
    log.answeredInPart();
    expect(log.size).toBe(1);
    expect(log.waitingSinceMs()).toBe(110);
    log.answered(120);
    expect(log.size).toBe(0);
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
