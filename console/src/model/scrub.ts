// The time scrubber: where the handle is, which entry was the last one by then, where an arrow key
// or a tick of the player takes it.

import type { TimelineEntry } from '@regionpilot/api/contract';

export type Span = { readonly fromMs: number; readonly toMs: number };

const paddingMs = 3_000;

/** The stretch of time that holds all entries, with a little room on both sides. */
export function spanOf(entries: readonly TimelineEntry[], nowMs: number): Span {
  if (entries.length === 0) return { fromMs: nowMs - 60_000, toMs: nowMs };
  const times = entries.map((entry) => entry.atMs);
  const fromMs = Math.min(...times) - paddingMs;
  return { fromMs, toMs: Math.max(Math.max(...times) + paddingMs, fromMs + 10_000) };
}

/** Place of a moment in the span, 0..1. */
export function positionOf(atMs: number, span: Span): number {
  return Math.min(1, Math.max(0, (atMs - span.fromMs) / (span.toMs - span.fromMs)));
}

/** The moment at a place 0..1. */
export function momentAt(position: number, span: Span): number {
  return Math.round(span.fromMs + Math.min(1, Math.max(0, position)) * (span.toMs - span.fromMs));
}

/** The newest entry that had happened by then; null: none had. */
export function entryAt(entries: readonly TimelineEntry[], atMs: number): TimelineEntry | null {
  return entries.reduce<TimelineEntry | null>(
    (best, entry) =>
      entry.atMs <= atMs && (best === null || entry.atMs >= best.atMs) ? entry : best,
    null,
  );
}

/** The moment of the next (or previous) entry from here; the end of the span if there is none. */
export function stepTo(
  entries: readonly TimelineEntry[],
  atMs: number,
  direction: 'next' | 'previous',
  span: Span,
): number {
  const times = entries.map((entry) => entry.atMs);
  if (direction === 'next') return Math.min(span.toMs, ...times.filter((time) => time > atMs));
  return Math.max(span.fromMs, ...times.filter((time) => time < atMs));
}

/** Where the player is `elapsedMs` later: a whole span takes about 20 s to watch, never slower than life. */
export function playedTo(atMs: number, elapsedMs: number, span: Span): number {
  const speed = Math.max(1, (span.toMs - span.fromMs) / 20_000);
  return Math.min(span.toMs, atMs + elapsedMs * speed);
}
