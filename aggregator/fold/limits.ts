// What one folder is willing to hold. Batches come from other people's processes, so every list a
// batch can lengthen has an end here; what does not fit is counted, never stored.

export const foldLimits = {
  clients: 1_000_000,
  groups: 1_000,
  regionsPerGroup: 16,
  groupsPerClient: 64,
  connectionsPerClient: 1_024,
  homes: 256,
  /** Group × region × home; each costs some kilobytes for its histogram and class counts. */
  cells: 4_096,
  /** Versions of one group told apart in `applied`. */
  versions: 64,
  /** Largest count one row can claim: one connection does not answer more in one flush. */
  countPerRow: 10_000_000,
} as const;

/** A client that said nothing for this long is forgotten, ms. */
export const forgetMs = 60_000;

/** Adds without leaving the integers a record may carry. */
export function addCapped(sum: number, more: number): number {
  return Math.min(sum + more, Number.MAX_SAFE_INTEGER);
}
