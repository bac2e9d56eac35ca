import { describe, expect, test } from 'vitest';
import { aNotice, aReceiver } from '../../../support/alerts-builders.ts';
import { DeliveryWorld } from '../../../support/alerts-delivery-world.ts';
import { heldOf } from '../../../support/alerts-model-receiver.ts';
import {
  accepted,
  beginMs,
  ends,
  inTurn,
  timeout,
  tries,
  unavailable,
  worldOf,
} from './answers.ts';

describe('one receiver does not wait for another', () => {
  test('scenario 10: receiver A is up and B is down: A hears it once, B in the end', () => {
    const a = worldOf(() => accepted);
    const b = worldOf(inTurn(unavailable, unavailable, unavailable, accepted));
    for (const each of [a, b]) {
      each.publish(aNotice());
      each.advance(60_000);
    }
    expect(tries(a)).toEqual(['0 1 trigger']);
    expect(b.attempts).toHaveLength(4);
    expect(ends(b)).toEqual(['1 trigger delivered']);
    expect([heldOf(a.model, 'rp-1'), heldOf(b.model, 'rp-1')]).toEqual(['open', 'open']);
  });
});

describe('an attempt that failed is tried again', () => {
  test('scenario 11: an attempt over its timeout is retried', () => {
    const world = worldOf(inTurn(timeout, accepted));
    world.publish(aNotice());
    world.advance(15_000);
    expect(tries(world)).toEqual(['0 1 trigger', '10800 1 trigger']);
    expect(world.deliveries).toMatchObject([
      { attempt: 1, result: 'uncertain', nextAttemptMs: 1_010_750, outcome: null, latencyMs: null },
      {
        attempt: 2,
        result: 'accepted',
        nextAttemptMs: null,
        outcome: 'delivered',
        latencyMs: 10_850,
      },
    ]);
  });

  test('waits double, are never longer than the longest, and vary by half', () => {
    for (const [luck, times] of [
      [0, [0, 500, 1_500, 3_500, 5_500]],
      [1, [0, 1_000, 3_000, 7_000, 11_000]],
    ] as const) {
      const world = new DeliveryWorld({
        receiver: aReceiver({ retryMs: 1_000, retryMaxMs: 4_000 }),
        answer: () => ({ ...unavailable, afterMs: 0 }),
        rng: () => luck,
      });
      world.start();
      world.publish(aNotice());
      world.advance(16_000);
      expect(world.attempts.slice(0, 5).map(({ atMs }) => atMs - beginMs)).toEqual(times);
    }
  });

  test('a failure of one key is no matter of another', () => {
    const world = worldOf(({ dedupKey }) => (dedupKey === 'rp-bad' ? unavailable : accepted));
    world.publish(aNotice({ dedupKey: 'rp-bad' }));
    world.advance(100);
    world.publish(aNotice({ dedupKey: 'rp-good' }));
    expect(world.attempts.map(({ dedupKey }) => dedupKey)).toEqual(['rp-bad', 'rp-good']);
  });
});

