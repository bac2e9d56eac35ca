// Counters that only grow, out of folders that come and go. A cell forgets its past when its clients
// leave, a partition moves to another process with all it ever counted; a sum over them would jump,
// and a metrics store would take the jump for traffic. So what is added is the difference to what was
// seen of the same cell before, and what a folder brings along when it is taken over is not ours.
//
// Names come from batches, so their number has an end here too. A pair that no client uses any more
// makes room for a new one; while all are in use a new one is left out, and that is counted.

import { errorClassNames, type RegionReading } from '@regionpilot/protocol';
import type { Cell, Folder } from './fold/state.ts';

type Counts = {
  readonly counts: Float64Array;
  readonly latency: Float64Array;
  readonly probes: Float64Array;
};

type Totals = Counts & {
  readonly group: string;
  readonly region: string;
  /** Number of the look at which a folder last had it. */
  metAt: number;
};

/** Pairs of group and region: some 4 kB each. */
export const regionTotalsMax = 4_096;

export class RegionTotals {
  readonly #seen = new WeakMap<Cell, Counts>();
  /** The one that was met longest ago comes first. */
  readonly #totals = new Map<string, Totals>();
  #looks = 0;
  /** Pairs that found no room, over all looks. */
  leftOut = 0;

  /** What a folder holds from before is known, not counted. */
  adopt(folder: Folder): void {
    for (const cell of folder.cells.values()) this.#seen.set(cell, countsOf(cell));
  }

  /** Adds what is new in all folders of now. */
  look(folders: readonly Folder[]): void {
    this.#looks++;
    for (const folder of folders) this.add(folder);
  }

  /** Adds what is new. Call it before a folder is let go, too. */
  add(folder: Folder): void {
    for (const cell of folder.cells.values()) this.#addCell(cell);
  }

  read(): readonly RegionReading[] {
    return [...this.#totals.values()].map(({ group, region, counts, latency, probes }) => ({
      group,
      region,
      answered: counts[0] ?? 0,
      failed: counts[1] ?? 0,
      errors: Object.fromEntries(
        errorClassNames
          .map((name, number) => [name, counts[2 + number] ?? 0] as const)
          .filter(([, count]) => count > 0),
      ),
      latency,
      probes: [probes[0] ?? 0, probes[1] ?? 0],
    }));
  }

  #addCell(cell: Cell): void {
    const { sums, past, latency, probes } = cell;
    const totals = this.#totalsFor(cell);
    if (totals === null) return;
    const seen = this.#seen.get(cell) ?? nothingOf(cell);
    this.#seen.set(cell, seen);
    for (let i = 0; i < sums.length; i++) {
      addDifference(totals.counts, seen.counts, i, (sums[i] as number) + (past[i] as number));
    }
    for (let i = 0; i < latency.length; i++) {
      addDifference(totals.latency, seen.latency, i, latency[i] as number);
    }
    for (let i = 0; i < probes.length; i++) {
      addDifference(totals.probes, seen.probes, i, probes[i] as number);
    }
  }

  // No name contains a space.
  #totalsFor({ group: { name: group }, region, ...cell }: Cell): Totals | null {
    const key = `${group} ${region}`;
    const known = this.#totals.get(key);
    if (known?.metAt === this.#looks) return known;
    if (known === undefined && !this.#makeRoom()) {
      this.leftOut++;
      return null;
    }
    const totals = known ?? { group, region, metAt: 0, ...nothingOf(cell) };
    totals.metAt = this.#looks;
    this.#totals.delete(key);
    this.#totals.set(key, totals);
    return totals;
  }

  /** Forgets the pair met longest ago, if the last whole look did not meet it. */
  #makeRoom(): boolean {
    if (this.#totals.size < regionTotalsMax) return true;
    const [oldest] = this.#totals;
    if (oldest === undefined || oldest[1].metAt >= this.#looks - 1) return false;
    return this.#totals.delete(oldest[0]);
  }
}

function countsOf({ sums, past, latency, probes }: Cell): Counts {
  const counts = sums.map((sum, field) => sum + (past[field] ?? 0));
  return { counts, latency: latency.slice(), probes: probes.slice() };
}

function nothingOf({ sums, latency, probes }: Pick<Cell, 'sums' | 'latency' | 'probes'>): Counts {
  return {
    counts: new Float64Array(sums.length),
    latency: new Float64Array(latency.length),
    probes: new Float64Array(probes.length),
  };
}

/** Adds what is new, in place: this is most of what a look at many cells costs. */
function addDifference(total: Float64Array, seen: Float64Array, at: number, now: number): void {
  const before = seen[at] as number;
  if (now === before) return;
  total[at] = (total[at] as number) + Math.max(0, now - before);
  seen[at] = now;
}
