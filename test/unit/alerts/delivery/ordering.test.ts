import { describe, expect, test } from 'vitest';
import { aNotice } from '../../../support/alerts-builders.ts';
import { heldOf } from '../../../support/alerts-model-receiver.ts';
import { accepted, ends, inTurn, timeout, tries, unavailable, worldOf } from './answers.ts';

describe('the newest word of a story is the last', () => {
  test('scenario 23: it resolves while "firing" is on its way: the last thing heard is "resolved"', () => {
    const world = worldOf(inTurn({ ...accepted, afterMs: 3_000 }, accepted));
    world.publish(aNotice());
    world.advance(1_000);
    world.publish(aNotice({ seq: 2, action: 'resolve' }));
    world.advance(1_000);
    expect(tries(world)).toEqual(['0 1 trigger']);
    world.advance(60_000);
    expect(tries(world)).toEqual(['0 1 trigger', '3000 2 resolve']);
    expect(ends(world)).toEqual(['1 trigger delivered', '2 resolve delivered']);
  });

  test('scenario 23: the trigger that was on its way fails: it is not retried behind the resolve', () => {
    const world = worldOf(inTurn(timeout, accepted));
    world.publish(aNotice());
    world.advance(1_000);
    world.publish(aNotice({ seq: 2, action: 'resolve' }));
    world.advance(15_000);
    expect(tries(world)).toEqual(['0 1 trigger', '10000 2 resolve']);
    expect(ends(world)).toEqual(['1 trigger superseded']);
  });

  test('scenario 23: a trigger nobody answered lands behind the resolve: it is resolved again', () => {
    const world = worldOf(inTurn({ ...timeout, landsAfterMs: 18_000 }, accepted));
    world.publish(aNotice());
    world.advance(12_000);
    world.publish(aNotice({ seq: 2, action: 'resolve' }));
    world.advance(7_000);
    expect(heldOf(world.model, 'rp-1')).toBe('open');
    world.advance(20_000);
    expect(tries(world)).toEqual([
      '0 1 trigger',
      '10800 1 trigger',
      '12000 2 resolve',
      '30000 2 resolve',
    ]);
    expect(heldOf(world.model, 'rp-1')).toBe('resolved');
    expect(ends(world)).toEqual(['1 trigger delivered', '2 resolve delivered']);
    expect(world.deliveries.slice(2)).toMatchObject([
      { seq: 2, attempt: 1, outcome: null, latencyMs: 50 + 12_000, nextAttemptMs: 1_030_000 },
      { seq: 2, attempt: 2, outcome: 'delivered', latencyMs: 50 + 12_000, nextAttemptMs: null },
    ]);
  });

  test('nothing is said twice when everything was answered', () => {
    const world = worldOf(inTurn(unavailable, accepted));
    world.publish(aNotice());
    world.advance(5_000);
    world.publish(aNotice({ seq: 2, action: 'resolve' }));
    world.advance(600_000);
    expect(tries(world)).toEqual(['0 1 trigger', '800 1 trigger', '5000 2 resolve']);
  });

  test('something newer makes the second saying unnecessary', () => {
    const world = worldOf(inTurn(timeout, accepted));
    world.publish(aNotice());
    world.advance(10_000);
    world.publish(aNotice({ seq: 2, action: 'resolve' }));
    world.advance(5_000);
    world.publish(aNotice({ seq: 3 }));
    world.advance(60_000);
    expect(tries(world).slice(1)).toEqual([
      '10000 2 resolve',
      '15000 3 trigger',
      '30000 3 trigger',
    ]);
    expect(ends(world)).toEqual([
      '1 trigger superseded',
      '2 resolve delivered',
      '3 trigger delivered',
    ]);
  });

  test('a newer notice replaces one that waits', () => {
    const world = worldOf(inTurn(unavailable, accepted));
    world.publish(aNotice());
    world.advance(100);
    world.publish(aNotice({ seq: 2, reason: 'escalated' }));
    world.advance(100);
    expect(tries(world)).toEqual(['0 1 trigger', '100 2 trigger']);
    expect(ends(world)).toEqual(['1 trigger superseded', '2 trigger delivered']);
  });

  test('the log said twice changes nothing', () => {
    const world = worldOf(() => accepted);
    world.publish(aNotice());
    world.repeatLog();
    world.advance(1_000);
    world.repeatLog();
    world.advance(1_000);
    expect(tries(world)).toEqual(['0 1 trigger']);
    expect(ends(world)).toEqual(['1 trigger delivered']);
  });

  test('the end of an attempt that nobody began is no news', () => {
    const world = worldOf(() => accepted);
    const { owner } = world;
    if (owner === undefined) throw new Error('nobody delivers');
    const end = { result: 'accepted', status: 202, error: null, retryAfterMs: null } as const;
    const about = { dedupKey: 'rp-9', seq: 7, startedMs: 0, disable: false, title: '' };
    world.step(owner, { kind: 'attemptEnded', ...about, ...end });
    expect(world.status).toMatchObject({ waiting: 0, underWay: 0 });
    expect(world.deliveries).toEqual([]);
  });
});

