// Records as the API reads them: two regions, a fleet of clients with names in order.

import type {
  Heartbeat,
  IncidentEvent,
  IncidentRecord,
  PartialCell,
  Partial as PartialRecord,
  Roster,
} from '@regionpilot/protocol';

export const group = 'payments-cache';
export const regions = ['eu-west', 'us-east'] as const;

export function cellOf(given: Partial<PartialCell> = {}): PartialCell {
  return {
    home: 'eu-west',
    region: 'eu-west',
    live: 10,
    engaged: 10,
    down: 0,
    byRule: { connectivity: 0, stall: 0, errorRatio: 0 },
    everywhere: 0,
    domains: ['zone-a', 'zone-b'],
    downDomains: [],
    everywhereDomains: [],
    sampled: 10,
    failing: 0,
    failingDomains: [],
    short: [100, 0],
    long: [200, 0],
    raw: [2_000, 0],
    errors: {},
    stalledMaxMs: 0,
    latency: [100, 10],
    downClients: [],
    ...given,
  };
}

export function partialOf(atMs: number, given: Partial<PartialRecord> = {}): PartialRecord {
  return {
    v: 1,
    group,
    partition: 0,
    owner: 'aggregator-1',
    seq: 1,
    atMs,
    warm: true,
    accounts: {
      offset: 100,
      lagRecords: 0,
      batches: 100,
      rows: 1_000,
      duplicates: 0,
      rejected: 0,
      gaps: 0,
      declaredDrops: 0,
      late: 0,
      clamped: 0,
    },
    homes: { 'eu-west': [10, 10] },
    cells: [cellOf(), cellOf({ region: 'us-east' })],
    applied: { '1.1': 10 },
    regions: [...regions],
    stragglers: [],
    ...given,
  };
}

export function beatOf(atMs: number, given: Partial<Heartbeat> = {}): Heartbeat {
  return {
    v: 1,
    partition: 0,
    owner: 'aggregator-1',
    atMs,
    intervalMs: 1_000,
    epochs: { [group]: [1, 1] },
    tilt: {},
    ...given,
  };
}

export function incidentOf(
  atMs: number,
  event: IncidentEvent,
  given: Partial<IncidentRecord> = {},
): IncidentRecord {
  const record = { v: 1, group, incident: null, atMs, owner: 'aggregator-1', term: 1 } as const;
  return { ...record, event, ...given };
}

/** All well, three homes' worth of domains, names in order; every `badEvery`-th says eu-west is down. */
export function rosterOf(clients: number, given: Partial<Roster> = {}, badEvery = 0): Roster {
  const each = <Value>(make: (i: number) => Value): Value[] =>
    Array.from({ length: clients }, (_, i) => make(i));
  const isBad = (i: number): boolean => badEvery > 0 && i % badEvery === 0;
  const well = { connections: 1, ready: 1, answered: 20, failed: 0, stalledMs: 0 };
  return {
    v: 1,
    group,
    partition: 0,
    owner: 'aggregator-1',
    atMs: 1_000_000,
    regions: [...regions],
    homes: ['eu-west', 'us-east'],
    domains: ['zone-a', 'zone-b'],
    clients: each((i) => `client-${String(i).padStart(5, '0')}`),
    home: each((i) => i % 2),
    domain: each((i) => i % 2),
    presence: 0,
    ageMs: each((i) => i % 100),
    term: 1,
    epoch: 1,
    byRegion: [
      { ...well, verdict: each((i) => (isBad(i) ? 4 : 2)) },
      { ...well, verdict: 2 },
    ],
    truncated: 0,
    ...given,
  };
}
