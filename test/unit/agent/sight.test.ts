import { expect, test } from 'vitest';
import { harvest } from '../../../agent/harvest.ts';
import { type SightMemory, sightsOf } from '../../../agent/sight.ts';
import { recorderAt } from './build.ts';

function region() {
  const { recorder } = recorderAt(0);
  let since = 0;
  const probe = { waitingSinceMs: () => since };
  const link = recorder.open({ group: 'cache', region: 'eu', target: 'eu:6379', probe });
  let memory: SightMemory = new Map();
  const look = (): string | undefined => {
    recorder.look(10_000, 500);
    harvest(recorder, { nowMs: 0, wallOffsetMs: 0, full: false, breaker: [] });
    const [sights, next] = sightsOf(recorder, 'cache', memory);
    memory = next;
    return sights[0]?.sight;
  };
  const wait = (ms: number): void => {
    since = ms === 0 ? 0 : 10_000 - ms;
  };
  return { recorder, link, look, wait };
}

test('a region without a usable connection fails; one without any connection is unseen', () => {
  const { link, look } = region();
  expect(look()).toBe('failing');
  link.changed('ready');
  expect(look()).toBe('usable');
  link.changed('reconnecting');
  expect(look()).toBe('failing');
  link.close();
  expect(look()).toBe('unseen');
});

test('a region whose every connection is stalled fails, one free connection is enough', () => {
  const { recorder, link, look, wait } = region();
  link.changed('ready');
  wait(600);
  expect(look()).toBe('failing');
  const probe = { waitingSinceMs: () => 0 };
  recorder.open({ group: 'cache', region: 'eu', target: 'eu:6379', probe }).changed('ready');
  expect(look()).toBe('usable');
});

test('nine failures in ten are a failing region, eight are not, and silence changes nothing', () => {
  const { link, look } = region();
  link.changed('ready');
  look();
  link.failed('timeout', 9);
  link.answered(1);
  expect(look()).toBe('failing');
  expect(look()).toBe('failing');
  link.failed('timeout', 8);
  link.answered(1);
  link.answered(1);
  expect(look()).toBe('usable');
});
