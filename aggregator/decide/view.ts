// One picture of a group out of the latest partial of each events partition. Partials are levels,
// so this is plain addition, and a repeated or replayed partial changes nothing.

import type { Partial, PartialCell } from '@regionpilot/protocol';

/** Sums over all partitions for clients of one home (`*`: of every home) and one region. */
export type Cell = {
  readonly home: string;
  readonly region: string;
  readonly live: number;
  readonly engaged: number;
  readonly down: number;
  readonly byRule: {
    readonly connectivity: number;
    readonly stall: number;
    readonly errorRatio: number;
  };
  readonly everywhere: number;
  readonly domains: readonly string[];
  readonly downDomains: readonly string[];
  readonly everywhereDomains: readonly string[];
  readonly sampled: number;
  readonly failing: number;
  readonly failingDomains: readonly string[];
  readonly short: readonly [number, number];
  readonly long: readonly [number, number];
  readonly errors: Readonly<Record<string, number>>;
  readonly stalledMaxMs: number;
  readonly downClients: readonly string[];
};

export type View = {
  /** `*` first, then each home; regions in the group's order. */
  readonly cells: readonly Cell[];
  readonly homes: readonly string[];
  readonly regions: readonly string[];
  /** Clients reporting now, and clients known of late. */
  readonly reporting: number;
  readonly known: number;
  /** Home → clients reporting now. */
  readonly clientsByHome: Readonly<Record<string, number>>;
  /** "term.epoch" → clients. */
  readonly applied: Readonly<Record<string, number>>;
  readonly lagRecords: number;
  readonly warm: boolean;
};

/**
 * @param freshSinceMs Partials stamped before this no longer speak for the present: their clients
 *   stay known but do not report, which lowers coverage instead of freezing old votes.
 */
export function viewOf(partials: readonly Partial[], freshSinceMs: number): View {
  const fresh = partials.filter((partial) => partial.atMs >= freshSinceMs);
  const regions = sorted(partials.flatMap((partial) => partial.regions));
  const homes = sorted(fresh.flatMap((partial) => Object.keys(partial.homes)));
  const cells = fresh.flatMap((partial) => partial.cells);
  return {
    regions,
    homes,
    cells: ['*', ...homes].flatMap((home) =>
      regions.map((region) =>
        sumCells(
          home,
          region,
          cells.filter((cell) => matches(cell, home, region)),
        ),
      ),
    ),
    reporting: sum(fresh.flatMap((partial) => Object.values(partial.homes).map(([now]) => now))),
    clientsByHome: addCounts(
      fresh.map((partial) =>
        Object.fromEntries(Object.entries(partial.homes).map(([home, [now]]) => [home, now])),
      ),
    ),
    known: sum(
      partials.flatMap((partial) => Object.values(partial.homes).map(([, known]) => known)),
    ),
    applied: addCounts(fresh.map((partial) => partial.applied)),
    lagRecords: sum(fresh.map((partial) => partial.accounts.lagRecords)),
    warm: fresh.length > 0 && fresh.every((partial) => partial.warm),
  };
}

export function cellOf(view: View, home: string, region: string): Cell {
  return view.cells.find((cell) => matches(cell, home, region)) ?? sumCells(home, region, []);
}

function matches(cell: { home: string; region: string }, home: string, region: string): boolean {
  return cell.region === region && (home === '*' || cell.home === home);
}

function sumCells(home: string, region: string, cells: readonly PartialCell[]): Cell {
  const total = (pick: (cell: PartialCell) => number): number => sum(cells.map(pick));
  const names = (pick: (cell: PartialCell) => readonly string[], most: number): readonly string[] =>
    sorted(cells.flatMap(pick)).slice(0, most);
  return {
    home,
    region,
    live: total((cell) => cell.live),
    engaged: total((cell) => cell.engaged),
    down: total((cell) => cell.down),
    byRule: {
      connectivity: total((cell) => cell.byRule.connectivity),
      stall: total((cell) => cell.byRule.stall),
      errorRatio: total((cell) => cell.byRule.errorRatio),
    },
    everywhere: total((cell) => cell.everywhere),
    domains: names((cell) => cell.domains, 16),
    downDomains: names((cell) => cell.downDomains, 16),
    everywhereDomains: names((cell) => cell.everywhereDomains, 16),
    sampled: total((cell) => cell.sampled),
    failing: total((cell) => cell.failing),
    failingDomains: names((cell) => cell.failingDomains, 16),
    short: [total((cell) => cell.short[0]), total((cell) => cell.short[1])],
    long: [total((cell) => cell.long[0]), total((cell) => cell.long[1])],
    errors: addCounts(cells.map((cell) => cell.errors)),
    stalledMaxMs: Math.max(0, ...cells.map((cell) => cell.stalledMaxMs)),
    downClients: names((cell) => cell.downClients, 8),
  };
}

function addCounts(
  records: readonly Readonly<Record<string, number>>[],
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const record of records) {
    for (const [name, count] of Object.entries(record)) {
      counts.set(name, (counts.get(name) ?? 0) + count);
    }
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
