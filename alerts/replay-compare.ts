// Two replays of the same span side by side: which pages only one of them sends, how much sooner or
// later the others come, and how much is said besides. Two pages are the same when they are about an
// alert in common and overlap in time; how the rules group and name stories may differ.

import type { Severity } from '@regionpilot/protocol';
import type { AlertsReplay, ReplayedPage } from './replay.ts';

export type PagePair = {
  readonly a: ReplayedPage;
  readonly b: ReplayedPage;
  /** From the same moment, the earlier of both beginnings, so that they can be compared. ms. */
  readonly timeToPageMsA: number;
  readonly timeToPageMsB: number;
};

export type ReplaySummary = {
  readonly pages: number;
  readonly noise: Readonly<Record<Severity, number>>;
  readonly flaps: number;
  /** Alerts that fired at all, each once. */
  readonly alerts: number;
};

export type ReplayComparison = {
  /** Same pages at the same times, same noise, same flaps. */
  readonly same: boolean;
  readonly a: ReplaySummary;
  readonly b: ReplaySummary;
  readonly onlyA: readonly ReplayedPage[];
  readonly onlyB: readonly ReplayedPage[];
  readonly both: readonly PagePair[];
};

export function compareReplays(a: AlertsReplay, b: AlertsReplay): ReplayComparison {
  const byFingerprint = indexed(b.pages);
  const taken = new Set<ReplayedPage>();
  const both: PagePair[] = [];
  const onlyA: ReplayedPage[] = [];
  for (const page of a.pages) {
    const candidates = page.fingerprints.flatMap((each) => byFingerprint.get(each) ?? []);
    const match = candidates.find((other) => !taken.has(other) && overlap(page, other));
    if (match === undefined) onlyA.push(page);
    else {
      taken.add(match);
      both.push(pairOf(page, match));
    }
  }
  const onlyB = b.pages.filter((page) => !taken.has(page));
  const [of, other] = [summaryOf(a), summaryOf(b)];
  const alike = onlyA.length === 0 && onlyB.length === 0 && both.every(isSimultaneous);
  return {
    same: alike && JSON.stringify(of) === JSON.stringify(other),
    a: of,
    b: other,
    onlyA,
    onlyB,
    both,
  };
}

function pairOf(a: ReplayedPage, b: ReplayedPage): PagePair {
  const beganMs = Math.min(a.atMs - a.timeToPageMs, b.atMs - b.timeToPageMs);
  return { a, b, timeToPageMsA: a.atMs - beganMs, timeToPageMsB: b.atMs - beganMs };
}

function isSimultaneous({ a, b }: PagePair): boolean {
  return a.atMs === b.atMs && a.endedMs === b.endedMs;
}

/** Each counted from when its condition held: the later page may come after the earlier one ended. */
function overlap(a: ReplayedPage, b: ReplayedPage): boolean {
  return beganMs(a) <= (b.endedMs ?? Infinity) && beganMs(b) <= (a.endedMs ?? Infinity);
}

function beganMs({ atMs, timeToPageMs }: ReplayedPage): number {
  return atMs - timeToPageMs;
}

function indexed(pages: readonly ReplayedPage[]): ReadonlyMap<string, readonly ReplayedPage[]> {
  const index = new Map<string, ReplayedPage[]>();
  for (const page of pages) {
    for (const fingerprint of page.fingerprints) {
      const known = index.get(fingerprint);
      if (known === undefined) index.set(fingerprint, [page]);
      else known.push(page);
    }
  }
  return index;
}

function summaryOf({ pages, noise, flaps, alerts }: AlertsReplay): ReplaySummary {
  const fired = alerts.filter(({ state }) => state === 'firing' || state === 'noData');
  const count = new Set(fired.map(({ fingerprint }) => fingerprint)).size;
  return { pages: pages.length, noise, flaps, alerts: count };
}
