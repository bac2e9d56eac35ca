// A made-up fleet that lives through one outage, as the API would tell it: the state of everything
// `t` ms after the first failing command. A pure function of time, so any moment can be looked at.

import type {
  AlertView,
  GroupState,
  IncidentSummary,
  PipelineState,
  RegionState,
  SilenceView,
  TimelineEntry,
} from '@regionpilot/api/contract';
import type { Decision, Health, RegionEvidence } from '@regionpilot/protocol';

const groupNames = ['payments-cache', 'sessions-cache', 'catalog-cache'] as const;
export type GroupName = (typeof groupNames)[number];

const regionsOf: Readonly<Record<GroupName, readonly string[]>> = {
  'payments-cache': ['eu-west', 'eu-central', 'us-east'],
  'sessions-cache': ['eu-west', 'us-east'],
  'catalog-cache': ['eu-west', 'eu-central', 'us-east', 'ap-southeast'],
};
export const clientsOf: Readonly<Record<GroupName, number>> = {
  'payments-cache': 10_000,
  'sessions-cache': 1_200,
  'catalog-cache': 340,
};
const opsOf: Readonly<Record<GroupName, number>> = {
  'payments-cache': 48_200,
  'sessions-cache': 9_400,
  'catalog-cache': 2_150,
};
/** When each group's clients were told to leave, ms after the first failure; catalog stays (refused). */
const movedAt: Readonly<Record<GroupName, number>> = {
  'payments-cache': 430,
  'sessions-cache': 610,
  'catalog-cache': Number.POSITIVE_INFINITY,
};
const healsAt = 120_000;
const broken = 'eu-west';

const wave = (n: number): number => Math.sin(n * 12.9898) * 0.5 + Math.sin(n * 4.1414) * 0.5;
const isDown = (t: number): boolean => t >= 420 && t < healsAt;

function healthAt(region: string, t: number): Health {
  if (region !== broken || t < 180) return 'healthy';
  if (t < 420) return 'suspect';
  return t < healsAt ? 'down' : 'healthy';
}

function errorRatioAt(group: GroupName, region: string, t: number): number | null {
  if (region !== broken) return Math.max(0, 0.0004 + wave(Math.floor(t / 1000)) * 0.0004);
  if (t < 0) return 0.0003;
  if (t < healsAt) return t > movedAt[group] + 4_000 ? null : Math.min(0.98, 0.2 + t / 900);
  return t > healsAt + 4_000 ? null : 0.02;
}

function admitAt(group: GroupName, region: string, t: number): number {
  return region === broken && t >= movedAt[group] && t < healsAt + 60_000 ? 0 : 10_000;
}

function opsAt(group: GroupName, region: string, t: number): number {
  const regions = regionsOf[group];
  const share = region === regions[0] ? 0.5 : 0.5 / (regions.length - 1);
  const moved = admitAt(group, broken, t - 700) === 0;
  const jitter = 1 + wave(Math.floor(t / 1000) + region.length) * 0.04;
  if (!moved) return opsOf[group] * share * jitter;
  if (region === broken) return 0;
  return (
    opsOf[group] * (region === regions[1] ? 0.75 - (regions.length > 3 ? 0.1 : 0) : 0.25) * jitter
  );
}

function regionAt(group: GroupName, region: string, t: number, epochMs: number): RegionState {
  const health = healthAt(region, t);
  const down = region === broken && isDown(t);
  const seconds = Array.from(
    { length: 60 },
    (_, i) => Math.floor(t / 1000) * 1000 - (59 - i) * 1000,
  );
  const clients = clientsOf[group];
  return {
    region,
    health,
    sinceMs:
      region === broken && t >= 180
        ? epochMs + (t < 420 ? 180 : t < healsAt ? 420 : healsAt)
        : epochMs - 86_400_000,
    admit: admitAt(group, region, t),
    homes: {},
    connected: down ? Math.round(clients * 0.03) : clients,
    down: down ? Math.round(clients * 0.94) : 0,
    quorum: Math.ceil(clients * 0.25),
    opsPerSecond: Math.round(opsAt(group, region, t)),
    errorRatio: errorRatioAt(group, region, t),
    errors: down ? { timeout: 1_840, refused: 960, reset: 212 } : {},
    p50Ms: down && t > 5_000 ? null : 0.6 + region.length / 30,
    p99Ms: down
      ? t > 5_000
        ? null
        : 812
      : 2.1 + region.length / 4 + wave(Math.floor(t / 1000)) * 0.4,
    stalledMs: down && t < 6_000 ? Math.min(t, 1_000) : 0,
    history: {
      atMs: seconds.map((s) => epochMs + s),
      opsPerSecond: seconds.map((s) => Math.round(opsAt(group, region, s))),
      errorRatio: seconds.map((s) => errorRatioAt(group, region, s)),
    },
  };
}

