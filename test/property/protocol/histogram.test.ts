import {
  addSparse,
  bucketOf,
  bucketUpperUs,
  createHistogram,
  type Histogram,
  histogramBuckets,
  mergeHistogram,
  toSparse,
} from '@regionpilot/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const histogram: fc.Arbitrary<Histogram> = fc
  .array(fc.tuple(fc.nat({ max: histogramBuckets - 1 }), fc.nat({ max: 1_000_000 })))
  .map((pairs) => {
    const made = createHistogram();
    addSparse(made, pairs.flat());
    return made;
  });

function merged(...parts: readonly Histogram[]): Histogram {
  const sum = createHistogram();
  for (const part of parts) mergeHistogram(sum, part);
  return sum;
}

test('merging is commutative and associative, and nothing is its zero', () => {
  fc.assert(
    fc.property(histogram, histogram, histogram, (a, b, c) => {
      expect(merged(a, b)).toEqual(merged(b, a));
      expect(merged(merged(a, b), c)).toEqual(merged(a, merged(b, c)));
      expect(merged(a, createHistogram())).toEqual(a);
    }),
  );
});

test('the wire form loses nothing', () => {
  fc.assert(
    fc.property(histogram, (a) => {
      const back = createHistogram();
      addSparse(back, toSparse(a));
      expect(back).toEqual(a);
    }),
  );
});

test('the bucket found without a logarithm is the one the formula names', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 2 ** 26, minExcluded: true, noNaN: true }), (us) => {
      const bucket = bucketOf(us);
      const exact = Math.log2(us) * 16;
      const formula = Math.min(Math.ceil(exact) - 1, histogramBuckets - 1);
      // The logarithm itself is rounded: on an edge either neighbour may be right, and the edge decides.
      const nearEdge = Math.abs(exact - Math.round(exact)) < 1e-9;
      if (!nearEdge) expect(bucket).toBe(formula);
      expect(us).toBeLessThanOrEqual(bucketUpperUs(bucket) * (1 + 1e-12));
      if (bucket > 0) expect(us).toBeGreaterThan(bucketUpperUs(bucket - 1) * (1 - 1e-12));
    }),
    { numRuns: 20_000 },
  );
});

test('a longer latency never lands in a lower bucket', () => {
  const latency = fc.double({ min: 0, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(latency, latency, (a, b) => {
      expect(bucketOf(Math.min(a, b))).toBeLessThanOrEqual(bucketOf(Math.max(a, b)));
    }),
    { numRuns: 5_000 },
  );
});
