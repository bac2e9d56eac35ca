import {
  addSparse,
  bucketOf,
  bucketUpperUs,
  createHistogram,
  histogramBuckets,
  quantileUs,
  toSparse,
} from '@regionpilot/protocol';
import { expect, test } from 'vitest';

test('a power of two belongs to the bucket whose upper edge it is', () => {
  for (let power = 1; power <= 26; power++) {
    expect(bucketOf(2 ** power)).toBe(power * 16 - 1);
    expect(bucketUpperUs(power * 16 - 1)).toBe(2 ** power);
  }
});

test('an upper edge belongs to its own bucket', () => {
  for (let bucket = 0; bucket < 16; bucket++) {
    expect(bucketOf(bucketUpperUs(bucket))).toBe(bucket);
    expect(bucketOf(bucketUpperUs(bucket) * (1 + 1e-12))).toBe(bucket + 1);
  }
});

test('nonsense and instants are bucket 0, eternities the last one', () => {
  for (const us of [Number.NaN, -5, 0, 1]) expect(bucketOf(us)).toBe(0);
  for (const us of [2 ** 26, 1e12, Infinity]) expect(bucketOf(us)).toBe(histogramBuckets - 1);
});

test('quantiles are upper edges, and there are none without samples', () => {
  const histogram = createHistogram();
  expect(quantileUs(histogram, 0.5)).toBeNull();
  addSparse(histogram, [15, 98, 100, 1, 200, 1]);
  expect(quantileUs(histogram, 0)).toBe(2);
  expect(quantileUs(histogram, 0.98)).toBe(2);
  expect(quantileUs(histogram, 0.99)).toBe(bucketUpperUs(100));
  expect(quantileUs(histogram, 1)).toBe(bucketUpperUs(200));
});

test('pairs that are no bucket and count are skipped', () => {
  const histogram = createHistogram();
  addSparse(histogram, [-1, 5, histogramBuckets, 5, 3, 0, 3, -2, 7, 4, 9]);
  expect(toSparse(histogram)).toEqual([7, 4]);
});
