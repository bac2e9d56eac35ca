// What the tests of delivery share: answers a receiver may give, a world that has begun, and short
// words for what happened there.

import type { Notice } from '@regionpilot/protocol';
import type { WebhookReceiver } from '../../../../alerts/receiver.ts';
import { aReceiver } from '../../../support/alerts-builders.ts';
import { DeliveryWorld } from '../../../support/alerts-delivery-world.ts';
import type { Answer } from '../../../support/alerts-model-receiver.ts';

export const beginMs = 1_000_000;
export const accepted: Answer = { result: 'accepted', status: 202 };
export const unavailable: Answer = { result: 'retry', status: 500 };
export const timeout: Answer = { result: 'uncertain', afterMs: 10_000 };

/** One after the other; the last one for good. */
export function inTurn(...answers: readonly Answer[]): () => Answer {
  let at = 0;
  return () => answers[Math.min(at++, answers.length - 1)] ?? accepted;
}

export function worldOf(
  answer: (notice: Notice, attempt: number, nowMs: number) => Answer,
  given: Partial<WebhookReceiver> = {},
): DeliveryWorld {
  const world = new DeliveryWorld({ receiver: aReceiver(given), answer });
  world.start();
  return world;
}

/** How each notice ended. */
export function ends({ sents }: DeliveryWorld): readonly string[] {
  return sents.map(({ seq, action, outcome }) => `${seq} ${action} ${outcome}`);
}

/** Which attempts began when, ms since the begin. */
export function tries({ attempts }: DeliveryWorld): readonly string[] {
  return attempts.map(({ atMs, seq, action }) => `${atMs - beginMs} ${seq} ${action}`);
}
