import type { Notice } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { aNotice, aReceiver } from '../../../support/alerts-builders.ts';
import { DeliveryWorld } from '../../../support/alerts-delivery-world.ts';
import { type Answer, heldOf } from '../../../support/alerts-model-receiver.ts';

const accepted: Answer = { result: 'accepted', status: 202 };
const unavailable: Answer = { result: 'retry', status: 500 };
const timeout: Answer = { result: 'uncertain', afterMs: 10_000 };

/** Answers one after the other; the last one for good. */
function inTurn(...answers: readonly Answer[]): () => Answer {
  let at = 0;
  return () => answers[Math.min(at++, answers.length - 1)] ?? accepted;
}

function world(answer: (notice: Notice) => Answer, given = {}): DeliveryWorld {
  const made = new DeliveryWorld({ receiver: aReceiver(given), answer });
  made.start();
  return made;
}

function said({ sents }: DeliveryWorld): readonly string[] {
  return sents.map(({ seq, action, outcome }) => `${seq} ${action} ${outcome}`);
}

function tried({ attempts }: DeliveryWorld): readonly string[] {
  return attempts.map(({ atMs, seq, action }) => `${atMs - 1_000_000} ${seq} ${action}`);
}

describe('one receiver does not wait for another', () => {
  test('scenario 10: receiver A is up and B is down: A hears it once, B in the end', () => {
    const a = world(() => accepted);
    const b = world(inTurn(unavailable, unavailable, unavailable, accepted));
    for (const each of [a, b]) {
      each.publish(aNotice());
      each.advance(60_000);
    }
    expect(tried(a)).toEqual(['0 1 trigger']);
    expect(b.attempts).toHaveLength(4);
    expect(said(b)).toEqual(['1 trigger delivered']);
    expect([heldOf(a.model, 'rp-1'), heldOf(b.model, 'rp-1')]).toEqual(['open', 'open']);
  });
});

describe('an attempt that failed is tried again', () => {
  test('scenario 11: an attempt over its timeout is retried', () => {
    const there = world(inTurn(timeout, accepted));
    there.publish(aNotice());
    there.advance(15_000);
    expect(tried(there)).toEqual(['0 1 trigger', '10800 1 trigger']);
    expect(
      there.deliveries.map(({ result, nextAttemptMs, outcome, latencyMs }) => [
        result,
        nextAttemptMs,
        outcome,
        latencyMs,
      ]),
    ).toEqual([
      ['uncertain', 1_010_750, null, null],
      ['accepted', null, 'delivered', 10_850],
    ]);
  });

  test('waits double, are never longer than the longest, and vary by half', () => {
    for (const luck of [0, 1]) {
      const there = new DeliveryWorld({
        receiver: aReceiver({ retryMs: 1_000, retryMaxMs: 4_000 }),
        answer: () => ({ ...unavailable, afterMs: 0 }),
        rng: () => luck,
      });
      there.start();
      there.publish(aNotice());
      there.advance(16_000);
      const times = there.attempts.map(({ atMs }) => atMs - 1_000_000);
      expect(times.slice(0, 5)).toEqual(
        luck === 0 ? [0, 500, 1_500, 3_500, 5_500] : [0, 1_000, 3_000, 7_000, 11_000],
      );
    }
  });
});
