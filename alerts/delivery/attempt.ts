// One attempt, from its start to what its end means: for the notice, for its story, and for what we
// think of the receiver.

import type { Delivery, NoticeAction, NoticeOutcome } from '@regionpilot/protocol';
import { endOvertaken, finish } from './ending.ts';
import { admit, isStateful } from './hearing.ts';
import type { DeliveryInput } from './input.ts';
import { backOffMs, failed, lives, nextTryMs, quietOf, started } from './pace.ts';
import { enqueue, giveUpMs } from './queue.ts';
import { sayingOf } from './saying.ts';
import { doubtMs, type Job, type Story, type Turn } from './state.ts';

export type AttemptEnd = Extract<DeliveryInput, { readonly kind: 'attemptEnded' }>;

type Fate =
  | { readonly kind: 'over'; readonly outcome: NoticeOutcome }
  | { readonly kind: 'again'; readonly dueMs: number };

const maxAlertsOfDelivery = 100;

export function begin({ state, nowMs, effects }: Turn, story: Story): void {
  const job = story.waiting;
  if (job === null) return;
  story.waiting = null;
  story.underWay = job;
  job.attempts += 1;
  started(state, nowMs);
  const notice = sayingOf(story, job);
  if (notice.action === 'resolve') story.isHeld = false;
  effects.push({ kind: 'send', notice, attempt: job.attempts });
}

/** Of an attempt that is not under way nothing is learnt. */
export function hearEnd(turn: Turn, end: AttemptEnd): void {
  const { state, effects } = turn;
  const story = state.stories.get(end.dedupKey);
  const job = story?.underWay;
  if (story === undefined || job?.notice.seq !== end.seq) return;
  story.underWay = null;
  state.underWay -= 1;
  const { action } = sayingOf(story, job);
  const fate = meet(turn, story, job, end);
  const delivery = { ...deliveryOf(turn, job, end, fate), action };
  effects.push({ kind: 'attempted', delivery });
  if (fate.kind === 'again') goOn(turn, story, job, fate.dueMs);
  else finish(turn, story, job, fate.outcome, fate.outcome === 'deadLettered' ? job.error : null);
  endOvertaken(turn, story);
  if (end.disable) disable(turn, job.error);
  admit(turn, story);
}

function meet(turn: Turn, story: Story, job: Job, end: AttemptEnd): Fate {
  switch (end.result) {
    case 'accepted':
      return meetYes(turn, story, job);
    case 'rejected':
      return meetNo(turn, job, end);
    case 'uncertain':
      doubt(turn, story, job);
      return meetFailure(turn, story, job, end);
    case 'retry':
      return meetFailure(turn, story, job, end);
  }
}

function meetYes(turn: Turn, story: Story, job: Job): Fate {
  const { state, nowMs } = turn;
  comeBack(turn, story);
  state.failingSinceMs = null;
  state.lastError = null;
  job.failures = 0;
  job.firstFailedMs = null;
  const { action } = sayingOf(story, job);
  const olderMayLand = isStateful(action) && story.doubtUntilMs > nowMs;
  learn(story, action, olderMayLand);
  if (action !== job.notice.action) return meetOpening(turn, story, job);
  if (job.latencyMs === null) state.owed -= 1;
  job.latencyMs ??= Math.max(0, nowMs - job.notice.causeMs);
  const mayBeUndone = olderMayLand || (action === 'acknowledge' && !story.isHeld);
  if (!mayBeUndone || story.waiting !== null) return { kind: 'over', outcome: 'delivered' };
  job.hasOpened = false;
  return { kind: 'again', dueMs: Math.max(nowMs, story.doubtUntilMs) };
}

function learn(story: Story, action: NoticeAction, olderMayLand: boolean): void {
  if (action === 'trigger') {
    story.mayBeOpen = true;
    story.isHeld = !olderMayLand;
  }
  if (action === 'resolve' && !olderMayLand) story.mayBeOpen = false;
}

