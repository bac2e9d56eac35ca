// How fast an error budget burns. Two windows must burn together: the long one says that it matters,
// the short one that it still goes on, and lets go soon after it ends. A window is 60 slots with a
// running sum, so three days cost as much as five minutes (about 1 kB) and every question is O(1).
// Source: The Site Reliability Workbook, chapter 5 (multiwindow, multi-burn-rate alerts).

import type { Condition } from '../rule.ts';
import type { Counts } from './signals/sample.ts';

const slotsPerWindow = 60;

/** [slot, answered, failed], oldest first; sums over all of them. */
export type Window = {
  readonly slotMs: number;
  /** The first slot there were counts for: before it we were not looking. */
  readonly firstSlot: number;
  readonly slots: [slot: number, answered: number, failed: number][];
  answered: number;
  failed: number;
};

/** Length in ms → window. */
export type Windows = Map<number, Window>;

export type Burn = Extract<Condition, { readonly kind: 'burnRate' }>;

export function addCounts(
  windows: Windows,
  lengths: readonly number[],
  counts: Counts,
  nowMs: number,
): void {
  for (const length of lengths) {
    const window = windowOf(windows, length, nowMs);
    const slot = Math.floor(nowMs / window.slotMs);
    const last = window.slots.at(-1);
    if (last !== undefined && last[0] >= slot) {
      last[1] += counts[0];
      last[2] += counts[1];
    } else window.slots.push([slot, counts[0], counts[1]]);
    window.answered += counts[0];
    window.failed += counts[1];
  }
}

/** What fell out of a window is taken off its sums: a window reaches back no further than its length. */
export function ageWindows(windows: Windows, nowMs: number): void {
  for (const window of windows.values()) {
    const oldest = Math.floor(nowMs / window.slotMs) - slotsPerWindow + 1;
    let gone = 0;
    for (const [slot, answered, failed] of window.slots) {
      if (slot >= oldest) break;
      window.answered -= answered;
      window.failed -= failed;
      gone++;
    }
    if (gone > 0) window.slots.splice(0, gone);
  }
}

/**
 * The highest burn that both windows of a pair show, in multiples of the pair's own bound: above 1
 * the condition holds.
 */
export function burnOf(windows: Windows, { objective, windows: pairs, minEvents }: Burn): number {
  const budget = 1 - objective;
  let worst = 0;
  for (const { longMs, shortMs, burn } of pairs) {
    const long = windows.get(longMs);
    const short = windows.get(shortMs);
    if (long === undefined || short === undefined) continue;
    if (long.answered + long.failed < minEvents) continue;
    worst = Math.max(worst, Math.min(ratio(long), ratio(short)) / budget / burn);
  }
  return worst;
}

/**
 * Failures over total, as if the time before we began to look had been as busy and clean: a budget is
 * spent by failures, and ten seconds of them have not spent what an hour of them would.
 */
function ratio({ answered, failed, firstSlot, slots }: Window): number {
  const total = answered + failed;
  const seenSlots = Math.min(slotsPerWindow, (slots.at(-1)?.[0] ?? firstSlot) - firstSlot + 1);
  return total === 0 ? 0 : ((failed / total) * seenSlots) / slotsPerWindow;
}

function windowOf(windows: Windows, length: number, nowMs: number): Window {
  const known = windows.get(length);
  if (known !== undefined) return known;
  const slotMs = Math.max(1, length / slotsPerWindow);
  const firstSlot = Math.floor(nowMs / slotMs);
  const fresh = { slotMs, firstSlot, slots: [], answered: 0, failed: 0 };
  windows.set(length, fresh);
  return fresh;
}
