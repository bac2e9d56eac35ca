// How one region of one group has been doing of late: a point a second for a minute, and the latency
// of the last ten seconds. Folders write latency as a count since they began; what happened between
// two of their partials is the difference. Bounds: 60 points and 10 histograms (17 kB) a region.

import {
  addSparse,
  createHistogram,
  type Histogram,
  mergeHistogram,
  quantileUs,
  type SparseHistogram,
} from '@regionpilot/protocol';

export type Rates = { readonly opsPerSecond: number; readonly errorRatio: number | null };

/** ms; null without samples. */
export type Latency = { readonly p50Ms: number | null; readonly p99Ms: number | null };

export type GaugePoint = Rates & { readonly atMs: number };

const pointsKept = 60;
const latencySeconds = 10;

export class RegionGauge {
  readonly #points: GaugePoint[] = [];
  /** Second → what was answered in it. */
  readonly #slots = new Map<number, Histogram>();
  /** Folder → its count since it began. */
  readonly #before = new Map<string, Histogram>();
  #quantiles: { readonly second: number; readonly latency: Latency } | null = null;

  get points(): readonly GaugePoint[] {
    return this.#points;
  }

  /** At most one point a second; the first of each counts. */
  point(ratesNow: () => Rates, nowMs: number): void {
    const last = this.#points.at(-1);
    if (last !== undefined && secondOf(nowMs) <= secondOf(last.atMs)) return;
    this.#points.push({ ...ratesNow(), atMs: nowMs });
    if (this.#points.length > pointsKept) this.#points.shift();
  }

  /** @param folder One that began anew has another name, so that its count begins anew too. */
  latency(folder: string, cells: readonly SparseHistogram[], nowMs: number): void {
    const total = createHistogram();
    for (const cell of cells) addSparse(total, cell);
    const before = this.#before.get(folder);
    this.#before.set(folder, total);
    if (before !== undefined) mergeHistogram(this.#slot(nowMs), growth(before, total));
  }

  /** What no folder adds to any more is forgotten. */
  forget(folder: string): void {
    this.#before.delete(folder);
  }

  quantiles(nowMs: number): Latency {
    const second = secondOf(nowMs);
    if (this.#quantiles?.second !== second) {
      this.#dropOld(second);
      const sum = createHistogram();
      for (const slot of this.#slots.values()) mergeHistogram(sum, slot);
      const latency = { p50Ms: msOf(sum, 0.5), p99Ms: msOf(sum, 0.99) };
      this.#quantiles = { second, latency };
    }
    return this.#quantiles.latency;
  }

  #slot(nowMs: number): Histogram {
    const second = secondOf(nowMs);
    const known = this.#slots.get(second);
    if (known !== undefined) return known;
    this.#dropOld(second);
    const slot = createHistogram();
    this.#slots.set(second, slot);
    return slot;
  }

  #dropOld(second: number): void {
    for (const each of this.#slots.keys()) {
      if (each <= second - latencySeconds) this.#slots.delete(each);
    }
  }
}

/** A folder that restarted under its old name counts from nothing: all it says is new. */
function growth(before: Histogram, after: Histogram): Histogram {
  const shrank = after.some((count, bucket) => count < (before[bucket] ?? 0));
  return shrank ? after : after.map((count, bucket) => count - (before[bucket] ?? 0));
}

function msOf(histogram: Histogram, quantile: number): number | null {
  const us = quantileUs(histogram, quantile);
  return us === null ? null : Math.round(us / 10) / 100;
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1_000);
}
