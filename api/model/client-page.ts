// A page of clients: filtered, in an order that goes on where the last page ended even though rosters
// change in between. The place is a key and a name, not a count, so nobody is skipped because somebody
// else left.

import type { ClientState, ClientVerdict } from '../contract/clients.ts';
import { cursorOf, placeIn } from './cursor.ts';
import { type ClientRow, clientState, domainOf, lastSeenMs, verdictOf } from './roster-index.ts';

export const clientSorts = ['worst', 'client', 'home', 'domain', 'lastSeen'] as const;
export type ClientSort = (typeof clientSorts)[number];

export type ClientFilter = {
  readonly group?: string | undefined;
  readonly home?: string | undefined;
  readonly domain?: string | undefined;
  readonly region?: string | undefined;
  readonly verdict?: ClientVerdict | undefined;
  readonly straggler?: boolean | undefined;
  /** Part of the client's name, in any case. */
  readonly q?: string | undefined;
  readonly sort?: ClientSort | undefined;
};

export type ClientPage = {
  readonly items: readonly ClientState[];
  readonly next: string | null;
  readonly total: number;
};

/** Null: the cursor is none of this query. */
export function clientPage(
  rows: readonly ClientRow[],
  filter: ClientFilter,
  limit: number,
  cursor: string | undefined,
): ClientPage | null {
  const after = cursor === undefined ? [] : placeIn(filter, cursor);
  if (after === null) return null;
  const keyOf = keys[filter.sort ?? 'worst'];
  const found = rows
    .filter((row) => fits(row, filter))
    .map((row) => ({ row, key: keyOf(row), name: nameOf(row) }))
    .sort((a, b) => compare(a.key, b.key) || compare(a.name, b.name));
  const [afterKey, afterName] = after;
  const from =
    afterKey === undefined || afterName === undefined
      ? 0
      : found.findIndex(
          ({ key, name }) => (compare(key, afterKey) || compare(name, afterName)) > 0,
        );
  const page = from < 0 ? [] : found.slice(from, from + limit);
  const last = page.at(-1);
  const isLast = last === undefined || from + page.length >= found.length;
  return {
    items: page.map(({ row }) => clientState(row)),
    next: isLast ? null : cursorOf(filter, [last.key, last.name]),
    total: found.length,
  };
}

type Key = string | number;

const keys: Readonly<Record<ClientSort, (row: ClientRow) => Key>> = {
  worst: ({ rank }) => rank,
  client: ({ client }) => client,
  home: ({ home }) => home,
  domain: domainOf,
  /** The longest silent first. */
  lastSeen: lastSeenMs,
};

/** One client may be in several groups. */
function nameOf({ client, roster }: ClientRow): string {
  return `${client} ${roster.group}`;
}

/** Rubbish in a made-up cursor orders somehow and harms nobody. */
function compare(a: Key, b: Key): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function fits(row: ClientRow, filter: ClientFilter): boolean {
  const { group, home, domain, region, verdict, straggler, q } = filter;
  return (
    (group === undefined || row.roster.group === group) &&
    (home === undefined || row.home === home) &&
    (domain === undefined || domainOf(row) === domain) &&
    (straggler === undefined || row.straggler === straggler) &&
    (q === undefined || row.client.toLowerCase().includes(q.toLowerCase())) &&
    fitsVerdict(row, region, verdict)
  );
}

/** A region alone: has to do with it. A verdict alone: says so of any region. */
function fitsVerdict(
  row: ClientRow,
  region: string | undefined,
  verdict: ClientVerdict | undefined,
): boolean {
  if (region !== undefined) {
    const said = verdictOf(row, region);
    return verdict === undefined ? said !== 'none' : said === verdict;
  }
  if (verdict === undefined) return true;
  return row.roster.regions.some((each) => verdictOf(row, each) === verdict);
}
