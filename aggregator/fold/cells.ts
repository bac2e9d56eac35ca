// Groups and their cells (region × home). They outlive single clients and end when nobody needs
// them; their number is bounded, since names come from batches.

import { histogramBuckets } from '@regionpilot/protocol';
import { foldLimits, forgetMs } from './limits.ts';
import { type Cell, cellStride, type Folder, type Group } from './state.ts';

/** The group of that name, made if need be; null without room. */
export function groupFor(folder: Folder, name: string): Group | null {
  const known = folder.groupSlots.get(name);
  if (known !== undefined) return folder.groups[known] ?? null;
  if (folder.groupSlots.size >= foldLimits.groups) return null;
  const slot = firstFree(folder.groups);
  const group: Group = {
    name,
    slot,
    members: 0,
    emptiedMs: folder.clock.watermarkMs,
    seq: 0,
    emittedMs: Number.NEGATIVE_INFINITY,
    term: 0,
    epoch: 0,
    regions: new Map(),
    votes: '',
  };
  folder.groups[slot] = group;
  folder.groupSlots.set(name, slot);
  return group;
}

/** A group without members for a minute is forgotten, its numbering with it. */
export function groupIsOver(folder: Folder, group: Group): boolean {
  return group.members === 0 && folder.clock.watermarkMs - group.emptiedMs > forgetMs;
}

export function forgetGroup(folder: Folder, group: Group): void {
  folder.groups[group.slot] = null;
  folder.groupSlots.delete(group.name);
}

/** What clients of one home share about one region, made if need be; null without room. */
export function cellFor(folder: Folder, group: Group, region: string, home: string): Cell | null {
  const key = cellKey(group.name, region, home);
  const known = folder.cells.get(key);
  if (known !== undefined) return known;
  const isNewRegion = !group.regions.has(region);
  if (isNewRegion && group.regions.size >= foldLimits.regionsPerGroup) return null;
  if (folder.cells.size >= foldLimits.cells) return null;
  const cell: Cell = {
    slot: firstFree(folder.cellList),
    key,
    group,
    region,
    home,
    witnesses: 0,
    emptiedMs: folder.clock.watermarkMs,
    ring: new Float64Array(folder.shape.long * cellStride),
    sums: new Float64Array(cellStride),
    past: new Float64Array(cellStride),
    head: 0,
    latency: new Float64Array(histogramBuckets),
    probes: new Float64Array(2),
  };
  folder.cells.set(key, cell);
  folder.cellList[cell.slot] = cell;
  group.regions.set(region, [...(group.regions.get(region) ?? []), cell]);
  return cell;
}

/** One witness less. Its cell stays a while: latency is a sum that should not fall at a restart. */
export function dropCellUse(folder: Folder, slot: number): void {
  const cell = folder.cellList[slot];
  if (!cell) return;
  cell.witnesses--;
  cell.emptiedMs = folder.clock.watermarkMs;
}

export function cellIsOver(folder: Folder, cell: Cell): boolean {
  return cell.witnesses === 0 && folder.clock.watermarkMs - cell.emptiedMs > forgetMs;
}

export function forgetCell(folder: Folder, cell: Cell): void {
  folder.cells.delete(cell.key);
  folder.cellList[cell.slot] = null;
  const rest = (cell.group.regions.get(cell.region) ?? []).filter((other) => other !== cell);
  if (rest.length === 0) cell.group.regions.delete(cell.region);
  else cell.group.regions.set(cell.region, rest);
}

// No name contains a space.
function cellKey(group: string, region: string, home: string): string {
  return `${group} ${region} ${home}`;
}

function firstFree(list: readonly unknown[]): number {
  const hole = list.indexOf(null);
  return hole < 0 ? list.length : hole;
}
