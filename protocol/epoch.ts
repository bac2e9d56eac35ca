// Who may be obeyed. Two aggregators can run at once (a rebalance, a network cut, a paused
// process), so each decision carries the owner's term beside the group's epoch. The order is
// lexicographic, term first: once a newer owner has spoken, nothing an older one says counts,
// however high its epoch. Wall clocks take no part.

/** Position of a decision in its group's history. */
export type Version = {
  /** Grows whenever ownership of the group changes hands. Integer ≥ 0. */
  readonly term: number;
  /** Grows with each decision of the group, across terms. Integer ≥ 0. */
  readonly epoch: number;
};

/** What a client holds before it has heard of any decision. */
export const noVersion: Version = { term: 0, epoch: 0 };

/** Negative when `a` is older than `b`, 0 when equal, positive when newer. */
export function compareVersions(a: Version, b: Version): number {
  return a.term - b.term || a.epoch - b.epoch;
}

export function isNewer(candidate: Version, current: Version): boolean {
  return compareVersions(candidate, current) > 0;
}
