// One group as it is now, in the words of the contract: the decision in force, what the fleet's votes
// say beside it, and why nothing might be decided at the moment.

import { judge, type Policy, type View } from '@regionpilot/aggregator';
import { type Decision, formatDuration, type Health, type Override } from '@regionpilot/protocol';
import type { GroupState, OrderInForce, RegionState } from '../contract/groups.ts';
import { beatAgeMs, isStale, type SeenHeartbeat } from './beats.ts';
import type { GroupLevels } from './levels.ts';
import { automationOf, ordersInForce } from './orders-in-force.ts';

export type HealthSince = { readonly health: Health; readonly sinceMs: number };

export type GroupFacts = {
  readonly decision: Decision;
  readonly levels: GroupLevels;
  readonly beat: SeenHeartbeat | null;
  readonly overrides: ReadonlyMap<string, Override>;
  /** The last change of each region, as everybody sees it. */
  readonly health: ReadonlyMap<string, HealthSince>;
  readonly policy: Policy;
  /** Id of the incident that is open; null: none. */
  readonly incident: string | null;
};

const stragglersShown = 8;

export function groupState(facts: GroupFacts, nowMs: number): GroupState {
  const { decision, levels, beat, overrides, policy } = facts;
  const { group, term, epoch, owner, atMs, reason, text, noSafeTarget } = decision;
  const view = levels.view(nowMs);
  const homes = levels.homes(nowMs);
  const orders = ordersInForce(group, overrides, nowMs);
  const newestMs = levels.newestMs();
  const applied = view.applied[`${term}.${epoch}`] ?? 0;
  const stragglers = levels.present(nowMs).flatMap((partial) => partial.stragglers);
  return {
    group,
    term,
    epoch,
    owner,
    decidedMs: atMs,
    reason,
    text,
    noSafeTarget,
    incident: facts.incident,
    regions: decision.regions.map((region) => regionState(facts, view, region, nowMs)),
    homes,
    clients: { reporting: view.reporting, known: sum(Object.values(homes).map(([, k]) => k)) },
    convergence: { applied, share: view.reporting === 0 ? null : applied / view.reporting },
    stragglers: [...new Set(stragglers)].sort().slice(0, stragglersShown),
    suspended: suspendedBy(group, beat, policy, orders, nowMs),
    orders,
    automation: automationOf(policy.automation, orders),
    dataAgeMs: newestMs === null ? null : Math.max(0, nowMs - newestMs),
    heartbeatAgeMs: beat === null ? null : beatAgeMs(beat, nowMs),
    asOfMs: nowMs,
  };
}

function regionState(
  { decision, levels, health, policy }: GroupFacts,
  view: View,
  region: string,
  nowMs: number,
): RegionState {
  const admit = decision.admit[region] ?? 0;
  const own = Object.entries(decision.homes)
    .map(([home, row]) => [home, row[region] ?? 0] as const)
    .filter(([, share]) => share !== admit);
  const cell = view.cells.find((each) => each.home === '*' && each.region === region) ?? noCell;
  const gauge = levels.gauge(region);
  const points = gauge?.points ?? [];
  const { evidence } = judge(view, '*', region, policy);
  return {
    region,
    ...healthNow(decision, region, health),
    admit,
    homes: Object.fromEntries(own),
    connected: cell.live,
    down: evidence.voters,
    quorum: evidence.quorum,
    ...levels.rates(region, policy.longWindowMs, nowMs),
    errors: cell.errors,
    ...(gauge?.quantiles(nowMs) ?? { p50Ms: null, p99Ms: null }),
    stalledMs: cell.stalledMaxMs,
    history: {
      atMs: points.map(({ atMs }) => atMs),
      opsPerSecond: points.map(({ opsPerSecond }) => opsPerSecond),
      errorRatio: points.map(({ errorRatio }) => errorRatio),
    },
  };
}

const noCell: Pick<View['cells'][number], 'live' | 'errors' | 'stalledMaxMs'> = {
  live: 0,
  errors: {},
  stalledMaxMs: 0,
};

/** A decision says how healthy a region was then; what changed since is in the timeline. */
export function healthNow(
  { atMs, health }: Pick<Decision, 'atMs' | 'health'>,
  region: string,
  changes: ReadonlyMap<string, HealthSince>,
): { readonly health: Health; readonly sinceMs: number | null } {
  const last = changes.get(region);
  if (last !== undefined && last.sinceMs >= atMs) return last;
  const decided = health[region] ?? 'unknown';
  return { health: decided, sinceMs: last?.health === decided ? last.sinceMs : null };
}

function suspendedBy(
  group: string,
  beat: SeenHeartbeat | null,
  policy: Policy,
  orders: readonly OrderInForce[],
  nowMs: number,
): readonly string[] {
  const tilt = beat?.heartbeat.tilt[group];
  const modes = orders.flatMap(({ automation, author }) =>
    automation === 'enforce' ? [] : [`automation is ${modeText(automation)} by order of ${author}`],
  );
  return [
    ...(beat === null ? ['nobody answers for this group'] : []),
    ...(beat !== null && isStale(beat, nowMs)
      ? [`its decider ${beat.heartbeat.owner} is silent for ${silence(beat, nowMs)}`]
      : []),
    ...(tilt === undefined ? [] : [`watching without acting: ${tilt}`]),
    ...(policy.automation === 'enforce'
      ? []
      : [`automation is ${modeText(policy.automation)} by its policy`]),
    ...modes,
  ];
}

function modeText(mode: 'shadow' | 'off' | 'enforce'): string {
  return mode === 'shadow' ? 'in shadow (decides, does not act)' : mode;
}

function silence(beat: SeenHeartbeat, nowMs: number): string {
  return formatDuration(Math.floor(beatAgeMs(beat, nowMs) / 1_000) * 1_000);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
