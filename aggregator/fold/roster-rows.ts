// Which clients stand in a roster, and in which order: who says down or follows an older version
// first, then the doubtful, then the calm, each by name. What has no room is at the calm end.

import type { GroupScan } from './roster-scan.ts';
import { isSilent } from './roster-scan.ts';
import type { Folder, Group } from './state.ts';
import { verdicts } from './verdict.ts';

/** Slots, row by row. */
export type RosterRows = {
  readonly clients: readonly number[];
  /** -1: it said goodbye, so it is a member of nothing. */
  readonly memberships: readonly number[];
  /** Members that are not among the rows. */
  readonly truncated: number;
};

const ranks = { trouble: 0, doubt: 1, calm: 2 } as const;

export function rosterRows(
  folder: Folder,
  group: Group,
  scan: GroupScan,
  most: number,
): RosterRows {
  const { client } = folder.memberships.columns;
  const { members, left } = scan;
  const clientOf = (row: number): number =>
    (row < members.length ? client[members[row] as number] : left[row - members.length]) as number;
  const count = members.length + left.length;
  const rank = Uint8Array.from({ length: count }, (_, row) =>
    row < members.length ? rankOf(folder, group, members[row] as number) : ranks.calm,
  );
  const names = Array.from({ length: count }, (_, row) => folder.clientNames[clientOf(row)] ?? '');
  const order = Array.from(names, (_, row) => row);
  order.sort(
    (a, b) =>
      (rank[a] as number) - (rank[b] as number) ||
      ((names[a] as string) < (names[b] as string) ? -1 : 1),
  );
  const shown = order.slice(0, most);
  return {
    clients: shown.map(clientOf),
    memberships: shown.map((row) => members[row] ?? -1),
    truncated: count - shown.length,
  };
}

function rankOf(folder: Folder, group: Group, membership: number): number {
  const { client, term, epoch, firstWitness } = folder.memberships.columns;
  const silent = isSilent(folder, client[membership] as number);
  const follows = term[membership] === group.term && epoch[membership] === group.epoch;
  if (!silent && !follows) return ranks.trouble;
  let rank: number = silent ? ranks.doubt : ranks.calm;
  const { next, verdict } = folder.witnesses.columns;
  for (let at = firstWitness[membership] as number; at !== 0; at = next[at - 1] as number) {
    if ((verdict[at - 1] as number) >= verdicts.connectivity) return ranks.trouble;
    if (verdict[at - 1] === verdicts.suspect) rank = ranks.doubt;
  }
  return rank;
}
