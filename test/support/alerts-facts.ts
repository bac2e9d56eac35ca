// Plain facts for alerting stories: what matters to the test is put in, the rest is a quiet fleet of
// 100 clients in two regions, all well.

import type {
  Decision,
  Health,
  Heartbeat,
  IncidentEvent,
  IncidentRecord,
  Override,
  PartialCell,
  Partial as PartialRecord,
  PartitionAccounts,
  RegionEvidence,
} from '@regionpilot/protocol';
import type { Fact } from '../../alerts/fact.ts';
import { decision } from './decisions.ts';

/** The fact, `seconds` into the story; stories begin at 1,000,000,000 ms. */
export const at = (seconds: number): number => 1_000_000_000 + Math.round(seconds * 1_000);

export function tick(seconds: number): Fact {
  return { kind: 'tick', atMs: at(seconds) };
}

/** An incident record, written and appended in the same moment unless told otherwise. */
export function incident(
  seconds: number,
  event: IncidentEvent,
  given: Partial<IncidentRecord> = {},
): Fact {
  const record: IncidentRecord = {
    v: 1,
    group: 'payments-cache',
    incident: null,
    atMs: at(seconds),
    owner: 'aggregator-1',
    term: 1,
    event,
    ...given,
  };
  return { kind: 'incident', record, atMs: at(seconds) };
}

export function evidence(given: Partial<RegionEvidence> = {}): RegionEvidence {
  return {
    region: 'eu-west',
    home: '*',
    health: 'down',
    rule: 'connectivity',
    liveClients: 100,
    engagedClients: 100,
    voters: 90,
    votersByRule: { connectivity: 90, stall: 0, errorRatio: 0 },
    setAside: 0,
    quorum: 25,
    domains: ['zone-a', 'zone-b'],
    domainsWanted: 2,
    short: [10, 90],
    long: [100, 900],
    wilsonLow: 0.85,
    errors: { refused: 900 },
    stalledMaxMs: 0,
    sampleVoters: ['checkout-1', 'checkout-2'],
    ...given,
  };
}

export function healthChanged(
  seconds: number,
  region: string,
  to: Health,
  given: Partial<IncidentRecord> = {},
): Fact {
  const event = {
    kind: 'healthChanged',
    region,
    home: '*',
    from: 'unknown',
    to,
    evidence: evidence({ region, health: to }),
  } as const;
  return incident(seconds, event, given);
}

/** A decision; without more, everybody leaves eu-west for us-east. */
export function decided(seconds: number, given: Partial<Decision> = {}): Fact {
  const made = decision({
    group: 'payments-cache',
    atMs: at(seconds),
    epoch: 2,
    reason: 'regionDown',
    text: 'eu-west is down for all clients, moving to us-east',
    regions: ['eu-west', 'us-east'],
    admit: { 'eu-west': 0, 'us-east': 10_000 },
    evidence: [evidence()],
    ...given,
  });
  return incident(
    seconds,
    {
      kind: 'decided',
      decision: made,
      rejected: [],
      replay: { state: null, input: null, policy: null },
    },
    { group: made.group, term: made.term },
  );
}

export function converged(seconds: number, epoch = 2, clients = 1_000, tookMs = 800): Fact {
  return incident(seconds, {
    kind: 'converged',
    term: 1,
    epoch,
    clients,
    applied: clients,
    tookMs,
  });
}

export function refused(seconds: number, rule: 'flapBudget' | 'coolDown' = 'flapBudget'): Fact {
  return incident(seconds, {
    kind: 'refused',
    rule,
    wanted: 'regionDown',
    region: 'eu-west',
    home: '*',
    text: '6 automatic failovers in 24 hours: a human decides now',
    evidence: [evidence()],
    rejected: [],
  });
}

export function cell(region: string, raw: readonly [number, number]): PartialCell {
  return {
    home: region,
    region,
    live: 50,
    engaged: raw[0] + raw[1] > 0 ? 50 : 0,
    down: 0,
    byRule: { connectivity: 0, stall: 0, errorRatio: 0 },
    everywhere: 0,
    domains: [],
    downDomains: [],
    everywhereDomains: [],
    sampled: 50,
    failing: 0,
    failingDomains: [],
    short: [0, 0],
    long: [0, 0],
    raw,
    errors: {},
    stalledMaxMs: 0,
    latency: [],
    downClients: [],
  };
}

export const accounts: PartitionAccounts = {
  offset: 1_000,
  lagRecords: 0,
  batches: 1_000,
  rows: 4_000,
  duplicates: 0,
  rejected: 0,
  gaps: 0,
  declaredDrops: 0,
  late: 0,
  clamped: 0,
};

/** A partial; without more, both regions answer everything and all agents report. */
export function partial(seconds: number, given: Partial<PartialRecord> = {}): Fact {
  const full: PartialRecord = {
    v: 1,
    group: 'payments-cache',
    partition: 0,
    owner: 'aggregator-1',
    seq: Math.round(seconds * 1_000),
    atMs: at(seconds),
    warm: true,
    accounts: { ...accounts, offset: 1_000 + Math.round(seconds * 10) },
    homes: { 'eu-west': [50, 50], 'us-east': [50, 50] },
    cells: [cell('eu-west', [1_000, 0]), cell('us-east', [1_000, 0])],
    applied: { '1.1': 100 },
    regions: ['eu-west', 'us-east'],
    stragglers: [],
    ...given,
  };
  return { kind: 'partial', partial: full, atMs: at(seconds) };
}

/** Every region answers this share of calls with a failure. */
export function failing(seconds: number, ratio: number, given: Partial<PartialRecord> = {}): Fact {
  const failed = Math.round(1_000 * ratio);
  const cells = [cell('us-east', [1_000 - failed, failed])];
  return partial(seconds, { cells, ...given });
}

export function beat(seconds: number, given: Partial<Heartbeat> = {}): Fact {
  const heartbeat: Heartbeat = {
    v: 1,
    partition: 0,
    owner: 'aggregator-1',
    atMs: at(seconds),
    intervalMs: 1_000,
    epochs: { 'payments-cache': [1, 1] },
    tilt: {},
    ...given,
  };
  return { kind: 'beat', heartbeat, atMs: at(seconds) };
}

export function order(given: Partial<Override> = {}): Override {
  return {
    v: 1,
    group: 'payments-cache',
    atMs: at(0),
    author: 'mira',
    reason: 'maintenance of eu-west',
    expiresMs: at(3_600),
    hold: { kind: 'avoid', region: 'eu-west' },
    automation: 'enforce',
    overrideRules: [],
    ...given,
  };
}

export function override(seconds: number, given: Override | null, group = 'payments-cache'): Fact {
  return { kind: 'override', group, override: given, atMs: at(seconds) };
}

export function receiver(
  seconds: number,
  given: { readonly failingSince?: number; readonly deadLettered?: number } = {},
): Fact {
  return {
    kind: 'receiver',
    receiver: 'pagerduty',
    failingSinceMs: given.failingSince === undefined ? null : at(given.failingSince),
    deadLettered: given.deadLettered ?? 0,
    lastError: 'HTTP 500',
    atMs: at(seconds),
  };
}