/** The story is open there: now the acknowledgement itself. */
function meetOpening({ nowMs }: Turn, story: Story, job: Job): Fate {
  job.hasOpened = true;
  if (story.waiting === null) return { kind: 'again', dueMs: nowMs };
  return { kind: 'over', outcome: job.latencyMs === null ? 'superseded' : 'delivered' };
}

function meetNo(turn: Turn, job: Job, end: AttemptEnd): Fate {
  const { state, nowMs } = turn;
  comeBack(turn, null);
  job.error = end.error ?? 'it was rejected';
  state.failingSinceMs ??= nowMs;
  return { kind: 'over', outcome: 'deadLettered' };
}

function meetFailure(turn: Turn, story: Story, job: Job, end: AttemptEnd): Fate {
  const { state, nowMs, rng } = turn;
  job.failures += 1;
  job.firstFailedMs ??= nowMs;
  job.error = end.error ?? 'the attempt failed';
  state.lastError = job.error;
  state.failingSinceMs ??= nowMs;
  const waitMs = backOffMs(state, job.failures, rng);
  failed(turn, story.dedupKey, quietOf(state, end, waitMs));
  if (story.waiting !== null) {
    return { kind: 'over', outcome: job.latencyMs === null ? 'superseded' : 'delivered' };
  }
  const isHopeless = state.disabled !== null || nowMs >= giveUpMs(state, job);
  if (isHopeless) return { kind: 'over', outcome: 'deadLettered' };
  return { kind: 'again', dueMs: nowMs + waitMs };
}

/** It may have arrived, or arrive yet. */
function doubt({ state, nowMs }: Turn, story: Story, job: Job): void {
  job.doubtUntilMs = nowMs + doubtMs(state.receiver);
  if (sayingOf(story, job).action === 'trigger') story.mayBeOpen = true;
}

function goOn({ state, nowMs }: Turn, story: Story, job: Job, dueMs: number): void {
  job.dueMs = dueMs;
  story.waiting = job;
  if (job.failures > 0) state.backingOff.add(story);
  enqueue(state, story, nowMs);
}

/** It answers. If it was thought dead, those who found it so need not wait as long as they meant to. */
function comeBack({ state, nowMs, rng }: Turn, story: Story | null): void {
  const wasDown = state.isDown;
  lives(state);
  if (story !== null) state.backingOff.delete(story);
  if (!wasDown) return;
  for (const other of state.backingOff) {
    if (other.waiting === null) continue;
    other.waiting.dueMs = Math.min(other.waiting.dueMs, nowMs + backOffMs(state, 1, rng));
    enqueue(state, other, nowMs);
  }
  state.backingOff.clear();
}

/** It wants nothing more, ever: whatever waits is given up, and so is whatever comes. */
function disable(turn: Turn, error: string | null): void {
  const { state } = turn;
  if (state.disabled !== null) return;
  state.disabled = `disabled by the receiver: ${error ?? 'it wants nothing more'}`;
  state.lastError = state.disabled;
  for (const story of state.stories.values()) admit(turn, story);
}

function deliveryOf(turn: Turn, job: Job, end: AttemptEnd, fate: Fate): Delivery {
  const { receiver, dedupKey, seq, action, reason, severity, alerts } = job.notice;
  const isYes = end.result === 'accepted';
  const again = fate.kind === 'again' ? Math.max(fate.dueMs, nextTryMs(turn.state, job)) : null;
  return {
    v: 1,
    receiver,
    dedupKey,
    seq,
    action,
    reason,
    severity,
    title: end.title,
    attempt: job.attempts,
    startedMs: end.startedMs,
    tookMs: Math.max(0, turn.nowMs - end.startedMs),
    result: end.result,
    status: end.status,
    error: isYes ? null : job.error,
    nextAttemptMs: again,
    outcome: fate.kind === 'over' ? fate.outcome : null,
    latencyMs: isYes ? job.latencyMs : null,
    alerts: alerts
      .slice(0, maxAlertsOfDelivery)
      .map(({ labels, severity }) => ({ labels, severity })),
  };
}
