// Cursors of pages: where the last page ended, and of which query. Opaque to callers, and checked when
// they come back: a cursor of another query, or one somebody made up, is refused.

import { fnv1a } from '@regionpilot/protocol';

export type CursorPart = string | number;

/** @param query What the page was asked for, without limit and cursor. */
export function cursorOf(query: unknown, place: readonly CursorPart[]): string {
  return btoa(encodeURIComponent(JSON.stringify([hashOf(query), ...place])))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** Null when it is no cursor of this query. */
export function placeIn(query: unknown, cursor: string): readonly CursorPart[] | null {
  const parts = partsOf(cursor);
  return parts === null || parts[0] !== hashOf(query) ? null : parts.slice(1);
}

function partsOf(cursor: string): readonly CursorPart[] | null {
  try {
    const text = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const parts: unknown = JSON.parse(decodeURIComponent(text));
    return Array.isArray(parts) && parts.every(isPart) ? parts : null;
  } catch {
    return null;
  }
}

function isPart(part: unknown): part is CursorPart {
  return typeof part === 'string' || typeof part === 'number';
}

/** The order in which a query was typed does not matter. */
function hashOf(query: unknown): number {
  const entries = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  return fnv1a(JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}
