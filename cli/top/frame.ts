// One look at groups × regions as numbers: what flows, what fails, how fast, who may go there and who
// has arrived. Latencies in partials are cumulative, so a frame is the difference of two looks; counts
// are over the aggregator's long window already.

import {
  addSparse,
  createHistogram,
  type Health,
  type Histogram,
  type Partial,
  quantileUs,
} from '@regionpilot/protocol';
import type { GroupStatus, StatusReport } from '../status/report.ts';

export const sortKeys = ['group', 'region', 'ops', 'errors', 'p99', 'admitted', 'clients'] as const;
export type SortKey = (typeof sortKeys)[number];

export type TopRow = {
  readonly group: string;
  readonly region: string;
  readonly health: Health;
  readonly opsPerSecond: number;
  /** 0..1; null without traffic. */
  readonly errorRatio: number | null;
  /** Since the look before; null without an answer in between. */
  readonly p50Us: number | null;
  readonly p99Us: number | null;
  /** Share of clients the region admits, 0..10,000. */
  readonly admit: number;
  /** Clients with a connection. */
  readonly clients: number;
  readonly epoch: number;
  /** Share of reporting clients that follow the decision; null while nobody reports. */
  readonly convergence: number | null;
  readonly stragglers: readonly string[];
  readonly tilt: string | null;
};

export type TopFrame = {
  readonly v: 1;
  readonly atMs: number;
  /** Records of `events` nobody folded yet; null: unknown. */
  readonly lag: number | null;
  readonly aggregators: number;
  readonly aggregatorsSilent: number;
  readonly rows: readonly TopRow[];
};

/** @param before Partials of the look before; empty: latencies since each folder began. */
export function topFrame(
  report: StatusReport,
  before: readonly Partial[],
  now: readonly Partial[],
  longWindowMs: number,
): TopFrame {
  return {
    v: 1,
    atMs: report.atMs,
    lag: report.lag.events,
    aggregators: report.aggregators.length,
    aggregatorsSilent: report.aggregators.filter(({ stale }) => stale).length,
    rows: report.groups.flatMap((group) =>
      group.regions.map((region) => rowOf(group, region, before, now, longWindowMs)),
    ),
  };
}

function rowOf(
  group: GroupStatus,
  region: GroupStatus['regions'][number],
  before: readonly Partial[],
  now: readonly Partial[],
  longWindowMs: number,
): TopRow {
  const of = (partials: readonly Partial[]) =>
    partials.filter((each) => each.group === group.group);
  const [answered, failed] = countsOf(of(now), region.region);
  const latency = latencyBetween(of(before), of(now), region.region);
  const total = answered + failed;
  return {
    group: group.group,
    region: region.region,
    health: region.health,
    opsPerSecond: (total * 1_000) / longWindowMs,
    errorRatio: total === 0 ? null : failed / total,
    p50Us: quantileUs(latency, 0.5),
    p99Us: quantileUs(latency, 0.99),
    admit: region.admit,
    clients: region.connected,
    epoch: group.epoch,
    convergence: group.convergence.share,
    stragglers: group.stragglers,
    tilt: group.tilt,
  };
}

function cellsOf(partial: Partial, region: string): Partial['cells'] {
  return partial.cells.filter((cell) => cell.region === region);
}

function countsOf(partials: readonly Partial[], region: string): readonly [number, number] {
  const cells = partials.flatMap((partial) => cellsOf(partial, region));
  return cells.reduce<readonly [number, number]>(
    ([answered, failed], { raw }) => [answered + raw[0], failed + raw[1]],
    [0, 0],
  );
}

function latencyBetween(
  before: readonly Partial[],
  now: readonly Partial[],
  region: string,
): Histogram {
  const sum = createHistogram();
  for (const partial of now) {
    // Another owner counts from its own start: all of its counts are new.
    const was = before.find(
      ({ partition, owner, seq }) =>
        partition === partial.partition && owner === partial.owner && seq < partial.seq,
    );
    const until = latencyOf(partial, region);
    const since = was === undefined ? createHistogram() : latencyOf(was, region);
    until.forEach((count, bucket) => {
      sum[bucket] = (sum[bucket] ?? 0) + Math.max(0, count - (since[bucket] ?? 0));
    });
  }
  return sum;
}

function latencyOf(partial: Partial, region: string): Histogram {
  const histogram = createHistogram();
  for (const { latency } of cellsOf(partial, region)) addSparse(histogram, latency);
  return histogram;
}

/** Numbers largest first, names in their order; ties by name, so that rows do not dance. */
export function sortedRows(rows: readonly TopRow[], by: SortKey): readonly TopRow[] {
  const name = (a: TopRow, b: TopRow): number =>
    compare(a.group, b.group) || compare(a.region, b.region);
  return rows.toSorted(
    (a, b) => numberOf(b, by) - numberOf(a, by) || namesBy(a, b, by) || name(a, b),
  );
}

function numberOf(row: TopRow, by: SortKey): number {
  switch (by) {
    case 'group':
    case 'region':
      return 0;
    case 'ops':
      return row.opsPerSecond;
    case 'errors':
      return row.errorRatio ?? -1;
    case 'p99':
      return row.p99Us ?? -1;
    case 'admitted':
      return row.admit;
    case 'clients':
      return row.clients;
  }
}

function namesBy(a: TopRow, b: TopRow, by: SortKey): number {
  return by === 'region' ? compare(a.region, b.region) : 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