/** Clients that follow the newest decision. */
function appliedAt(group: GroupName, t: number): number {
  const clients = clientsOf[group];
  const since = t - movedAt[group];
  if (since < 0 || !Number.isFinite(since)) return clients;
  if (since < 900) return Math.floor(clients * (since / 900) ** 0.5 * 0.998);
  return clients - Math.max(0, 7 - Math.floor(since / 12_000));
}

/** A group, `t` ms after the first failure at `epochMs`. */
export function groupAt(group: GroupName, t: number, epochMs: number): GroupState {
  const moved = t >= movedAt[group];
  const applied = appliedAt(group, t);
  const clients = clientsOf[group];
  return {
    group,
    term: 7,
    epoch: moved ? 42 : 41,
    owner: 'aggregator-1',
    decidedMs: moved ? epochMs + movedAt[group] : epochMs - 86_400_000,
    reason: moved ? 'regionDown' : 'initial',
    text: moved
      ? `${broken} is down for everybody, moving to ${regionsOf[group][1]}: ${Math.round(clients * 0.62)} of ${clients} clients in 3 domains say connectivity`
      : `First decision: ${regionsOf[group].join(', ')} admit everybody, home first`,
    noSafeTarget: false,
    incident:
      t >= 180 && t < healsAt + 30_000 && group !== 'catalog-cache' ? `${group}/${epochMs}` : null,
    regions: regionsOf[group].map((region) => regionAt(group, region, t, epochMs)),
    homes: Object.fromEntries(
      regionsOf[group].map((r) => [
        r,
        [
          Math.round(clients / regionsOf[group].length),
          Math.round(clients / regionsOf[group].length),
        ] as const,
      ]),
    ),
    clients: { reporting: clients, known: clients + 4 },
    convergence: { applied, share: applied / clients },
    stragglers: Array.from(
      { length: Math.min(8, clients - applied) },
      (_, i) => `checkout-${300 + i * 41}/7f${i}a`,
    ),
    suspended:
      group === 'catalog-cache'
        ? ['shadow: an operator lets automation decide without acting']
        : [],
    orders: group === 'catalog-cache' ? [shadowOrder(epochMs)] : [],
    automation: group === 'catalog-cache' ? 'shadow' : 'enforce',
    dataAgeMs: 140,
    heartbeatAgeMs: 420,
    asOfMs: epochMs + t,
  };
}

function shadowOrder(epochMs: number) {
  return {
    scope: 'group',
    hold: { kind: 'avoid', region: 'ap-southeast' },
    automation: 'shadow',
    overrideRules: [],
    author: 'mira.lindqvist',
    reason: 'new cluster in ap-southeast is still being warmed (CHG-2291)',
    atMs: epochMs - 1_500_000,
    expiresMs: epochMs + 5_700_000,
  } as const;
}

export function groupsAt(t: number, epochMs: number): readonly GroupState[] {
  return groupNames.map((group) => groupAt(group, t, epochMs));
}

function evidence(group: GroupName, health: Health): RegionEvidence {
  const clients = clientsOf[group];
  const down = health === 'down';
  return {
    region: broken,
    home: '*',
    health,
    rule: 'connectivity',
    liveClients: clients,
    engagedClients: Math.round(clients * 0.98),
    voters: Math.round(clients * (down ? 0.62 : 0.11)),
    votersByRule: {
      connectivity: Math.round(clients * (down ? 0.48 : 0.09)),
      stall: Math.round(clients * (down ? 0.31 : 0.02)),
      errorRatio: Math.round(clients * (down ? 0.22 : 0.01)),
    },
    setAside: 3,
    quorum: Math.ceil(clients * 0.25),
    domains: ['zone-a', 'zone-b', 'zone-c'],
    domainsWanted: 2,
    short: [1_204, down ? 9_830 : 820],
    long: [24_811, down ? 14_320 : 1_130],
    wilsonLow: down ? 0.571 : 0.038,
    errors: { timeout: 7_120, refused: 5_260, reset: 1_940 },
    stalledMaxMs: 412,
    sampleVoters: ['checkout-112/9ab1', 'checkout-87/11fe', 'ledger-4/0c3d', 'fraud-19/77aa'],
  };
}

