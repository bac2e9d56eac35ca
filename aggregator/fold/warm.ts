// Has a whole window been folded? Until then a partial says that it does not know yet, and nobody
// decides on it.

import type { Folder } from './state.ts';

export function isWarm({ carriedWarm, clock, policy }: Folder): boolean {
  if (carriedWarm) return true;
  return clock.hasRecords && clock.watermarkMs - clock.startMs >= policy.longWindowMs;
}

/** The first word after a restore: a snapshot that grew old while nobody folded warms up again. */
export function noteRestored(folder: Folder, nowMs: number): void {
  if (folder.restoredFromMs === null) return;
  if (nowMs - folder.restoredFromMs > folder.policy.clientSilentMs) folder.carriedWarm = false;
  folder.restoredFromMs = null;
}
