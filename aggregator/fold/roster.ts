// When to tell who is there, and the telling: a roster per group, at most once a second while
// something of it changed and every ten seconds anyway. It is for people, so it never makes a
// partial wait; it keeps its own small memory beside the folder, so snapshots know nothing of it and
// a restored folder simply speaks again.

import { column, presenceNames, type Roster, rosterLimits } from '@regionpilot/protocol';
import { regionColumns } from './roster-regions.ts';
import { type RosterRows, rosterRows } from './roster-rows.ts';
import { type GroupScan, isSilent, type LastGroups, scanMembers } from './roster-scan.ts';
import type { Folder, Group } from './state.ts';

/** Shortest time between two rosters of a group, and the longest, ms. */
const gapMs = 1_000;
const aliveMs = 10_000;

const here = presenceNames.indexOf('here');
const silent = presenceNames.indexOf('silent');
const goodbye = presenceNames.indexOf('goodbye');

export type RosterBook = {
  lookedMs: number;
  readonly last: LastGroups;
  /** By name of the group. */
  readonly told: Map<string, { readonly print: number; readonly atMs: number }>;
};

export function createRosterBook(): RosterBook {
  return {
    lookedMs: Number.NEGATIVE_INFINITY,
    last: { slots: new Int32Array(0) },
    told: new Map(),
  };
}

/** What there is to tell now; call it after each `foldTick`, whose verdicts it repeats. */
export function foldRosters(folder: Folder, book: RosterBook, nowMs: number): readonly Roster[] {
  const passed = nowMs - book.lookedMs;
  if (passed >= 0 && passed < gapMs) return [];
  book.lookedMs = nowMs;
  const scans = scanMembers(folder, book.last);
  forgetGroups(folder, book);
  return folder.groups.flatMap((group, slot) => {
    const scan = scans[slot];
    if (!group || !scan || !isDue(book, group.name, scan, nowMs)) return [];
    book.told.set(group.name, { print: scan.print, atMs: nowMs });
    return [buildRoster(folder, group, scan)];
  });
}

function isDue({ told }: RosterBook, group: string, scan: GroupScan, nowMs: number): boolean {
  const before = told.get(group);
  if (before === undefined) return scan.members.length > 0;
  return scan.print !== before.print || Math.abs(nowMs - before.atMs) >= aliveMs;
}

function forgetGroups({ groupSlots }: Folder, { told }: RosterBook): void {
  for (const group of told.keys()) if (!groupSlots.has(group)) told.delete(group);
}

function buildRoster(folder: Folder, group: Group, scan: GroupScan): Roster {
  const regions = [...group.regions.keys()].sort();
  const rows = rosterRows(folder, group, scan, roomFor(regions.length));
  const { clients, memberships, truncated } = rows;
  const homes = dictionary(clients, folder.clients.columns.home, folder.homes.list);
  const domains = dictionary(clients, folder.clients.columns.domain, folder.domains.list);
  const { term, epoch } = folder.memberships.columns;
  return {
    v: 1,
    group: group.name,
    partition: folder.partition,
    owner: folder.owner,
    atMs: Math.max(0, Math.floor(folder.clock.watermarkMs)),
    regions,
    homes: homes.names,
    domains: domains.names,
    clients: clients.map((client) => folder.clientNames[client] as string),
    home: column(homes.indices),
    domain: column(domains.indices),
    presence: column(presencesOf(folder, rows)),
    ageMs: column(clients.map((client) => ageOf(folder, client))),
    term: column(memberships.map((membership) => term[membership] ?? 0)),
    epoch: column(memberships.map((membership) => epoch[membership] ?? 0)),
    byRegion: regionColumns(folder, group, regions, rows),
    truncated,
  };
}

function presencesOf(folder: Folder, { clients, memberships }: RosterRows): readonly number[] {
  return clients.map((client, row) => {
    if ((memberships[row] as number) < 0) return goodbye;
    return isSilent(folder, client) ? silent : here;
  });
}

/**
 * Clients that fit into one record, whatever their names and counts: a name takes at most 131
 * bytes, the columns of a client at most 60, and those of a region at most 50.
 */
function roomFor(regions: number): number {
  return Math.min(rosterLimits.clients, Math.floor(3_800_000 / (191 + 50 * regions)));
}

function ageOf({ clock, clients }: Folder, client: number): number {
  const ageMs = Math.floor(clock.watermarkMs - (clients.columns.lastSeenMs[client] as number));
  return Math.max(0, Math.min(ageMs, rosterLimits.ms));
}

/** The names that these clients use, in the order of first use, and each client's position among them. */
function dictionary(
  clients: readonly number[],
  ids: Int32Array,
  list: readonly string[],
): { readonly names: readonly string[]; readonly indices: readonly number[] } {
  const positions = new Map<number, number>();
  const indices = clients.map((client) => {
    const id = ids[client] as number;
    const known = positions.get(id) ?? positions.size;
    positions.set(id, known);
    return known;
  });
  return { names: [...positions.keys()].map((id) => list[id] as string), indices };
}
