// When to speak. A vote is news and goes out at once; while anybody votes against a region its
// numbers go out every tick; an easy group says once a second that it is still being watched.

import type { Partial } from '@regionpilot/protocol';
import { clockTick } from './clock.ts';
import { type Look, lookAtAll } from './look.ts';
import { buildPartial, cellsOf } from './partials.ts';
import type { Folder } from './state.ts';
import { liveSlots } from './table.ts';
import type { CellTally, GroupTally } from './tally.ts';
import { noteRestored } from './warm.ts';

/** Shortest time between two partials of a group, ms. */
const gapMs = 20;
const aliveMs = 1_000;

/**
 * What the partition has to say now; often nothing. Call it at least once per `tickMs`, and after
 * each handful of records: votes go out with whichever call comes next.
 * @param lagRecords records between the last one folded and the end of the partition.
 */
export function foldTick(folder: Folder, nowMs: number, lagRecords: number): readonly Partial[] {
  noteRestored(folder, nowMs);
  clockTick(folder.clock, nowMs);
  folder.accounts.lagRecords = lagRecords;
  if (!isTimeToLook(folder, nowMs)) return [];
  folder.lookedMs = nowMs;
  folder.votesChanged = false;
  const look = lookAtAll(folder);
  return look.groups
    .flatMap((tally) => (tally === null ? [] : speak(folder, look, tally, nowMs)))
    .sort((a, b) => (a.group < b.group ? -1 : 1));
}

function isTimeToLook(folder: Folder, nowMs: number): boolean {
  const passed = nowMs - folder.lookedMs;
  if (passed < 0) return true; // Our clock was set back.
  // A look costs more the more there is to see, so a large folder waits longer between urgent ones.
  const urgentMs = gapMs + liveSlots(folder.witnesses) / 1_000;
  return passed >= (folder.votesChanged ? Math.min(urgentMs, 1_000) : folder.policy.tickMs * 0.8);
}

function speak(folder: Folder, look: Look, tally: GroupTally, nowMs: number): readonly Partial[] {
  const { group } = tally;
  const cells = cellsOf(look, tally);
  const votes = cells.map(fingerprint).join(' ');
  const passed = Math.abs(nowMs - group.emittedMs);
  const isNews = votes !== group.votes || cells.some((cell) => isSuspect(cell, folder));
  if (!isNews && passed < aliveMs - gapMs) return [];
  group.votes = votes;
  group.emittedMs = nowMs;
  return [buildPartial(folder, look, tally)];
}

function fingerprint(cell: CellTally): string {
  return `${cell.connectivity}/${cell.stall}/${cell.errorRatio}/${cell.everywhere}/${cell.suspect}`;
}

function isSuspect(cell: CellTally, { policy }: Folder): boolean {
  if (cell.down + cell.everywhere + cell.suspect > 0) return true;
  const total = cell.longAnswered + cell.longFailed;
  return cell.longFailed >= 2 && cell.longFailed / total >= policy.errorRatioSuspect;
}
