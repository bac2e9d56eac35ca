// Walks over everybody once: forgets who left, brings windows up to the watermark, judges, adds up.

import { cellIsOver, forgetCell, forgetGroup, groupIsOver } from './cells.ts';
import { forgetClient, presences } from './clients.ts';
import { foldLimits, forgetMs } from './limits.ts';
import { releaseWitness } from './members.ts';
import { keepSmallest } from './names.ts';
import type { Folder, Group } from './state.ts';
import { addWitnessTo, type CellTally, type GroupTally, tallyCell } from './tally.ts';
import { judgeWitness, verdicts } from './verdict.ts';
import { advanceWitness, bucketAt } from './window.ts';

export type Look = {
  /** By slot of the group and of the cell. */
  readonly groups: readonly (GroupTally | null)[];
  readonly cells: readonly (CellTally | null)[];
};

export function lookAtAll(folder: Folder): Look {
  sweepEmpty(folder);
  const groups = folder.groups.map((group) => group && tallyGroup(group));
  const cells = folder.cellList.map((cell) => cell && tallyCell(cell));
  const bucket = bucketAt(folder, folder.clock.watermarkMs);
  const { used } = folder.clients;
  for (let client = 0; client < used; client++) {
    lookAtClient(folder, client, bucket, { groups, cells });
  }
  for (const tally of groups) if (tally !== null) settleNewest(tally);
  return { groups, cells };
}

function sweepEmpty(folder: Folder): void {
  for (const cell of folder.cellList) {
    if (cell !== null && cellIsOver(folder, cell)) forgetCell(folder, cell);
  }
  for (const group of folder.groups) {
    if (group !== null && groupIsOver(folder, group)) forgetGroup(folder, group);
  }
}

function lookAtClient(folder: Folder, client: number, bucket: number, look: Look): void {
  const { lastSeenMs, presence, firstMembership } = folder.clients.columns;
  if (presence[client] === 0) return;
  const silentMs = folder.clock.watermarkMs - (lastSeenMs[client] as number);
  if (silentMs > forgetMs) {
    forgetClient(folder, client);
    return;
  }
  if (presence[client] !== presences.here) return;
  const live = silentMs <= folder.policy.clientSilentMs;
  const { next } = folder.memberships.columns;
  for (let at = firstMembership[client] as number; at !== 0; at = next[at - 1] as number) {
    lookAtMembership(folder, client, at - 1, bucket, live, look);
  }
}

function lookAtMembership(
  folder: Folder,
  client: number,
  membership: number,
  bucket: number,
  live: boolean,
  look: Look,
): void {
  const m = folder.memberships.columns;
  const tally = look.groups[m.group[membership] as number];
  if (!tally) return;
  countMember(tally, folder, client, membership, live);
  const everywhere = judgeMembership(folder, membership, bucket);
  if (!live) return;
  const { next, cell, connections } = folder.witnesses.columns;
  for (let at = m.firstWitness[membership] as number; at !== 0; at = next[at - 1] as number) {
    const cellTally = look.cells[cell[at - 1] as number];
    if (cellTally && connections[at - 1] !== 0) {
      addWitnessTo(cellTally, folder, client, at - 1, everywhere);
    }
  }
}

function countMember(
  tally: GroupTally,
  folder: Folder,
  client: number,
  membership: number,
  live: boolean,
): void {
  const home = folder.clients.columns.home[client] as number;
  tally.known[home] = (tally.known[home] ?? 0) + 1;
  if (!live) return;
  tally.live[home] = (tally.live[home] ?? 0) + 1;
  const { term, epoch } = folder.memberships.columns;
  const t = term[membership] as number;
  const e = epoch[membership] as number;
  countVersion(tally, t, e);
  if (t === tally.group.term && e === tally.group.epoch) return;
  keepSmallest(tally.stragglers, folder.clientNames[client] as string, 8);
}

function countVersion({ versions }: GroupTally, term: number, epoch: number): void {
  for (const version of versions) {
    if (version.term === term && version.epoch === epoch) {
      version.clients++;
      return;
    }
  }
  if (versions.length < foldLimits.versions) versions.push({ term, epoch, clients: 1 });
}

/** Judges each witness; true when the client says down of all its regions, two at least. */
function judgeMembership(folder: Folder, membership: number, bucket: number): boolean {
  const { columns } = folder.witnesses;
  let regions = 0;
  let down = 0;
  let at = folder.memberships.columns.firstWitness[membership] as number;
  while (at !== 0) {
    const witness = at - 1;
    at = columns.next[witness] as number;
    advanceWitness(columns, folder.shape, witness, bucket);
    columns.verdict[witness] = judgeWitness(folder, witness);
    if (columns.connections[witness] === 0) {
      releaseIfQuiet(folder, membership, witness);
      continue;
    }
    regions++;
    if ((columns.verdict[witness] as number) >= verdicts.connectivity) down++;
  }
  return regions >= 2 && down === regions;
}

function releaseIfQuiet(folder: Folder, membership: number, witness: number): void {
  const { longAnswered, longFailed } = folder.witnesses.columns;
  if (longAnswered[witness] !== 0 || longFailed[witness] !== 0) return;
  releaseWitness(folder, membership, witness);
}

function tallyGroup(group: Group): GroupTally {
  return { group, live: [], known: [], versions: [], stragglers: [] };
}

// The newest version is what somebody still claims: it must not outlive the one who claimed it.
function settleNewest({ group, versions }: GroupTally): void {
  let newest = { term: 0, epoch: 0 };
  for (const version of versions) {
    const isNewer =
      version.term > newest.term || (version.term === newest.term && version.epoch > newest.epoch);
    if (isNewer) newest = version;
  }
  group.term = newest.term;
  group.epoch = newest.epoch;
}
