// How each region does, from the partials that the aggregator itself works with: what is on screen
// is what decisions rest on. Latency counts only grow, so a window is the difference to an older
// reading.

import {
  addSparse,
  createHistogram,
  type Histogram,
  type Partial,
  quantileUs,
} from '@regionpilot/protocol';

export type Gauge = {
  /** Commands answered and failed over the aggregator's long window. */
  readonly answered: number;
  readonly failed: number;
  /** Latency of the last seconds, ms; null without answers. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
};

const windowMs = 3_000;
const readEveryMs = 500;

type Reading = { readonly atMs: number; readonly latency: ReadonlyMap<string, Histogram> };

export class Gauges {
  readonly #latest = new Map<number, Partial>();
  #readings: Reading[] = [];

  take(partial: Partial): void {
    this.#latest.set(partial.partition, partial);
  }

  /** Call often: it remembers readings to compare with. */
  read(region: string, nowMs: number): Gauge {
    this.#remember(nowMs);
    const cells = [...this.#latest.values()]
      .flatMap((partial) => partial.cells)
      .filter((cell) => cell.region === region);
    const now = this.#readings.at(-1)?.latency.get(region) ?? createHistogram();
    const window = difference(now, this.#readings[0]?.latency.get(region));
    return {
      answered: cells.reduce((sum, { raw }) => sum + raw[0], 0),
      failed: cells.reduce((sum, { raw }) => sum + raw[1], 0),
      p50Ms: inMs(quantileUs(window, 0.5)),
      p99Ms: inMs(quantileUs(window, 0.99)),
    };
  }

  #remember(nowMs: number): void {
    const last = this.#readings.at(-1);
    if (last !== undefined && nowMs - last.atMs < readEveryMs) return;
    const kept = this.#readings.filter(({ atMs }) => nowMs - atMs <= windowMs);
    this.#readings = [...kept, { atMs: nowMs, latency: this.#latency() }];
  }

  #latency(): ReadonlyMap<string, Histogram> {
    const byRegion = new Map<string, Histogram>();
    for (const { region, latency } of [...this.#latest.values()].flatMap(({ cells }) => cells)) {
      const histogram = byRegion.get(region) ?? createHistogram();
      addSparse(histogram, latency);
      byRegion.set(region, histogram);
    }
    return byRegion;
  }
}

/** A folder that began anew counts from zero: then what it counts now is all there is. */
function difference(now: Histogram, before: Histogram | undefined): Histogram {
  if (before === undefined || before.some((count, i) => count > (now[i] ?? 0))) return now;
  return now.map((count, i) => count - (before[i] ?? 0));
}

function inMs(us: number | null): number | null {
  return us === null ? null : us / 1_000;
}
