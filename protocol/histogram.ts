// Latency as a fixed base-2 exponential histogram of scale 4: bucket i holds values in
// (2^(i/16), 2^((i+1)/16)] microseconds, a relative error of at most 2.2 %. The layout never
// changes, so merging is integer addition (associative and commutative: order of arrival cannot
// matter) and the counts export directly as an OpenTelemetry exponential histogram. We refused
// adaptive scales: they merge only after rescaling, and two agents would disagree on the layout.
// Formula: OpenTelemetry metrics data model, "Exponential Histogram", base = 2^(2^-scale).

export const histogramScale = 4;
const bucketsPerDoubling = 2 ** histogramScale;

/** 1 µs up to 2^26 µs ≈ 67 s; everything above lands in the last bucket. */
export const histogramBuckets: number = 26 * bucketsPerDoubling;

/** Counts per bucket; index is the bucket. */
export type Histogram = Uint32Array;

export function createHistogram(): Histogram {
  return new Uint32Array(histogramBuckets);
}

// Upper bucket edges of one doubling, so that the hot path needs no logarithm.
const edges = Float64Array.from({ length: bucketsPerDoubling }, (_, i) => {
  return 2 ** ((i + 1) / bucketsPerDoubling);
});

/** The bucket of a latency in microseconds. Anything at or below 1 (or NaN) is bucket 0. */
export function bucketOf(latencyUs: number): number {
  if (!(latencyUs > 1)) return 0;
  if (latencyUs >= 2 ** 26) return histogramBuckets - 1;
  // ceil(x) - 1 keeps exact powers of two in the bucket whose upper edge they are.
  const doubling = 31 - Math.clz32(Math.ceil(latencyUs) - 1);
  const mantissa = latencyUs / 2 ** doubling;
  let low = 0;
  let high = bucketsPerDoubling - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (mantissa <= (edges[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return doubling * bucketsPerDoubling + low;
}

/** Upper edge of a bucket, in microseconds. */
export function bucketUpperUs(bucket: number): number {
  return 2 ** ((bucket + 1) / bucketsPerDoubling);
}

export function mergeHistogram(into: Histogram, from: Histogram): void {
  for (let i = 0; i < histogramBuckets; i++) into[i] = (into[i] as number) + (from[i] as number);
}

/** Sparse wire form: `[bucket, count, bucket, count, …]`, ascending, only counts above 0. */
export type SparseHistogram = readonly number[];

export function toSparse(histogram: Histogram): SparseHistogram {
  const sparse: number[] = [];
  for (let i = 0; i < histogramBuckets; i++) {
    const count = histogram[i] as number;
    if (count > 0) sparse.push(i, count);
  }
  return sparse;
}

/** Adds a sparse histogram; pairs that are not a bucket and a positive count are skipped. */
export function addSparse(into: Histogram, sparse: SparseHistogram): void {
  for (let i = 0; i + 1 < sparse.length; i += 2) {
    const bucket = sparse[i] as number;
    const count = sparse[i + 1] as number;
    if (bucket >= 0 && bucket < histogramBuckets && count > 0) {
      into[bucket] = (into[bucket] as number) + count;
    }
  }
}

/**
 * The latency in microseconds that the given share of samples did not exceed (upper bucket edge),
 * or `null` without samples.
 * @param quantile 0..1
 */
export function quantileUs(histogram: Histogram, quantile: number): number | null {
  let total = 0;
  for (const count of histogram) total += count;
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(quantile * total));
  let seen = 0;
  for (let i = 0; i < histogramBuckets; i++) {
    seen += histogram[i] as number;
    if (seen >= rank) return bucketUpperUs(i);
  }
  return bucketUpperUs(histogramBuckets - 1);
}
