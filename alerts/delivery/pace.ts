// How fast this receiver may be talked to: the sliding minute, the quiet it asked for, and what a
// receiver that seems dead gets. Many keys failing in a row speak of the receiver and not of the
// notices; then a single attempt at a time asks whether it is back, ever more slowly, or ten thousand
// waiting alerts would be ten thousand connections a second to a host that is trying to get up.

import type { DeliveryState, Job, Turn } from './state.ts';

/**
 * A second more than a minute: the receiver counts when requests arrive, and two that left a minute
 * apart may arrive closer.
 */
const windowMs = 61_000;
const minuteMs = 60_000;
const keysThatMakeItDown = 3;
const sharedSlots = 0.8;

export function mayStart(state: DeliveryState, nowMs: number): boolean {
  const { receiver, isReady, isDown, disabled, underWay, pausedUntilMs } = state;
  if (!isReady || disabled !== null || nowMs < pausedUntilMs) return false;
  if (underWay >= (isDown ? 1 : receiver.concurrency)) return false;
  forgetOldStarts(state, nowMs);
  return receiver.ratePerMinute === 0 || startsIn(state) < receiver.ratePerMinute;
}

/**
 * The last fifth of a minute's requests is for pages and resolves: a burst of tickets must not make a
 * page that comes a moment later wait for the whole minute to pass.
 */
export function onlyUrgent(state: DeliveryState): boolean {
  const { ratePerMinute } = state.receiver;
  return ratePerMinute > 0 && startsIn(state) >= Math.ceil(ratePerMinute * sharedSlots);
}

/** May a waiting notice not go, whatever else is under way? For people and metrics. */
export function isHeld(state: DeliveryState, job: Job): boolean {
  const { receiver, isDown, disabled, nowMs } = state;
  const full = receiver.ratePerMinute > 0 && startsIn(state) >= receiver.ratePerMinute;
  return full || isDown || disabled !== null || nextTryMs(state, job) > nowMs;
}

export function started(state: DeliveryState, nowMs: number): void {
  state.starts.push(nowMs);
  state.underWay += 1;
}

export function sentLastMinute({ starts, nowMs }: DeliveryState): number {
  let from = starts.length;
  while ((starts[from - 1] ?? Number.NEGATIVE_INFINITY) > nowMs - minuteMs) from -= 1;
  return starts.length - from;
}

/** The receiver answered; it is there, whatever it thinks of the notice. */
export function lives(state: DeliveryState): void {
  state.failedKeys.clear();
  state.isDown = false;
  state.failedProbes = 0;
}

/** An attempt failed that another one may not. */
export function failed(
  { state, nowMs, rng }: Turn,
  dedupKey: string,
  quietMs: number | null,
): void {
  if (quietMs !== null) pause(state, nowMs + quietMs);
  if (state.failedKeys.size < keysThatMakeItDown) state.failedKeys.add(dedupKey);
  state.isDown ||= state.failedKeys.size >= keysThatMakeItDown;
  if (!state.isDown || state.underWay > 0) return;
  state.failedProbes += 1;
  pause(state, nowMs + backOffMs(state, state.failedProbes, rng));
}

/**
 * How long the whole receiver wants to be left alone; null: the failure is this key's. 429 and 503
 * speak for the receiver even when they name no time. Longer than our patience is never waited: by
 * then everything would be given up.
 */
export function quietOf(
  { receiver }: DeliveryState,
  answer: { readonly status: number | null; readonly retryAfterMs: number | null },
  ownBackOffMs: number,
): number | null {
  const asked = answer.retryAfterMs;
  if (asked !== null) return Math.min(Math.max(0, asked), receiver.giveUpAfterMs);
  return answer.status === 429 || answer.status === 503 ? ownBackOffMs : null;
}

/** Exponential, with jitter between a half and all of it, so that many do not come back at once. */
export function backOffMs(
  { receiver }: DeliveryState,
  failures: number,
  rng: () => number,
): number {
  const { retryMs, retryMaxMs } = receiver;
  const wait = Math.min(retryMaxMs, retryMs * 2 ** Math.min(failures - 1, 30));
  return wait * (0.5 + 0.5 * rng());
}

/** What the log says the owner before us sent a moment ago counts as ours. */
export function recallStart(state: DeliveryState, atMs: number, nowMs: number): void {
  if (atMs > nowMs - windowMs) state.starts.push(Math.min(atMs, nowMs));
}

export function beginWindow(state: DeliveryState): void {
  state.starts.sort((a, b) => a - b);
}

export function nextTryMs({ pausedUntilMs }: DeliveryState, { dueMs }: Job): number {
  return Math.max(dueMs, pausedUntilMs);
}

function pause(state: DeliveryState, untilMs: number): void {
  state.pausedUntilMs = Math.max(state.pausedUntilMs, untilMs);
}

function startsIn({ starts, startsFrom }: DeliveryState): number {
  return starts.length - startsFrom;
}

function forgetOldStarts(state: DeliveryState, nowMs: number): void {
  const { starts } = state;
  while ((starts[state.startsFrom] ?? Number.POSITIVE_INFINITY) <= nowMs - windowMs) {
    state.startsFrom += 1;
  }
  if (state.startsFrom < 1_024 || state.startsFrom * 2 < starts.length) return;
  state.starts = starts.slice(state.startsFrom);
  state.startsFrom = 0;
}
