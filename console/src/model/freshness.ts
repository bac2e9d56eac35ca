// Is what the page shows still true? A console that shows old numbers as if they were new is worse
// than none, so every way to be stale has its own sentence and the banner shows the worst.

import type { GroupState } from '@regionpilot/api/contract';
import { duration, listed } from './format.ts';

/** How the live stream is doing. */
export type Line =
  | { readonly kind: 'connecting'; readonly sinceMs: number }
  | { readonly kind: 'open'; readonly heardMs: number }
  | {
      readonly kind: 'broken';
      readonly sinceMs: number;
      readonly why: string;
      readonly retryAtMs: number;
    };

/** The server proves every 10 s that the line lives; a little more is allowed for. */
export const silentAfterMs = 12_000;
/** Facts older than this are not "now" any more. */
export const staleDataMs = 5_000;

export type Staleness =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'disconnected'; readonly text: string; readonly retryInMs: number }
  | { readonly kind: 'silent'; readonly text: string }
  | { readonly kind: 'oldData'; readonly text: string };

/** Age of a group's newest fact now, ms; null: no fact yet. */
export function dataAgeMs(group: GroupState, nowMs: number): number | null {
  if (group.dataAgeMs === null) return null;
  return group.dataAgeMs + Math.max(0, nowMs - group.asOfMs);
}

/** The worst thing to say about how true the page is. */
export function staleness(line: Line, groups: readonly GroupState[], nowMs: number): Staleness {
  switch (line.kind) {
    case 'broken':
      return {
        kind: 'disconnected',
        text: `No connection for ${duration(nowMs - line.sinceMs)}: ${line.why}. What you see is from before.`,
        retryInMs: Math.max(0, line.retryAtMs - nowMs),
      };
    case 'connecting':
      return { kind: 'fresh' };
    case 'open':
      return nowMs - line.heardMs > silentAfterMs
        ? {
            kind: 'silent',
            text: `Nothing was heard for ${duration(nowMs - line.heardMs)}. What you see may be out of date.`,
          }
        : oldData(groups, nowMs);
  }
}

function oldData(groups: readonly GroupState[], nowMs: number): Staleness {
  const old = groups.filter((group) => (dataAgeMs(group, nowMs) ?? 0) > staleDataMs);
  if (old.length === 0) return { kind: 'fresh' };
  const oldest = Math.max(...old.map((group) => dataAgeMs(group, nowMs) ?? 0));
  const names = old.length > 3 ? `${old.length} groups` : listed(old.map((g) => g.group));
  return {
    kind: 'oldData',
    text: `The newest facts of ${names} are ${duration(oldest)} old. Health and shares may have changed since.`,
  };
}