function decision(group: GroupName, epochMs: number): Decision {
  const regions = regionsOf[group];
  return {
    v: 1,
    group,
    term: 7,
    epoch: 42,
    owner: 'aggregator-1',
    atMs: epochMs + 430,
    reason: 'regionDown',
    text: `${broken} is down for everybody, moving to ${regions[1]}: ${Math.round(clientsOf[group] * 0.62)} of ${clientsOf[group]} clients in 3 domains say connectivity`,
    regions,
    admit: Object.fromEntries(regions.map((r) => [r, r === broken ? 0 : 10_000])),
    homes: {},
    noSafeTarget: false,
    health: Object.fromEntries(regions.map((r) => [r, r === broken ? 'down' : 'healthy'])),
    evidence: [evidence(group, 'down')],
    incident: `${group}/${epochMs}`,
  };
}

type Line = Pick<TimelineEntry, 'text' | 'details' | 'event'> & {
  readonly at: number;
  readonly actor?: string;
};

function linesOf(group: GroupName, epochMs: number): readonly Line[] {
  const suspect = evidence(group, 'suspect');
  const down = evidence(group, 'down');
  const health = (at: number, from: Health, to: Health, e: RegionEvidence, text: string): Line => ({
    at,
    text,
    details: [`${e.voters} of ${e.liveClients} clients vote "down", ${e.quorum} are wanted`],
    event: { kind: 'healthChanged', region: broken, home: '*', from, to, evidence: e },
  });
  const rejected = [
    {
      region: 'us-east',
      why: 'healthy, but further away: the order of preference is eu-central first',
    },
  ];
  if (group === 'catalog-cache') {
    return [
      health(
        200,
        'healthy',
        'suspect',
        suspect,
        `${broken} is suspect: the first clients lost their connections`,
      ),
      health(
        560,
        'suspect',
        'down',
        down,
        `${broken} is down: 62 % of clients in 3 domains cannot use it`,
      ),
      {
        at: 570,
        text: `Leaving ${broken} was refused: automation runs in shadow`,
        details: ['shadow: an operator lets automation decide without acting'],
        event: {
          kind: 'refused',
          rule: 'shadow',
          wanted: 'regionDown',
          region: broken,
          home: '*',
          text: 'an operator lets automation decide without acting',
          evidence: [down],
          rejected,
        },
      },
    ];
  }
  return [
    health(
      180,
      'healthy',
      'suspect',
      suspect,
      `${broken} is suspect: the first clients lost their connections`,
    ),
    {
      at: 300,
      text: `Leaving ${broken} was refused for now: too few domains agree`,
      details: ['1 of 2 failure domains'],
      event: {
        kind: 'refused',
        rule: 'targetNotHealthy',
        wanted: 'regionDown',
        region: broken,
        home: '*',
        text: 'eu-central was judged healthy for 0 of the 1 ticks wanted',
        evidence: [suspect],
        rejected,
      },
    },
    health(
      420,
      'suspect',
      'down',
      down,
      `${broken} is down: 62 % of clients in 3 domains cannot use it`,
    ),
    {
      at: 430,
      text: `${broken} is down for everybody, moving to ${regionsOf[group][1]}`,
      details: ['decided 10 ms after the quorum was complete'],
      event: { kind: 'decided', decision: decision(group, epochMs), rejected },
    },
    {
      at: 1_390,
      text: `99.9 % of ${clientsOf[group]} clients follow 7.42`,
      details: ['960 ms after the decision'],
      event: {
        kind: 'converged',
        term: 7,
        epoch: 42,
        clients: clientsOf[group],
        applied: clientsOf[group] - 7,
        tookMs: 960,
      },
    },
    {
      at: 5_200,
      text: 'fraud-19/77aa was set aside: it fails in every region it sees',
      details: [],
      event: {
        kind: 'clientSetAside',
        client: 'fraud-19/77aa',
        region: broken,
        why: 'it fails in every region it sees',
      },
    },
    health(
      healsAt,
      'down',
      'healthy',
      { ...suspect, health: 'healthy', voters: 0 },
      `${broken} answers again`,
    ),
  ];
}

