// The newest partial of each events partition of one group, and how its regions have been doing.
// Partials are levels: the last one of a partition is all there is to know of it. Bounds: one partial
// a partition (forgotten after five minutes of silence), one gauge a region (16 regions at most).

import { type View, viewOf } from '@regionpilot/aggregator';
import type { Partial } from '@regionpilot/protocol';
import { type Rates, RegionGauge } from './gauge.ts';

type Seen = { readonly partial: Partial; readonly atMs: number };

/** A partial older than this no longer speaks of now, ms. */
const presentMs = 3_000;
const forgetMs = 300_000;
const regionsKept = 16;

export class GroupLevels {
  readonly #seen = new Map<number, Seen>();
  readonly #gauges = new Map<string, RegionGauge>();

  /** @param atMs When the log took it in. */
  take(partial: Partial, atMs: number, longWindowMs: number): void {
    const before = this.#seen.get(partial.partition);
    const folder = folderOf(partial);
    this.#seen.set(partial.partition, { partial, atMs });
    for (const region of partial.regions) {
      const gauge = this.gauge(region);
      if (gauge === null) continue;
      if (before !== undefined && folderOf(before.partial) !== folder) {
        gauge.forget(folderOf(before.partial));
      }
      const cells = partial.cells.filter((cell) => cell.region === region);
      gauge.latency(
        folder,
        cells.map(({ latency }) => latency),
        atMs,
      );
      gauge.point(() => this.rates(region, longWindowMs, atMs), atMs);
    }
  }

  /** Null for a region too many. */
  gauge(region: string): RegionGauge | null {
    const known = this.#gauges.get(region);
    if (known !== undefined) return known;
    if (this.#gauges.size >= regionsKept) return null;
    const gauge = new RegionGauge();
    this.#gauges.set(region, gauge);
    return gauge;
  }

  /** Those that speak of this moment. */
  present(nowMs: number): readonly Partial[] {
    return [...this.#seen.values()]
      .filter(({ atMs }) => nowMs - atMs <= presentMs)
      .map(({ partial }) => partial);
  }

  view(nowMs: number): View {
    return viewOf(this.present(nowMs), 0);
  }

  /** Home → [reporting, known]; who fell silent is known for a while. */
  homes(nowMs: number): Readonly<Record<string, readonly [number, number]>> {
    const homes = new Map<string, [number, number]>();
    for (const { partial, atMs } of this.#seen.values()) {
      const speaks = nowMs - atMs <= presentMs;
      for (const [home, [reporting, known]] of Object.entries(partial.homes)) {
        const [r, k] = homes.get(home) ?? [0, 0];
        homes.set(home, [r + (speaks ? reporting : 0), k + known]);
      }
    }
    return Object.fromEntries(homes);
  }

  /** When the newest was appended; null: none is known. */
  newestMs(): number | null {
    let newest: number | null = null;
    for (const { atMs } of this.#seen.values()) newest = Math.max(newest ?? 0, atMs);
    return newest;
  }

  /** Over the long window, as counted. */
  rates(region: string, longWindowMs: number, nowMs: number): Rates {
    let answered = 0;
    let failed = 0;
    for (const partial of this.present(nowMs)) {
      for (const cell of partial.cells) {
        if (cell.region !== region) continue;
        answered += cell.raw[0];
        failed += cell.raw[1];
      }
    }
    const total = answered + failed;
    return {
      opsPerSecond: Math.round((total * 10_000) / longWindowMs) / 10,
      errorRatio: total === 0 ? null : Math.round((failed / total) * 10_000) / 10_000,
    };
  }

  /** True when something was forgotten. */
  forgetOld(nowMs: number): boolean {
    let forgot = false;
    for (const [partition, { atMs }] of this.#seen) {
      if (nowMs - atMs > forgetMs) forgot = this.#seen.delete(partition) || forgot;
    }
    return forgot;
  }
}

function folderOf({ partition, owner }: Partial): string {
  return `${partition} ${owner}`;
}
