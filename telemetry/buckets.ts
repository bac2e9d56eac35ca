// Our histogram as classic buckets. Their edges are powers of two of a microsecond, which are edges
// of ours too, so the counts are exact; only the sum, which nobody kept, is made from the middles of
// buckets and may be 2.2 % off.

/** Exponents of the edges: 256 µs to 16.8 s. */
export const edgesDefault: readonly number[] = [
  8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 24,
];
const perDoubling = 16;

export type ClassicBucket = { readonly leSeconds: number; readonly count: number };

export type ClassicHistogram = {
  /** Cumulative, ascending; all that is larger is in `count` alone. */
  readonly buckets: readonly ClassicBucket[];
  readonly count: number;
  readonly sumSeconds: number;
};

const middleSeconds = Float64Array.from(
  { length: 26 * perDoubling },
  (_, i) => 2 ** ((i + 0.5) / perDoubling) / 1e6,
);

/** @param exponents Of two, in microseconds, ascending. */
export function classicBuckets(
  counts: ArrayLike<number>,
  exponents: readonly number[] = edgesDefault,
): ClassicHistogram {
  const buckets: ClassicBucket[] = [];
  let at = 0;
  let count = 0;
  let sumSeconds = 0;
  const addUpTo = (end: number): void => {
    for (; at < Math.min(end, counts.length); at++) {
      const here = counts[at] as number;
      if (here === 0) continue;
      count += here;
      sumSeconds += here * (middleSeconds[at] as number);
    }
  };
  for (const exponent of exponents) {
    addUpTo(exponent * perDoubling);
    buckets.push({ leSeconds: 2 ** exponent / 1e6, count });
  }
  addUpTo(counts.length);
  return { buckets, count, sumSeconds };
}
