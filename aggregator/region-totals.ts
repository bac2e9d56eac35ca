// Counters that only grow, out of folders that come and go. A cell forgets its past when its clients
// leave, a partition moves to another process with all it ever counted; a sum over them would jump,
// and a metrics store would take the jump for traffic. So what is added is the difference to what was
// seen of the same cell before, and what a folder brings along when it is taken over is not ours.

import { errorClassNames } from '@regionpilot/protocol';
import type { Cell, Folder } from './fold/state.ts';
import type { RegionMetrics } from './metrics.ts';

type Counts = { readonly counts: Float64Array; readonly latency: Float64Array };

type Totals = Counts & { readonly group: string; readonly region: string };

export class RegionTotals {
  readonly #seen = new WeakMap<Cell, Counts>();
  readonly #totals = new Map<string, Totals>();

  /** What a folder holds from before is known, not counted. */
  adopt(folder: Folder): void {
    for (const cell of folder.cells.values()) this.#seen.set(cell, countsOf(cell));
  }

  /** Adds what is new. Call it before a folder is let go, too. */
  add(folder: Folder): void {
    for (const cell of folder.cells.values()) this.#addCell(cell);
  }

  read(): readonly RegionMetrics[] {
    return [...this.#totals.values()].map(({ group, region, counts, latency }) => ({
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
    }));
  }

  #addCell(cell: Cell): void {
    const { sums, past, latency } = cell;
    const seen = this.#seen.get(cell) ?? nothingOf(cell);
    this.#seen.set(cell, seen);
    const totals = this.#totalsFor(cell);
    for (let i = 0; i < sums.length; i++) {
      addDifference(totals.counts, seen.counts, i, (sums[i] as number) + (past[i] as number));
    }
    for (let i = 0; i < latency.length; i++) {
      addDifference(totals.latency, seen.latency, i, latency[i] as number);
    }
  }

  // No name contains a space.
  #totalsFor({ group: { name: group }, region, sums, latency }: Cell): Totals {
    const key = `${group} ${region}`;
    const known = this.#totals.get(key);
    if (known !== undefined) return known;
    const fresh = { group, region, ...nothingOf({ sums, latency }) };
    this.#totals.set(key, fresh);
    return fresh;
  }
}

function countsOf({ sums, past, latency }: Cell): Counts {
  const counts = sums.map((sum, field) => sum + (past[field] ?? 0));
  return { counts, latency: latency.slice() };
}

function nothingOf({ sums, latency }: Pick<Cell, 'sums' | 'latency'>): Counts {
  return { counts: new Float64Array(sums.length), latency: new Float64Array(latency.length) };
}

/** Adds what is new, in place: this is most of what a look at many cells costs. */
function addDifference(total: Float64Array, seen: Float64Array, at: number, now: number): void {
  const before = seen[at] as number;
  if (now === before) return;
  total[at] = (total[at] as number) + Math.max(0, now - before);
  seen[at] = now;
}
