// How a notice ends: once, as one of three outcomes, and the log is told.

import type { NoticeOutcome } from '@regionpilot/protocol';
import { leave } from './queue.ts';
import type { Job, Story, Turn } from './state.ts';

/** Ended stories that are remembered only to know a duplicate of the log when it comes. */
const maxClosed = 20_000;

export function finish(
  { state, nowMs, effects }: Turn,
  story: Story,
  job: Job,
  outcome: NoticeOutcome,
  error: string | null,
): void {
  const { receiver, dedupKey, seq, action } = job.notice;
  const { attempts } = job;
  if (!story.overtaken.includes(job)) letGo(state, story, job);
  story.endedSeq = Math.max(story.endedSeq, seq);
  story.endedAs = { action, outcome };
  const sent = { receiver, dedupKey, seq, action, outcome, attempts, atMs: nowMs, error };
  effects.push({ kind: 'ended', sent });
  if (outcome === 'deadLettered') {
    const reason = error ?? 'no reason was given';
    state.deadLettered += 1;
    state.lastError = reason;
    effects.push({ kind: 'deadLetter', notice: job.notice, reason });
  }
  closeIfOver(state, story, nowMs);
}

/** Something newer is to be said. What the receiver took once already was delivered all the same. */
export function supersede(turn: Turn, story: Story, job: Job): void {
  finish(turn, story, job, job.latencyMs === null ? 'superseded' : 'delivered', null);
}

/** Those that were overtaken end behind the one that was under way. */
export function endOvertaken(turn: Turn, story: Story): void {
  for (const job of story.overtaken) supersede(turn, story, job);
  story.overtaken = [];
}

/** The job is no longer among what is to be done; what it left in the network may still land. */
export function letGo(state: Turn['state'], story: Story, job: Job): void {
  if (story.waiting === job) {
    story.waiting = null;
    leave(state, story);
  }
  state.backingOff.delete(story);
  if (job.latencyMs === null) state.owed -= 1;
  story.doubtUntilMs = Math.max(story.doubtUntilMs, job.doubtUntilMs);
}

export function closeIfOver(state: Turn['state'], story: Story, nowMs: number): void {
  state.closed.delete(story);
  if (story.waiting !== null || story.underWay !== null || story.mayBeOpen) return;
  state.closed.add(story);
  for (const oldest of state.closed) {
    if (state.closed.size <= maxClosed || oldest.doubtUntilMs > nowMs) return;
    state.closed.delete(oldest);
    state.stories.delete(oldest.dedupKey);
  }
}
