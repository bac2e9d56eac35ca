// What the delivery of one receiver remembers: a story per dedup key, who is next, and how the
// receiver itself is doing.

import type { Notice, NoticeAction, NoticeOutcome } from '@regionpilot/protocol';
import type { Receiver } from '../receiver.ts';
import { createHeap, type Heap } from './heap.ts';
import type { DeliveryEffect } from './input.ts';

/** A notice that has not ended. */
export type Job = {
  readonly notice: Notice;
  /** An acknowledgement whose story was opened with it; see `saying.ts`. */
  hasOpened: boolean;
  /** Since when somebody waits for this to be said, ms since 1970. */
  readonly sinceMs: number;
  attempts: number;
  /** Attempts that failed since the last yes. */
  failures: number;
  firstFailedMs: number | null;
  /** Not before; meanwhile others go first. */
  dueMs: number;
  /** What was said of the last attempt that failed. */
  error: string | null;
  /** Until then an attempt of this very notice may still land. */
  doubtUntilMs: number;
  /** How long it took to the receiver's first yes. Not null: it waits to be said once more. */
  latencyMs: number | null;
};

export type Story = {
  readonly dedupKey: string;
  endedSeq: number;
  endedAs: { readonly action: NoticeAction; readonly outcome: NoticeOutcome } | null;
  /** The receiver may hold this story open. False only when that is certain. */
  mayBeOpen: boolean;
  /** It holds this story, and nothing on its way can close it. True only when that is certain. */
  isHeld: boolean;
  /** Until then an attempt of a notice that has ended may still land. */
  doubtUntilMs: number;
  waiting: Job | null;
  underWay: Job | null;
  /**
   * Overtaken while an older notice was under way. They end after it, so that whatever the log says
   * of a key stands behind all attempts of older seqs.
   */
  overtaken: readonly Job[];
};

export type DeliveryState = {
  receiver: Receiver;
  /** The clock of the last input. */
  nowMs: number;
  isReady: boolean;
  readonly stories: Map<string, Story>;
  /** Stories with nothing to do and nothing open, longest so first. */
  readonly closed: Set<Story>;
  /** Stories whose waiting notice may go now, by rank. */
  readonly ranks: readonly Heap<Story>[];
  /** The others, and those to be given up, by when to look at them. */
  readonly timers: Heap<Story>;
  /** Stories whose last attempt failed. */
  readonly backingOff: Set<Story>;
  underWay: number;
  /** Notices the receiver has not said yes to. */
  owed: number;
  /** Attempts that went before a resolve which could have gone. */
  resolvesPassedOver: number;
  /** When the attempts of the sliding window began; those before `startsFrom` left it. */
  starts: number[];
  startsFrom: number;
  /** The receiver asked for quiet, or is down: nothing before this. */
  pausedUntilMs: number;
  /** Keys that failed since the last yes; at most as many as make a receiver down. */
  readonly failedKeys: Set<string>;
  isDown: boolean;
  /** Failed probes of a receiver that is down. */
  failedProbes: number;
  failingSinceMs: number | null;
  deadLettered: number;
  lastError: string | null;
  /** Why nothing is sent any more; null: it is. */
  disabled: string | null;
  /** What was said last of how the receiver is doing. */
  said: { readonly failingSinceMs: number | null; readonly deadLettered: number };
};

/** One step on its way: when it is, and what has come of it so far. */
export type Turn = {
  readonly state: DeliveryState;
  readonly nowMs: number;
  readonly rng: () => number;
  readonly effects: DeliveryEffect[];
};

/** Most urgent first: pages, resolves, other firsts, the rest. */
export const rankCount = 4;

export function createState(receiver: Receiver): DeliveryState {
  return {
    receiver,
    nowMs: 0,
    isReady: false,
    stories: new Map(),
    closed: new Set(),
    ranks: Array.from({ length: rankCount }, () => createHeap<Story>()),
    timers: createHeap(),
    backingOff: new Set(),
    underWay: 0,
    owed: 0,
    resolvesPassedOver: 0,
    starts: [],
    startsFrom: 0,
    pausedUntilMs: 0,
    failedKeys: new Set(),
    isDown: false,
    failedProbes: 0,
    failingSinceMs: null,
    deadLettered: 0,
    lastError: null,
    disabled: null,
    said: { failingSinceMs: null, deadLettered: 0 },
  };
}

export function createStory(dedupKey: string, mayBeOpen: boolean): Story {
  return {
    dedupKey,
    endedSeq: 0,
    endedAs: null,
    mayBeOpen,
    isHeld: false,
    doubtUntilMs: 0,
    waiting: null,
    underWay: null,
    overtaken: [],
  };
}

/**
 * How long an attempt may still land after we stopped waiting for it. One timeout would do for what a
 * network holds back; the second pays for clocks of two owners that differ.
 */
export function doubtMs({ timeoutMs }: Receiver): number {
  return 2 * timeoutMs;
}
