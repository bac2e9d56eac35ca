// Who is next. Pages go first, oldest first, for they are what this exists for; but of four attempts
// at least one is a resolve while one waits, since an incident that is over and stays open costs a
// human too. A notice that may not go yet (it backs off, or is to be repeated later) stands in the
// timers instead; one that failed stands there in any case, to be given up in time.

import type { Notice } from '@regionpilot/protocol';
import { first, put, take, takeUpTo } from './heap.ts';
import { sayingOf } from './saying.ts';
import type { DeliveryState, Job, Story } from './state.ts';

const resolves = 1;
const maxPassedOver = 3;

/** The story's waiting notice gets its place. */
export function enqueue(state: DeliveryState, story: Story, nowMs: number): void {
  leave(state, story);
  const job = story.waiting;
  if (job === null || story.underWay !== null || !state.isReady) return;
  const isDue = job.dueMs <= nowMs;
  if (isDue) put(rankOf(state, story, job), story, job.sinceMs);
  const lookMs = Math.min(isDue ? Number.POSITIVE_INFINITY : job.dueMs, giveUpMs(state, job));
  if (lookMs < Number.POSITIVE_INFINITY) put(state.timers, story, lookMs);
}

export function leave(state: DeliveryState, story: Story): void {
  for (const rank of state.ranks) take(rank, story);
  take(state.timers, story);
}

/** A story whose time has come, out of the timers; undefined: there is none. */
export function wake(state: DeliveryState, nowMs: number): Story | undefined {
  return takeUpTo(state.timers, nowMs);
}

/** From when on there is no point in trying. */
export function giveUpMs({ receiver }: DeliveryState, { firstFailedMs }: Job): number {
  return firstFailedMs === null ? Number.POSITIVE_INFINITY : firstFailedMs + receiver.giveUpAfterMs;
}

/** The next to go, out of the queue; only a page or a resolve where `urgentOnly`. */
export function next(state: DeliveryState, urgentOnly: boolean): Story | undefined {
  const resolve = first(heapAt(state, resolves));
  const open = urgentOnly ? state.ranks.slice(0, resolves + 1) : state.ranks;
  const best = open.map(first).find((story) => story !== undefined);
  const chosen = state.resolvesPassedOver >= maxPassedOver ? (resolve ?? best) : best;
  if (chosen === undefined) return undefined;
  state.resolvesPassedOver =
    resolve === undefined || chosen === resolve ? 0 : state.resolvesPassedOver + 1;
  leave(state, chosen);
  return chosen;
}

function rankOf(state: DeliveryState, story: Story, job: Job): DeliveryState['ranks'][number] {
  return heapAt(state, urgency(story, sayingOf(story, job)));
}

/** A repeat is only less urgent when what it repeats was heard. */
function urgency({ endedAs }: Story, { action, reason, severity }: Notice): number {
  if (action === 'resolve') return resolves;
  const isRepeat = reason === 'repeat' && endedAs?.outcome === 'delivered';
  if (isRepeat || action === 'change') return 3;
  if (action === 'heartbeat' || action === 'probe' || action === 'test') return 2;
  if (severity === 'info') return 3;
  return severity === 'page' && action === 'trigger' ? 0 : 2;
}

function heapAt({ ranks, timers }: DeliveryState, rank: number): DeliveryState['ranks'][number] {
  return ranks[rank] ?? timers;
}
