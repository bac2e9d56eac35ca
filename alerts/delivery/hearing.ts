// What the log says, read in order: the newest notice of a key is what its receiver is to know, and
// everything older is over. Nothing leaves before all of it was read.

import type { Notice, NoticeAction, Sent } from '@regionpilot/protocol';
import { closeIfOver, finish, letGo, supersede } from './ending.ts';
import { beginWindow, recallStart } from './pace.ts';
import { enqueue } from './queue.ts';
import {
  createStory,
  type DeliveryState,
  doubtMs,
  type Job,
  type Story,
  type Turn,
} from './state.ts';

export function hearNotice(turn: Turn, notice: Notice): void {
  const { state, nowMs } = turn;
  const story = storyOf(state, notice.dedupKey, notice.seq > 1);
  if (notice.seq <= newestSeq(story)) return;
  const older = story.waiting;
  if (older !== null) overtake(turn, story, older);
  story.waiting = jobOf(notice, older, nowMs);
  state.owed += 1;
  state.closed.delete(story);
  if (state.isReady) admit(turn, story);
}

/** The word of an owner before us; our own come back too and are no news. */
export function hearSent({ state, nowMs }: Turn, sent: Sent): void {
  if (!state.isReady && sent.attempts > 0) recallStart(state, sent.atMs, nowMs);
  const story = storyOf(state, sent.dedupKey, true);
  const { seq, action, outcome } = sent;
  if (seq <= story.endedSeq) return;
  story.endedSeq = seq;
  story.endedAs = { action, outcome };
  story.mayBeOpen = isStateful(action) && !(action === 'resolve' && outcome !== 'deadLettered');
  story.doubtUntilMs = Math.max(story.doubtUntilMs, sent.atMs + doubtMs(state.receiver));
  const { waiting } = story;
  if (waiting !== null && waiting.notice.seq <= seq) letGo(state, story, waiting);
}

/** The log is read: what has not ended in it is ours to tell. */
export function hearReady(turn: Turn): void {
  const { state, nowMs } = turn;
  if (state.isReady) return;
  state.isReady = true;
  beginWindow(state);
  for (const story of state.stories.values()) {
    if (story.waiting === null) closeIfOver(state, story, nowMs);
    else takeOver(turn, story, story.waiting);
  }
}

/** The waiting notice, unless there is no point in it, gets its place in the queue. */
export function admit(turn: Turn, story: Story): void {
  const { state, nowMs } = turn;
  const job = story.waiting;
  if (job === null || story.underWay !== null) return;
  if (state.disabled !== null) return finish(turn, story, job, 'deadLettered', state.disabled);
  if (!isNeedless(state, story, job)) return enqueue(state, story, nowMs);
  story.mayBeOpen = false;
  supersede(turn, story, job);
}

/** Whether a receiver keeps something open, or closed, because of it. */
export function isStateful(action: NoticeAction): boolean {
  return action === 'trigger' || action === 'acknowledge' || action === 'resolve';
}

/**
 * The owner before us may have an attempt under way: of this notice, or, if there were others
 * between the last that ended and this one, of one of those.
 */
function takeOver(turn: Turn, story: Story, job: Job): void {
  const { state, nowMs } = turn;
  const { action, seq } = job.notice;
  const untilMs = nowMs + doubtMs(state.receiver);
  job.dueMs = nowMs;
  job.doubtUntilMs = untilMs;
  if (seq > story.endedSeq + 1) story.doubtUntilMs = Math.max(story.doubtUntilMs, untilMs);
  story.mayBeOpen = isStateful(action);
  admit(turn, story);
}

/** Nothing to resolve: the receiver does not want resolves, or certainly never heard of it. */
function isNeedless({ receiver }: DeliveryState, { mayBeOpen }: Story, { notice }: Job): boolean {
  return notice.action === 'resolve' && !(receiver.sendResolved && mayBeOpen);
}

/** What was never ours to tell, since the log is still being read, is not ours to end either. */
function overtake(turn: Turn, story: Story, job: Job): void {
  const { state } = turn;
  if (state.isReady && story.underWay === null) return supersede(turn, story, job);
  letGo(state, story, job);
  if (state.isReady) story.overtaken = [...story.overtaken, job];
}

function storyOf({ stories }: DeliveryState, dedupKey: string, isOld: boolean): Story {
  const known = stories.get(dedupKey);
  if (known !== undefined) return known;
  const story = createStory(dedupKey, isOld);
  stories.set(dedupKey, story);
  return story;
}

function newestSeq({ endedSeq, waiting, underWay }: Story): number {
  return Math.max(endedSeq, waiting?.notice.seq ?? 0, underWay?.notice.seq ?? 0);
}

function jobOf(notice: Notice, older: Job | null, nowMs: number): Job {
  const goesOn = older !== null && isFiring(older.notice) && isFiring(notice);
  return {
    notice,
    hasOpened: false,
    sinceMs: goesOn && older.latencyMs === null ? older.sinceMs : notice.atMs,
    attempts: 0,
    failures: 0,
    firstFailedMs: null,
    dueMs: nowMs,
    error: null,
    doubtUntilMs: 0,
    latencyMs: null,
  };
}

function isFiring({ action }: Notice): boolean {
  return action === 'trigger' || action === 'acknowledge';
}
