// Filters of the clients' page as they stand in its address, so that a filtered list can be sent to
// a colleague.

import type { ClientState } from '@regionpilot/api/contract';

export const filterNames = [
  'group',
  'home',
  'domain',
  'region',
  'verdict',
  'straggler',
  'q',
  'sort',
] as const;
export type FilterName = (typeof filterNames)[number];
export type ClientFilter = Readonly<Partial<Record<FilterName, string>>>;

export const pageSize = 50;

/** The filter in an address's query; unknown names are left out. */
export function parseFilter(query: string): ClientFilter {
  const params = new URLSearchParams(query);
  return Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = params.get(name);
      return value === null || value === '' ? [] : [[name, value]];
    }),
  );
}

/** The query of a filter, in a fixed order. */
export function filterQuery(filter: ClientFilter): string {
  const params = new URLSearchParams();
  for (const name of filterNames) {
    const value = filter[name];
    if (value !== undefined && value !== '') params.set(name, value);
  }
  return params.toString();
}

/** The request for one page. Worst first, unless another order is asked for. */
export function clientsRequest(filter: ClientFilter, cursor: string | null): string {
  const params = new URLSearchParams(filterQuery(filter));
  params.set('limit', String(pageSize));
  if (cursor !== null) params.set('cursor', cursor);
  return `/api/v1/clients?${params.toString()}`;
}

/** What is wrong with a client, in a few words; null: nothing. */
export function complaint(client: ClientState): string | null {
  if (client.presence === 'goodbye') return 'said goodbye';
  if (client.presence === 'silent') return 'silent';
  if (client.straggler) return 'follows an older decision';
  const down = client.regions.filter((r) => r.verdict === 'down').map((r) => r.region);
  if (client.regions.some((r) => r.verdict === 'everywhere')) return 'fails everywhere';
  return down.length === 0 ? null : `cannot use ${down.join(', ')}`;
}
