// A page of a group's timeline, newest first: out of memory, and further back out of the log.

import type { TimelineEntry } from '../contract/timeline.ts';
import { cursorOf, placeIn } from './cursor.ts';
import type { History } from './history.ts';
import type { Timeline } from './timeline.ts';
import { placeOf } from './timeline-entry.ts';

export type TimelineFilter = {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly kind?: string | undefined;
  readonly incident?: string | undefined;
};

export type TimelinePage = {
  readonly items: readonly TimelineEntry[];
  readonly next: string | null;
  readonly total: number;
};

/** Null: the cursor is none of this query. */
export async function timelinePage(
  group: string,
  timeline: Timeline | undefined,
  history: History,
  filter: TimelineFilter,
  limit: number,
  cursor: string | undefined,
): Promise<TimelinePage | null> {
  const query = { ...filter, group };
  const place = cursor === undefined ? [null] : placeIn(query, cursor);
  if (place === null || !(place[0] === null || Number.isSafeInteger(place[0]))) return null;
  const before = place[0] as number | null;
  const wanted = (entry: TimelineEntry): boolean => fits(entry, filter);
  const kept = timeline?.entries ?? [];
  const matching = kept.filter(wanted);
  const known = matching.filter((entry) => before === null || offsetOf(entry) < before).reverse();
  const items = known.slice(0, limit);
  if (items.length === limit && (known.length > limit || kept.length > 0)) {
    return { items, next: cursorAt(query, offsetOf(items.at(-1))), total: matching.length };
  }
  const oldest = kept[0] === undefined ? null : offsetOf(kept[0]);
  const from = lower(before, oldest);
  const older = await history.before(group, from, limit - items.length, wanted);
  const ended = older.next === null || isBefore(older.entries.at(-1), filter.from);
  return {
    items: [...items, ...older.entries],
    next: ended ? null : cursorAt(query, older.next),
    total: matching.length + older.entries.length,
  };
}

export function fits(entry: TimelineEntry, filter: TimelineFilter): boolean {
  const { from, to, kind, incident } = filter;
  return (
    (from === undefined || entry.atMs >= from) &&
    (to === undefined || entry.atMs <= to) &&
    (kind === undefined || entry.event.kind === kind) &&
    (incident === undefined || entry.incident === incident)
  );
}

function isBefore(entry: TimelineEntry | undefined, fromMs: number | undefined): boolean {
  return entry !== undefined && fromMs !== undefined && entry.atMs <= fromMs;
}

function cursorAt(query: unknown, offset: number | null): string | null {
  return offset === null ? null : cursorOf(query, [offset]);
}

function offsetOf(entry: TimelineEntry | undefined): number {
  return entry === undefined ? 0 : (placeOf(entry.id)?.offset ?? 0);
}

function lower(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
