// The shape of a roster as data, and what no schema can say: that columns are as long as the list
// of clients and point into the dictionaries.

import Type, { type Static, type TSchema } from 'typebox';
import type { Column } from './batch.ts';
import { namePattern } from './names.ts';
import { presenceNames, type Roster, rosterLimits, rosterVerdicts } from './roster.ts';

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const name = Type.String({ pattern: namePattern });
const columnOf = (maximum: number) => {
  const cell = Type.Integer({ minimum: 0, maximum });
  return Type.Union([cell, Type.Array(cell, { maxItems: rosterLimits.clients })]);
};
const counts = columnOf(Number.MAX_SAFE_INTEGER);
const names = (maxItems: number) => Type.Array(name, { maxItems, uniqueItems: true });

const regionColumns = Type.Object({
  verdict: columnOf(rosterVerdicts.length - 1),
  connections: counts,
  ready: counts,
  answered: counts,
  failed: counts,
  stalledMs: columnOf(rosterLimits.ms),
});

const roster = Type.Object({
  v: Type.Literal(1),
  group: name,
  partition: count,
  owner: name,
  atMs: Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 }),
  regions: names(rosterLimits.regions),
  homes: names(rosterLimits.homes),
  domains: names(rosterLimits.clients),
  clients: Type.Array(name, { maxItems: rosterLimits.clients }),
  home: columnOf(rosterLimits.homes - 1),
  domain: columnOf(rosterLimits.clients - 1),
  presence: columnOf(presenceNames.length - 1),
  ageMs: columnOf(rosterLimits.ms),
  term: counts,
  epoch: counts,
  byRegion: Type.Array(regionColumns, { maxItems: rosterLimits.regions }),
  truncated: count,
});

export const rosterSchema: TSchema = roster;

/** Why a roster that fits its schema still contradicts itself, or null. */
export function rosterSense(record: Roster): string | null {
  const { clients, regions, byRegion, homes, domains, home, domain } = record;
  if (new Set(clients).size !== clients.length) return 'clients repeats a name';
  if (byRegion.length !== regions.length) {
    return `byRegion: got ${byRegion.length}, wanted one per region (${regions.length})`;
  }
  if (clients.length === 0) return null;
  const { presence, ageMs, term, epoch } = record;
  return (
    columnsProblem('', { home, domain, presence, ageMs, term, epoch }, clients.length) ??
    indexProblem('home', home, homes.length) ??
    indexProblem('domain', domain, domains.length) ??
    firstOf(byRegion, (columns, i) => columnsProblem(`byRegion.${i}.`, columns, clients.length))
  );
}

function columnsProblem(
  path: string,
  columns: Readonly<Record<string, Column>>,
  rows: number,
): string | null {
  for (const [name, column] of Object.entries(columns)) {
    if (typeof column === 'number' || !Array.isArray(column) || column.length === rows) continue;
    return `${path}${name}: got ${column.length} numbers, wanted one or ${rows}`;
  }
  return null;
}

function indexProblem(path: string, column: Column, entries: number): string | null {
  const largest = typeof column === 'number' ? column : Math.max(...column);
  return largest < entries ? null : `${path}: got ${largest}, wanted less than ${entries}`;
}

function firstOf<Item>(
  items: readonly Item[],
  problem: (item: Item, i: number) => string | null,
): string | null {
  for (const [i, item] of items.entries()) {
    const found = problem(item, i);
    if (found !== null) return found;
  }
  return null;
}

// A field that is documented but not checked, or checked but not documented, fails to compile.
type Writable<T> = { -readonly [K in keyof T]: Writable<T[K]> };
type Fits<Documented, Checked> = [Writable<Documented>] extends [Writable<Checked>] ? true : never;
const documentedFieldsFit: Fits<Roster, Static<typeof roster>> = true;
void documentedFieldsFit;
