// Families as OpenTelemetry's own data points, cumulative. Our histogram is one of theirs already:
// scale 4, shifted from microseconds to seconds by 319 buckets. log2(1e6) × 16 is 318.9, so every
// edge moves by 0.4 %, a fifth of the width that a bucket's edge is uncertain by anyway.

import { classicBuckets } from './buckets.ts';
import type { Metric } from './metric.ts';
import type { Family, Series } from './registry.ts';

/** Seconds and nanoseconds since 1970. */
export type HrTime = [number, number];

export type NumberPoint = Point<number>;
export type ExponentialPoint = Point<{
  readonly count: number;
  readonly sum: number;
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: { readonly offset: number; readonly bucketCounts: number[] };
  readonly negative: { readonly offset: number; readonly bucketCounts: number[] };
}>;

export type Point<Value> = {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: Record<string, string>;
  readonly value: Value;
};

export type OtlpMetric = {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
} & (
  | { readonly kind: 'sum' | 'gauge'; readonly points: NumberPoint[] }
  | { readonly kind: 'exponential'; readonly points: ExponentialPoint[] }
);

const scale = 4;
const microsecondBuckets = 319;

/** @param startMs When counting began: the process's start. */
export function otlpMetrics(
  families: readonly Family[],
  startMs: number,
  nowMs: number,
): readonly OtlpMetric[] {
  const times = { startTime: hrTime(startMs), endTime: hrTime(nowMs) };
  return families.map(({ name, metric, series }) => {
    const head = { name, description: metric.meaning, unit: metric.unit };
    const point = <Value>(each: Series, value: Value): Point<Value> => ({
      ...times,
      attributes: attributesOf(metric, each),
      value,
    });
    if (metric.kind === 'histogram') {
      const points = series.map((each) => point(each, exponential(each.value)));
      return { ...head, kind: 'exponential', points };
    }
    const points = series.map((each) => point(each, Number(each.value)));
    return { ...head, kind: metric.kind === 'counter' ? 'sum' : 'gauge', points };
  });
}

/** An empty label is none to Prometheus, and to OpenTelemetry an attribute that does not apply. */
function attributesOf({ labels }: Metric, { labelValues }: Series): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [place, label] of labels.entries()) {
    const value = labelValues[place] ?? '';
    if (value !== '') given[label] = value;
  }
  return given;
}

function exponential(value: Series['value']): ExponentialPoint['value'] {
  const counts = typeof value === 'number' ? [] : Array.from(value);
  const first = Math.max(
    0,
    counts.findIndex((count) => count > 0),
  );
  const last = counts.findLastIndex((count) => count > 0);
  const { count, sumSeconds } = classicBuckets(counts);
  return {
    count,
    sum: sumSeconds,
    scale,
    zeroCount: 0,
    positive: { offset: first - microsecondBuckets, bucketCounts: counts.slice(first, last + 1) },
    negative: { offset: 0, bucketCounts: [] },
  };
}

export function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}
