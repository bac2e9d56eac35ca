// Settings of a group that were changed while running. One record per group holds all that differ
// from the configured policy, so the last record is the truth and an empty one ends them all.

/** A list is a ramp, a map is `regionCapacity`; what fits is the aggregator's to say. */
export type PolicyValue =
  | number
  | string
  | boolean
  | readonly number[]
  | Readonly<Record<string, number>>;

export type PolicyOrder = {
  readonly v: 1;
  /** A group's name, or `*` for every group; a group's own order stands before that of `*`. */
  readonly group: string;
  readonly atMs: number;
  readonly author: string;
  readonly reason: string;
  /** Setting → value, over the configured policy. */
  readonly settings: Readonly<Record<string, PolicyValue>>;
  /** 1, 2, 3, … per group: what a writer's `If-Match` is compared with. */
  readonly version: number;
};