/** Entries that have happened by `t`, newest first. */
export function timelineAt(t: number, epochMs: number): readonly TimelineEntry[] {
  const entries = groupNames.flatMap((group, g) =>
    linesOf(group, epochMs).map(
      (line, i): TimelineEntry => ({
        id: `${g}-${1_000 + i}`,
        group,
        incident: group === 'catalog-cache' ? null : `${group}/${epochMs}`,
        atMs: epochMs + line.at + g * 7,
        owner: 'aggregator-1',
        term: 7,
        text: line.text,
        details: line.details,
        event: line.event,
        actor: line.actor ?? null,
      }),
    ),
  );
  const order: TimelineEntry = {
    id: '2-990',
    group: 'catalog-cache',
    incident: null,
    atMs: epochMs - 1_500_000,
    owner: 'aggregator-1',
    term: 7,
    text: 'mira.lindqvist ordered: avoid ap-southeast, automation in shadow',
    details: [],
    actor: 'mira.lindqvist',
    event: {
      kind: 'overrideChanged',
      text: '',
      override: { v: 1, group: 'catalog-cache', ...shadowOrder(epochMs) },
    },
  };
  return [...entries, order].filter((e) => e.atMs <= epochMs + t).sort((a, b) => b.atMs - a.atMs);
}

/** Incidents by `t`. */
export function incidentsAt(t: number, epochMs: number): readonly IncidentSummary[] {
  const past: IncidentSummary = {
    id: `sessions-cache/${epochMs - 7_200_000}`,
    group: 'sessions-cache',
    openedMs: epochMs - 7_200_000,
    closedMs: epochMs - 6_900_000,
    regions: ['us-east'],
    title: 'us-east was suspect for 40 s: nobody had to move',
    decisions: 0,
    refusals: 2,
    decidedAfterMs: null,
    convergedAfterMs: null,
    entries: 5,
  };
  if (t < 180) return [past];
  const open = (['payments-cache', 'sessions-cache'] as const).map(
    (group): IncidentSummary => ({
      id: `${group}/${epochMs}`,
      group,
      openedMs: epochMs,
      closedMs: t > healsAt + 30_000 ? epochMs + healsAt + 30_000 : null,
      regions: [broken],
      title: `${broken} is down for everybody, moving to ${regionsOf[group][1]}`,
      decisions: t > movedAt[group] ? 1 : 0,
      refusals: 1,
      decidedAfterMs: t > movedAt[group] ? movedAt[group] : null,
      convergedAfterMs: t > movedAt[group] + 960 ? movedAt[group] + 960 : null,
      entries: 6,
    }),
  );
  return [...open, past];
}

