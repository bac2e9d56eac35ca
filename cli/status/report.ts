// One look at a deployment: facts read off the log in, a report with a stated shape out. `--json`
// prints exactly this; the table is a rendering of it.

import { judge, type Policy, type View, viewOf } from '@regionpilot/aggregator';
import { beatAgeMs, isStale, ordersInForce, type SeenHeartbeat } from '@regionpilot/api/model';
import type { Decision, Health, IncidentRecord, Override, Partial } from '@regionpilot/protocol';
import { policyInForce } from '../judgement.ts';

export type StatusFacts = {
  readonly bus: 'kafka' | 'embedded';
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly heartbeats: readonly SeenHeartbeat[];
  readonly overrides: ReadonlyMap<string, Override>;
  /** Of the last seconds. */
  readonly partials: readonly Partial[];
  /** `healthChanged` records of late, oldest first. */
  readonly changes: readonly IncidentRecord[];
  /** Records of `events` behind the end, by what the aggregators last saved; null: unknown. */
  readonly lagRecords: number | null;
  readonly alerts: AlertsStatus | null;
};

/** What people were woken for, or should have been; null where nothing is known of alerting. */
export type AlertsStatus = {
  readonly pages: number;
  readonly tickets: number;
  /** Receivers that take nothing, or whose notices were given up. */
  readonly troubledReceivers: readonly string[];
};

export type StatusReport = {
  readonly v: 1;
  readonly atMs: number;
  readonly bus: 'kafka' | 'embedded';
  readonly aggregators: readonly {
    readonly partition: number;
    readonly owner: string;
    readonly ageMs: number;
    readonly stale: boolean;
  }[];
  readonly lag: { readonly events: number | null };
  readonly alerts: AlertsStatus | null;
  readonly groups: readonly GroupStatus[];
};

export type GroupStatus = {
  readonly group: string;
  readonly term: number;
  readonly epoch: number;
  readonly owner: string;
  readonly decidedMs: number;
  readonly reason: string;
  readonly text: string;
  readonly noSafeTarget: boolean;
  readonly regions: readonly RegionStatus[];
  readonly heartbeat: {
    readonly owner: string;
    readonly ageMs: number;
    readonly stale: boolean;
  } | null;
  readonly tilt: string | null;
  readonly clients: { readonly reporting: number; readonly known: number };
  /** Clients that follow the current decision; `share` is null while nobody reports. */
  readonly convergence: { readonly applied: number; readonly share: number | null };
  readonly stragglers: readonly string[];
  readonly orders: readonly OrderStatus[];
};

export type RegionStatus = {
  readonly region: string;
  /** As last changed by the aggregator. */
  readonly health: Health;
  /** What the clients' votes say this moment, before any memory; null while nobody reports. */
  readonly now: 'down' | 'suspect' | 'ok' | 'thin' | null;
  /** 0..10,000. */
  readonly admit: number;
  /** Homes that see this region differently → share. */
  readonly homes: Readonly<Record<string, number>>;
  /** Clients with a connection. */
  readonly connected: number;
};

export type OrderStatus = {
  readonly scope: 'group' | 'all';
  readonly hold: Override['hold'];
  readonly automation: Override['automation'];
  readonly overrideRules: readonly string[];
  readonly author: string;
  readonly reason: string;
  readonly expiresMs: number;
  readonly leftMs: number;
};

export function statusReport(facts: StatusFacts, policy: Policy, nowMs: number): StatusReport {
  return {
    v: 1,
    atMs: nowMs,
    bus: facts.bus,
    aggregators: facts.heartbeats.map((seen) => ({
      partition: seen.heartbeat.partition,
      owner: seen.heartbeat.owner,
      ageMs: beatAgeMs(seen, nowMs),
      stale: isStale(seen, nowMs),
    })),
    lag: { events: facts.lagRecords },
    alerts: facts.alerts,
    groups: [...facts.decisions.values()]
      .sort((a, b) => (a.group < b.group ? -1 : 1))
      .map((decision) =>
        groupStatus(decision, facts, policyInForce(facts.changes, decision.group, policy), nowMs),
      ),
  };
}

function groupStatus(
  decision: Decision,
  facts: StatusFacts,
  policy: Policy,
  nowMs: number,
): GroupStatus {
  const { group, term, epoch, owner, atMs, reason, text, noSafeTarget } = decision;
  const partials = facts.partials.filter((partial) => partial.group === group);
  const view = viewOf(partials, 0);
  const applied = view.applied[`${term}.${epoch}`] ?? 0;
  const seen = facts.heartbeats.find(({ heartbeat }) => Object.hasOwn(heartbeat.epochs, group));
  return {
    group,
    term,
    epoch,
    owner,
    decidedMs: atMs,
    reason,
    text,
    noSafeTarget,
    regions: decision.regions.map((region) => regionStatus(decision, region, view, facts, policy)),
    heartbeat:
      seen === undefined
        ? null
        : {
            owner: seen.heartbeat.owner,
            ageMs: beatAgeMs(seen, nowMs),
            stale: isStale(seen, nowMs),
          },
    tilt: seen?.heartbeat.tilt[group] ?? null,
    clients: { reporting: view.reporting, known: view.known },
    convergence: { applied, share: view.reporting === 0 ? null : applied / view.reporting },
    stragglers: [...new Set(partials.flatMap((partial) => partial.stragglers))].slice(0, 8),
    orders: ordersFor(group, facts.overrides, nowMs),
  };
}

function regionStatus(
  decision: Decision,
  region: string,
  view: View,
  { changes }: StatusFacts,
  policy: Policy,
): RegionStatus {
  const admit = decision.admit[region] ?? 0;
  const exceptions = Object.entries(decision.homes)
    .map(([home, row]) => [home, row[region] ?? 0] as const)
    .filter(([, share]) => share !== admit);
  const cell = view.cells.find((each) => each.home === '*' && each.region === region);
  return {
    region,
    health: healthSince(decision, region, changes) ?? decision.health[region] ?? 'unknown',
    now: view.reporting === 0 ? null : judge(view, '*', region, policy).verdict,
    admit,
    homes: Object.fromEntries(exceptions),
    connected: cell?.live ?? 0,
  };
}

/** A decision says how healthy a region was then; what changed since is in the timeline. */
function healthSince(
  { group, atMs }: Decision,
  region: string,
  changes: readonly IncidentRecord[],
): Health | null {
  const last = changes.findLast(
    ({ group: of, atMs: whenMs, event }) =>
      of === group &&
      whenMs >= atMs &&
      event.kind === 'healthChanged' &&
      event.home === '*' &&
      event.region === region,
  );
  return last?.event.kind === 'healthChanged' ? last.event.to : null;
}

function ordersFor(
  group: string,
  overrides: StatusFacts['overrides'],
  nowMs: number,
): readonly OrderStatus[] {
  return ordersInForce(group, overrides, nowMs).map(({ atMs: _atMs, ...order }) => ({
    ...order,
    leftMs: order.expiresMs - nowMs,
  }));
}
