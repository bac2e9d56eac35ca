// All clients of one group in one order, out of the rosters of its partitions. Rosters hold columns;
// a row points into them, so an index of 10,000 clients costs a few megabytes and a page costs a page.
// Bound: as many clients as the folders write (5,000 a partition).

import {
  at,
  compareVersions,
  presenceNames,
  type Roster,
  type RosterVerdict,
  rosterVerdicts,
  type Version,
} from '@regionpilot/protocol';
import type { ClientState } from '../contract/clients.ts';

export type ClientRow = {
  readonly roster: Roster;
  readonly i: number;
  readonly client: string;
  readonly home: string;
  readonly straggler: boolean;
  /** 0 is the worst. */
  readonly rank: number;
};

/** The worst first. */
const verdictRanks: readonly RosterVerdict[] = [
  'down',
  'everywhere',
  'suspect',
  'ok',
  'quiet',
  'none',
];
const rankOfVerdict = rosterVerdicts.map((verdict) => verdictRanks.indexOf(verdict));

export function rowsOf(rosters: Iterable<Roster>, newest: Version | null): readonly ClientRow[] {
  const rows: ClientRow[] = [];
  for (const roster of rosters) {
    roster.clients.forEach((client, i) => {
      const straggler = isStraggler(roster, i, newest);
      const home = roster.homes[at(roster.home, i)] ?? '';
      rows.push({ roster, i, client, home, straggler, rank: rankOf(roster, i, straggler) });
    });
  }
  return rows;
}

export function domainOf({ roster, i }: ClientRow): string {
  return roster.domains[at(roster.domain, i)] ?? '';
}

export function presenceOf({ roster, i }: ClientRow): ClientState['presence'] {
  return presenceNames[at(roster.presence, i)] ?? 'silent';
}

export function lastSeenMs({ roster, i }: ClientRow): number {
  return roster.atMs - at(roster.ageMs, i);
}

/** `none` for a region it does not know. */
export function verdictOf({ roster, i }: ClientRow, region: string): RosterVerdict {
  const columns = roster.byRegion[roster.regions.indexOf(region)];
  return columns === undefined ? 'none' : (rosterVerdicts[at(columns.verdict, i)] ?? 'none');
}

export function clientState(row: ClientRow): ClientState {
  const { roster, i, client, straggler } = row;
  const [term, epoch] = [at(roster.term, i), at(roster.epoch, i)];
  return {
    client,
    group: roster.group,
    home: row.home,
    domain: domainOf(row),
    presence: presenceOf(row),
    lastSeenMs: lastSeenMs(row),
    applied: term === 0 && epoch === 0 ? null : [term, epoch],
    straggler,
    regions: roster.regions.map((region, r) => {
      const columns = roster.byRegion[r];
      const number = (pick: 'connections' | 'ready' | 'answered' | 'failed' | 'stalledMs') =>
        columns === undefined ? 0 : at(columns[pick], i);
      return {
        region,
        verdict: verdictOf(row, region),
        connections: number('connections'),
        ready: number('ready'),
        answered: number('answered'),
        failed: number('failed'),
        stalledMs: number('stalledMs'),
      };
    }),
  };
}

/** Who is silent cannot follow; who never followed anything is behind too. */
function isStraggler(roster: Roster, i: number, newest: Version | null): boolean {
  if (newest === null || presenceNames[at(roster.presence, i)] !== 'here') return false;
  const applied = { term: at(roster.term, i), epoch: at(roster.epoch, i) };
  return compareVersions(applied, newest) < 0;
}

function rankOf(roster: Roster, i: number, straggler: boolean): number {
  let worst = verdictRanks.length;
  for (const { verdict } of roster.byRegion) {
    worst = Math.min(worst, rankOfVerdict[at(verdict, i)] ?? verdictRanks.length);
  }
  return (straggler ? 0 : 10) + worst;
}
