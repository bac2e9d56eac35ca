// Clients × regions in one character a cell: 10,000 clients in a page that a browser can draw.

import type { ClientMatrix, ClientVerdict } from '../contract/clients.ts';
import { type ClientRow, domainOf, verdictOf } from './roster-index.ts';

const clientsListed = 10_000;

const letters: Readonly<Record<ClientVerdict, string>> = {
  ok: 'o',
  suspect: 's',
  down: 'd',
  everywhere: 'e',
  quiet: 'q',
  none: '-',
};

/** Home by home and domain by domain, the worst first within one. */
export function clientMatrix(
  group: string,
  regions: readonly string[],
  rows: readonly ClientRow[],
  nowMs: number,
): ClientMatrix {
  const sorted = rows
    .map((row) => ({ row, place: `${row.home}\n${domainOf(row)}` }))
    .sort(
      (a, b) =>
        compare(a.place, b.place) || a.row.rank - b.row.rank || compare(a.row.client, b.row.client),
    )
    .map(({ row }) => row);
  const shown = sorted.slice(0, clientsListed);
  const written = new Set(rows.map(({ roster }) => roster));
  return {
    group,
    asOfMs: Math.min(nowMs, ...[...written].map(({ atMs }) => atMs)),
    regions,
    clients: shown.map(({ client }) => client),
    homes: shown.map(({ home }) => home),
    domains: shown.map(domainOf),
    cells: regions.map((region) => shown.map((row) => letters[verdictOf(row, region)]).join('')),
    truncated:
      sorted.length -
      shown.length +
      [...written].reduce((total, { truncated }) => total + truncated, 0),
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
