// From tallies to the record others merge. Every list is sorted, so equal states give equal bytes.

import type { Partial, PartialCell } from '@regionpilot/protocol';
import { errorClassNames } from '@regionpilot/protocol';
import { advanceCell } from './cell-window.ts';
import type { Look } from './look.ts';
import type { Cell, Folder } from './state.ts';
import type { CellTally, GroupTally } from './tally.ts';
import { isWarm } from './warm.ts';
import { bucketAt } from './window.ts';

export function buildPartial(folder: Folder, look: Look, tally: GroupTally): Partial {
  const { group } = tally;
  const bucket = bucketAt(folder, folder.clock.watermarkMs);
  return {
    v: 1,
    group: group.name,
    partition: folder.partition,
    owner: folder.owner,
    seq: group.seq++,
    atMs: Math.max(0, Math.floor(folder.clock.watermarkMs)),
    warm: isWarm(folder),
    accounts: { ...folder.accounts },
    homes: homesOf(folder, tally),
    cells: cellsOf(look, tally).map((cell) => buildCell(folder, cell, bucket)),
    applied: appliedOf(tally),
    regions: [...group.regions.keys()].sort(),
    stragglers: tally.stragglers,
  };
}

/** The group's cells by region and home. */
export function cellsOf(look: Look, { group }: GroupTally): readonly CellTally[] {
  const cells = [...group.regions.values()].flat();
  cells.sort((a, b) => (a.key < b.key ? -1 : 1));
  return cells.flatMap((cell) => look.cells[cell.slot] ?? []);
}

function homesOf(folder: Folder, { live, known }: GroupTally): Partial['homes'] {
  const rows: [string, readonly [number, number]][] = [];
  known.forEach((count, home) => {
    rows.push([folder.homes.list[home] as string, [live[home] ?? 0, count]]);
  });
  return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function appliedOf({ versions }: GroupTally): Partial['applied'] {
  const said = versions.filter(({ term, epoch }) => term > 0 || epoch > 0);
  said.sort((a, b) => a.term - b.term || a.epoch - b.epoch);
  return Object.fromEntries(
    said.map(({ term, epoch, clients }) => [`${term}.${epoch}`, clients] as const),
  );
}

function buildCell(folder: Folder, tally: CellTally, bucket: number): PartialCell {
  const { cell } = tally;
  advanceCell(cell, folder.shape, bucket);
  return {
    home: cell.home,
    region: cell.region,
    live: tally.live,
    engaged: tally.engaged,
    down: tally.down,
    byRule: {
      connectivity: tally.connectivity,
      stall: tally.stall,
      errorRatio: tally.errorRatio,
    },
    everywhere: tally.everywhere,
    domains: tally.domains,
    downDomains: tally.downDomains,
    everywhereDomains: tally.everywhereDomains,
    sampled: tally.sampled,
    failing: tally.failing,
    failingDomains: tally.failingDomains,
    short: [tally.shortAnswered, tally.shortFailed],
    long: [tally.longAnswered, tally.longFailed],
    raw: [cell.sums[0] as number, cell.sums[1] as number],
    errors: errorsOf(cell),
    stalledMaxMs: tally.stalledMaxMs,
    latency: sparse(cell.latency),
    downClients: tally.downClients,
  };
}

function errorsOf({ sums }: Cell): PartialCell['errors'] {
  const counts: Record<string, number> = {};
  errorClassNames.forEach((name, number) => {
    const count = sums[2 + number] as number;
    if (count > 0) counts[name] = count;
  });
  return counts;
}

function sparse(latency: Float64Array): readonly number[] {
  const pairs: number[] = [];
  latency.forEach((count, bucket) => {
    if (count > 0) pairs.push(bucket, count);
  });
  return pairs;
}