describe('what cannot be delivered is given up, and said', () => {
  test('scenario 32: a rejected notice is attempted once, dead-lettered, and the reason is said', () => {
    const error = '400: Event object is invalid';
    const world = worldOf(() => ({ result: 'rejected', status: 400, error }));
    world.publish(aNotice());
    world.advance(600_000);
    expect(tries(world)).toEqual(['0 1 trigger']);
    expect(ends(world)).toEqual(['1 trigger deadLettered']);
    expect(world.sents[0]?.error).toBe(error);
    expect(world.deadLetters).toMatchObject([{ notice: { seq: 1 }, reason: error }]);
    expect(world.conditions).toEqual([
      { kind: 'condition', failingSinceMs: null, deadLettered: 1, lastError: error },
    ]);
  });

  test('patience is counted from the first failed attempt, and a repeat tries anew', () => {
    const world = worldOf(() => unavailable, { giveUpAfterMs: 60_000 });
    world.publish(aNotice({ atMs: beginMs - 900_000 }));
    world.advance(59_000);
    expect(ends(world)).toEqual([]);
    world.advance(2_000);
    expect(ends(world)).toEqual(['1 trigger deadLettered']);
    world.answer = () => accepted;
    world.publish(aNotice({ seq: 2, reason: 'repeat' }));
    world.advance(1_000);
    expect(ends(world)).toEqual(['1 trigger deadLettered', '2 trigger delivered']);
    expect(
      world.conditions.map(({ failingSinceMs, deadLettered }) => [failingSinceMs, deadLettered]),
    ).toEqual([
      [1_000_050, 0],
      [null, 1],
    ]);
  });

  test('an attempt that fails when patience is over is the last, and its record says so', () => {
    const world = worldOf(inTurn(unavailable, { ...timeout, afterMs: 9_000 }), {
      giveUpAfterMs: 5_000,
    });
    world.publish(aNotice());
    world.advance(20_000);
    expect(world.deliveries.at(-1)).toMatchObject({
      attempt: 2,
      result: 'uncertain',
      outcome: 'deadLettered',
      nextAttemptMs: null,
    });
  });

  test('a notice that has not failed yet is not given up, however long the receiver is quiet', () => {
    const quiet = { result: 'retry', status: 429, retryAfterMs: 50_000 } as const;
    const world = worldOf(inTurn(quiet, accepted), { giveUpAfterMs: 60_000 });
    world.publish(aNotice({ dedupKey: 'rp-1' }));
    world.advance(1_000);
    world.publish(aNotice({ dedupKey: 'rp-2' }));
    world.advance(120_000);
    expect(ends(world)).toEqual(['1 trigger delivered', '1 trigger delivered']);
  });

  test('a receiver that wants nothing more gets nothing more, until a reload', () => {
    const gone = { result: 'rejected', status: 410, error: '410 Gone', disable: true } as const;
    const world = worldOf(() => gone, { concurrency: 1 });
    world.publish(aNotice({ dedupKey: 'rp-1' }));
    world.publish(aNotice({ dedupKey: 'rp-2' }));
    world.advance(1_000);
    world.publish(aNotice({ dedupKey: 'rp-3' }));
    world.advance(600_000);
    expect(world.attempts).toHaveLength(1);
    expect(ends(world)).toEqual(Array(3).fill('1 trigger deadLettered'));
    expect(world.status).toMatchObject({ disabled: true, waiting: 0, deadLettered: 3 });
    expect(world.conditions.at(-1)?.lastError).toBe('disabled by the receiver: 410 Gone');
    world.reload(aReceiver());
    world.answer = () => accepted;
    world.publish(aNotice({ dedupKey: 'rp-4' }));
    world.advance(1_000);
    expect(ends(world).at(-1)).toBe('1 trigger delivered');
  });
});

describe('how the receiver is doing is said when it changes', () => {
  test('a hundred failures are one, and a yes ends them', () => {
    const world = worldOf(() => unavailable);
    world.publish(aNotice());
    world.advance(600_000);
    expect(world.conditions).toEqual([
      { kind: 'condition', failingSinceMs: 1_000_050, deadLettered: 0, lastError: 'answered 500' },
    ]);
    world.answer = () => accepted;
    world.advance(60_000);
    expect(world.conditions.slice(1)).toEqual([
      { kind: 'condition', failingSinceMs: null, deadLettered: 0, lastError: null },
    ]);
  });

  test('a failure that nobody waits for any more is over', () => {
    const world = worldOf(() => unavailable);
    world.publish(aNotice());
    world.advance(10_000);
    world.publish(aNotice({ seq: 2, action: 'resolve' }));
    expect(ends(world)).toEqual([]);
    world.advance(100);
    expect(ends(world)).toEqual(['1 trigger superseded', '2 resolve superseded']);
    expect(world.status).toMatchObject({ failingSinceMs: null, waiting: 0 });
  });
});
