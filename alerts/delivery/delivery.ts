// Delivers to one receiver: from what the log says to attempts, and from their ends to what the log
// is told. One state per receiver, so that a slow one delays no other; one attempt at a time per
// dedup key, so that a key's words cannot overtake one another on our side.
//
// Why the last word a receiver hears is the right one:
//
// 1. Only the newest notice of a key is ever attempted. A newer one that comes meanwhile waits for
//    the end of the attempt, and from then on the older is not tried again. So *attempts* of a key
//    begin in the order of their seqs.
// 2. They also *land* in that order, but for those whose end we do not know: a request that timed out
//    may sit in a proxy and arrive later. We take it that it does so within twice its timeout or
//    never. As long as such an attempt of an older notice may be on its way, the yes to a newer one
//    is not the end: when the time is over the newest is said once more. Whatever landed between is
//    corrected by that, and nothing older can land after it.
// 3. A crash forgets who doubted what. Therefore a notice in doubt is not `ended` before it was said
//    once more: the log has it open, and the next owner starts from there. What that one finds open
//    it treats as in doubt itself, since its forerunner may have had it, or an older one that had
//    not ended either, under way; and for what ended a moment ago the doubt goes on as if it had
//    been its own. A notice with nothing open before it needs no second saying: all that can still
//    land is itself.
// 4. The same key and seq go out again after a crash, so that a receiver can tell a repetition.
//
// Refused: to wait out the doubt before a resolve is sent. It would hold back the truth for twice the
// timeout every time, to spare a repetition that is harmless.

import type { Receiver } from '../receiver.ts';
import { begin, hearEnd } from './attempt.ts';
import { finish } from './ending.ts';
import { hearNotice, hearReady, hearSent } from './hearing.ts';
import type { DeliveryEffect, DeliveryInput } from './input.ts';
import { isHeld, lives, mayStart, onlyUrgent, sentLastMinute } from './pace.ts';
import { enqueue, giveUpMs, next, wake } from './queue.ts';
import { createState, type DeliveryState, type Turn } from './state.ts';

export type { DeliveryState } from './state.ts';

export type DeliveryStatus = {
  /** Notices that wait for their first or next attempt. */
  readonly waiting: number;
  /** Of those, the ones that the receiver's rate, its back-off or its open circuit holds. */
  readonly held: number;
  /** Attempts that have begun and not ended. */
  readonly underWay: number;
  /** Since when the longest waiting notice waits, ms since 1970; null: none does. */
  readonly oldestWaitingMs: number | null;
  /** Given up since the start. */
  readonly deadLettered: number;
  /** First failure since the last yes, while something waits; null: all is well. */
  readonly failingSinceMs: number | null;
  readonly lastError: string | null;
  /** Nothing more is sent until a reload: the receiver said so. */
  readonly disabled: boolean;
  /** It seems dead, and is asked with one attempt at a time. */
  readonly down: boolean;
  /** Nothing is sent before this, ms since 1970; null: nothing holds us. */
  readonly pausedUntilMs: number | null;
  /** Attempts begun in the last 60 s. */
  readonly sentLastMinute: number;
};

/** Nothing is attempted before the input `ready`. */
export function createDelivery(receiver: Receiver): DeliveryState {
  return createState(receiver);
}

/**
 * Hears one input. Mutates `state`; the same inputs give the same effects. Never throws.
 * @param rng 0..1, for the jitter of waits.
 */
export function stepDelivery(
  state: DeliveryState,
  input: DeliveryInput,
  nowMs: number,
  rng: () => number,
): readonly DeliveryEffect[] {
  const turn: Turn = { state, nowMs, rng, effects: [] };
  state.nowMs = nowMs;
  wakeDue(turn);
  hear(turn, input);
  while (mayStart(state, nowMs)) {
    const story = next(state, onlyUrgent(state));
    if (story === undefined) break;
    begin(turn, story);
  }
  sayCondition(turn);
  return turn.effects;
}

/**
 * Another config of the same receiver, from the next input on. It is given a chance at once: a
 * receiver that was disabled or seemed dead may be repaired by what was changed.
 */
export function retune(state: DeliveryState, receiver: Receiver): void {
  state.receiver = receiver;
  state.disabled = null;
  lives(state);
}

/** O(n) in the keys: for people and metrics, not for every input. */
export function deliveryStatus(state: DeliveryState): DeliveryStatus {
  const waiting = [...state.stories.values()].flatMap((story) => story.waiting ?? []);
  const oldestMs = waiting.reduce((oldest, { sinceMs }) => Math.min(oldest, sinceMs), never);
  return {
    waiting: waiting.length,
    held: waiting.filter((job) => isHeld(state, job)).length,
    underWay: state.underWay,
    oldestWaitingMs: waiting.length === 0 ? null : oldestMs,
    deadLettered: state.deadLettered,
    failingSinceMs: state.failingSinceMs,
    lastError: state.lastError,
    disabled: state.disabled !== null,
    down: state.isDown,
    pausedUntilMs: state.pausedUntilMs > state.nowMs ? state.pausedUntilMs : null,
    sentLastMinute: sentLastMinute(state),
  };
}

const never = Number.POSITIVE_INFINITY;

function hear(turn: Turn, input: DeliveryInput): void {
  switch (input.kind) {
    case 'notice':
      return hearNotice(turn, input.notice);
    case 'sent':
      return hearSent(turn, input.sent);
    case 'ready':
      return hearReady(turn);
    case 'attemptEnded':
      return hearEnd(turn, input);
    case 'tick':
      return;
  }
}

function wakeDue(turn: Turn): void {
  const { state, nowMs } = turn;
  for (let story = wake(state, nowMs); story !== undefined; story = wake(state, nowMs)) {
    const job = story.waiting;
    if (job === null) continue;
    if (nowMs >= giveUpMs(state, job)) finish(turn, story, job, 'deadLettered', job.error);
    else enqueue(state, story, nowMs);
  }
}

/** Only changes that matter are said: a receiver that fails a thousand times fails once. */
function sayCondition({ state, effects }: Turn): void {
  if (state.owed === 0) state.failingSinceMs = null;
  const { failingSinceMs, deadLettered, lastError, said } = state;
  if (failingSinceMs === said.failingSinceMs && deadLettered === said.deadLettered) return;
  state.said = { failingSinceMs, deadLettered };
  effects.push({ kind: 'condition', failingSinceMs, deadLettered, lastError });
}