describe('an acknowledgement needs something to acknowledge', () => {
  test('it overtook a trigger that nobody heard: the story is opened first', () => {
    const world = worldOf(inTurn(unavailable, accepted));
    world.publish(aNotice());
    world.advance(100);
    world.publish(aNotice({ seq: 2, action: 'acknowledge', reason: 'acknowledged' }));
    world.advance(1_000);
    expect(tries(world)).toEqual(['0 1 trigger', '100 2 trigger', '150 2 acknowledge']);
    expect(ends(world)).toEqual(['1 trigger superseded', '2 acknowledge delivered']);
    expect(heldOf(world.model, 'rp-1')).toBe('acked');
  });

  test('what is certainly open is only acknowledged', () => {
    const world = worldOf(() => accepted);
    world.publish(aNotice());
    world.advance(100);
    world.publish(aNotice({ seq: 2, action: 'acknowledge', reason: 'acknowledged' }));
    world.advance(60_000);
    expect(tries(world)).toEqual(['0 1 trigger', '100 2 acknowledge']);
  });
});

describe('a receiver that heard nothing need not hear that it is over', () => {
  test('a trigger and its resolve that both wait are both unnecessary', () => {
    const world = worldOf(() => accepted, { concurrency: 1 });
    world.publish(aNotice({ dedupKey: 'rp-first' }));
    world.publish(aNotice());
    world.publish(aNotice({ seq: 2, action: 'resolve' }));
    world.advance(1_000);
    expect(world.attempts.map(({ dedupKey }) => dedupKey)).toEqual(['rp-first']);
    expect(ends(world)).toEqual([
      '1 trigger superseded',
      '2 resolve superseded',
      '1 trigger delivered',
    ]);
  });

  test('after an attempt that may have landed it does need to', () => {
    const world = worldOf(inTurn(timeout, accepted));
    world.publish(aNotice());
    world.advance(10_100);
    world.publish(aNotice({ seq: 2, action: 'resolve' }));
    world.advance(60_000);
    expect(ends(world)).toEqual(['1 trigger superseded', '2 resolve delivered']);
  });

  test('an earlier trigger of the story was heard: the resolve is sent', () => {
    const world = worldOf(inTurn(accepted, unavailable, accepted));
    world.publish(aNotice());
    world.advance(1_000);
    world.publish(aNotice({ seq: 2, reason: 'alertsAdded' }));
    world.advance(100);
    world.publish(aNotice({ seq: 3, action: 'resolve' }));
    world.advance(1_000);
    expect(ends(world)).toEqual([
      '1 trigger delivered',
      '2 trigger superseded',
      '3 resolve delivered',
    ]);
  });

  test('a receiver that wants no resolves gets none', () => {
    const world = worldOf(() => accepted, { sendResolved: false });
    world.publish(aNotice());
    world.advance(1_000);
    world.publish(aNotice({ seq: 2, action: 'resolve' }));
    world.publish(aNotice({ seq: 3 }));
    world.advance(1_000);
    expect(world.attempts.map(({ seq }) => seq)).toEqual([1, 3]);
  });
});
