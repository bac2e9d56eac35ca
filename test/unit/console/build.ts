// Builders of what the API tells the console.

import type { AlertView, GroupState, RegionState, TimelineEntry } from '@regionpilot/api/contract';

export function region(part: Partial<RegionState> = {}): RegionState {
  return {
    region: 'eu-west',
    health: 'healthy',
    sinceMs: 0,
    admit: 10_000,
    homes: {},
    connected: 100,
    down: 0,
    quorum: 25,
    opsPerSecond: 1_000,
    errorRatio: 0,
    errors: {},
    p50Ms: 1,
    p99Ms: 3,
    stalledMs: 0,
    history: { atMs: [], opsPerSecond: [], errorRatio: [] },
    ...part,
  };
}

export function group(part: Partial<GroupState> = {}): GroupState {
  return {
    group: 'payments-cache',
    term: 1,
    epoch: 1,
    owner: 'aggregator-1',
    decidedMs: 0,
    reason: 'initial',
    text: 'First decision',
    noSafeTarget: false,
    incident: null,
    regions: [region(), region({ region: 'us-east' })],
    homes: {},
    clients: { reporting: 100, known: 100 },
    convergence: { applied: 100, share: 1 },
    stragglers: [],
    suspended: [],
    orders: [],
    automation: 'enforce',
    dataAgeMs: 100,
    heartbeatAgeMs: 100,
    asOfMs: 10_000,
    ...part,
  };
}

export function alert(part: Partial<AlertView> = {}): AlertView {
  return {
    fingerprint: 'f1',
    labels: { alertname: 'regionDown', group: 'payments-cache' },
    severity: 'page',
    state: 'firing',
    startsMs: 0,
    endsMs: null,
    updatedMs: 0,
    expiresMs: null,
    summary: 'eu-west is down',
    description: '',
    annotations: {},
    value: 1,
    flapping: false,
    why: '',
    ackedBy: null,
    silencedBy: [],
    notices: [],
    ...part,
  };
}

export function entry(id: string, atMs: number, part: Partial<TimelineEntry> = {}): TimelineEntry {
  return {
    id,
    group: 'payments-cache',
    incident: null,
    atMs,
    owner: 'aggregator-1',
    term: 1,
    text: 'something happened',
    details: [],
    event: { kind: 'closed', openedMs: 0 },
    actor: null,
    ...part,
  };
}