/** Alerts by `t`. */
export function alertsAt(t: number, epochMs: number): readonly AlertView[] {
  const base = {
    endsMs: null,
    expiresMs: null,
    annotations: { runbook: 'https://example.com/runbooks/region-down' },
    flapping: false,
    silencedBy: [],
    ackedBy: null,
  };
  const quiet: AlertView = {
    ...base,
    fingerprint: '77aa01c2de90b1f4',
    labels: { alertname: 'ClientsOnOldDecision', group: 'catalog-cache', region: 'ap-southeast' },
    severity: 'ticket',
    state: 'firing',
    startsMs: epochMs - 1_400_000,
    updatedMs: epochMs,
    summary: '4 clients of catalog-cache follow an old decision',
    description:
      'They report, yet apply an older version than the newest for more than 10 minutes.',
    value: 4,
    why: 'stragglers 4 > 0 for 600 s',
    silencedBy: ['sil-31'],
    notices: [],
  };
  if (t < 900) return [quiet];
  const state = t > healsAt ? 'resolved' : 'firing';
  const page: AlertView = {
    ...base,
    fingerprint: '1c9e0a77b2f4d310',
    labels: { alertname: 'RegionDown', group: 'payments-cache', region: broken },
    severity: 'page',
    state,
    startsMs: epochMs + 500,
    endsMs: state === 'resolved' ? epochMs + healsAt : null,
    updatedMs: epochMs + 900,
    summary: `${broken} is down for payments-cache; clients were moved`,
    description:
      'The fleet cannot use the region. Clients were moved by decision 7.42. Look at the region; no action is needed for traffic.',
    value: 0.94,
    why: 'health down since 16:40:09, for 0 s wanted',
    notices: [
      {
        receiver: 'pagerduty',
        dedupKey: 'payments-cache/RegionDown',
        action: 'trigger',
        reason: 'first',
        atMs: epochMs + 900,
        outcome: t > 1_600 ? 'delivered' : 'waiting',
        attempts: 1,
        error: null,
      },
      {
        receiver: 'slack-ops',
        dedupKey: 'payments-cache/RegionDown',
        action: 'trigger',
        reason: 'first',
        atMs: epochMs + 900,
        outcome: 'delivered',
        attempts: 3,
        error: null,
      },
      {
        receiver: 'audit-webhook',
        dedupKey: 'payments-cache/RegionDown',
        action: 'trigger',
        reason: 'first',
        atMs: epochMs + 900,
        outcome: t > 9_000 ? 'deadLettered' : 'waiting',
        attempts: 6,
        error: 'HTTP 410: the endpoint is gone',
      },
    ],
  };
  const second: AlertView = {
    ...page,
    fingerprint: '90ffab3412cd0077',
    labels: { alertname: 'RegionDown', group: 'sessions-cache', region: broken },
    summary: `${broken} is down for sessions-cache; clients were moved`,
    ackedBy: 'noah.okafor',
    notices: page.notices.slice(0, 2),
  };
  return [page, second, quiet];
}

export function silencesAt(epochMs: number): readonly SilenceView[] {
  return [
    {
      v: 1,
      kind: 'silence',
      id: 'sil-31',
      matchers: [
        { label: 'group', op: '=', value: 'catalog-cache' },
        { label: 'alertname', op: '=~', value: 'Clients.*' },
      ],
      startsMs: epochMs - 1_400_000,
      endsMs: epochMs + 5_700_000,
      author: 'mira.lindqvist',
      reason: 'warming ap-southeast (CHG-2291)',
      state: 'active',
      mutes: ['77aa01c2de90b1f4'],
    },
  ];
}

/** The machinery by `t`. */
export function pipelineAt(t: number, epochMs: number): PipelineState {
  const s = Math.floor(t / 1000);
  return {
    asOfMs: epochMs + t,
    bus: { kind: 'kafka', ok: true, text: '3 brokers, all partitions in sync' },
    deciders: [0, 1, 2].map((partition) => ({
      partition,
      owner: `aggregator-${(partition % 2) + 1}`,
      heartbeatAgeMs: 300 + partition * 90,
      stale: false,
      groups: 1,
    })),
    folders: Array.from({ length: 6 }, (_, partition) => ({
      partition,
      owner: `aggregator-${(partition % 2) + 1}`,
      warm: partition !== 5 || t > 10_000,
      lagRecords: partition === 3 ? 184 : Math.abs(Math.round(wave(s + partition) * 12)),
      delayMs: partition === 3 ? 640 : 90 + partition * 11,
      rowsPerSecond: 9_800 + Math.round(wave(s + partition) * 300),
      duplicates: partition,
      rejected: partition === 2 ? 14 : 0,
      gaps: 0,
      declaredDrops: partition === 4 ? 120 : 0,
      late: 3,
      clamped: partition === 1 ? 2 : 0,
    })),
    alerting: [{ partition: 0, owner: 'aggregator-1' }],
    receivers: [
      { receiver: 'pagerduty', delivered: 212, failed: 0, waiting: 0, lastError: null },
      {
        receiver: 'slack-ops',
        delivered: 388,
        failed: 2,
        waiting: 1,
        lastError: 'HTTP 429, retried after 12 s',
      },
      {
        receiver: 'audit-webhook',
        delivered: 40,
        failed: 6,
        waiting: 0,
        lastError: 'HTTP 410: the endpoint is gone',
      },
    ],
    followers: { live: 14, relay: 230 },
  };
}
