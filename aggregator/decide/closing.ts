// Leaving a region that is down. All regions that must be left in this moment go into one proposal,
// so that a fleet moves once. A region is left only for somewhere: an open region that is not down,
// or, where there is none, a closed one that has healed early. Where there is nothing, the clients
// stay, because a half-dead region beats none, and a human is told.

import { preferenceOrder, type RejectedAlternative } from '@regionpilot/protocol';
import { justReceived } from './cool-down.ts';
import { type Gates, gateAt, openGate, shareAt, withGate } from './gates.ts';
import { holdInForce } from './holding.ts';
import {
  evidenceOf,
  evidenceText,
  healthAt,
  judgementOf,
  type Proposal,
  type Situation,
} from './proposal.ts';

type Leaving = { readonly home: string; readonly region: string };

export function proposeClosing(situation: Situation): Proposal | null {
  const leaving = regionsToLeave(situation);
  const first = leaving[0];
  if (first === undefined) return null;
  const plan = planFor(situation, leaving);
  return plan.stranded === null
    ? failover(situation, leaving, first, plan)
    : noSafeTarget(situation, first, plan);
}

/** Rows and regions that still admit clients and are down, everybody's row first. */
function regionsToLeave({ state, view, regions, policy }: Situation): readonly Leaving[] {
  const forAll = regions
    .filter((region) => state.health['*']?.[region]?.kind === 'down')
    .filter((region) => shareAt(state.gates, '*', region, policy.ramp) > 0);
  const forHomes = view.homes.flatMap((home) =>
    regions
      .filter((region) => state.health[home]?.[region]?.kind === 'down' && !forAll.includes(region))
      .filter((region) => shareAt(state.gates, home, region, policy.ramp) > 0)
      .map((region) => ({ home, region })),
  );
  return [...forAll.map((region) => ({ home: '*', region })), ...forHomes];
}

type Plan = {
  readonly gates: Gates;
  readonly receivers: readonly string[];
  readonly rejected: readonly RejectedAlternative[];
  /** A home that would be left with nowhere to go. */
  readonly stranded: string | null;
};

function planFor(situation: Situation, leaving: readonly Leaving[]): Plan {
  const { state, view } = situation;
  const closed = { kind: 'closed', sinceMs: state.nowMs } as const;
  let gates = state.gates;
  for (const { home, region } of leaving) gates = withGate(gates, home, region, closed);
  const rows = ['*', ...view.homes];
  const receivers = new Set<string>();
  const rejected = new Map<string, RejectedAlternative>();
  let stranded: string | null = null;
  for (const home of rows) {
    const found = targetFor(situation, gates, home);
    gates = found.gates;
    for (const each of found.rejected) rejected.set(each.region, each);
    if (found.target === null) stranded ??= home;
    else if (leaving.some((left) => left.home === '*' || left.home === home))
      receivers.add(found.target);
  }
  return { gates, receivers: [...receivers], rejected: [...rejected.values()], stranded };
}

type Target = {
  readonly target: string | null;
  readonly gates: Gates;
  readonly rejected: readonly RejectedAlternative[];
};

function targetFor(situation: Situation, gates: Gates, home: string): Target {
  const { state, regions, policy } = situation;
  const order = preferenceOrder(regions, home);
  const hold = holdInForce(situation);
  const avoided = (region: string): boolean => hold?.kind === 'avoid' && hold.region === region;
  const usable = (region: string): boolean =>
    healthAt(state, home, region) !== 'down' && !avoided(region);
  const isOpen = (region: string): boolean =>
    shareAt(gates, home, region, policy.ramp) === 10_000 && usable(region);
  const open = order.find(isOpen);
  const healed = order.find(
    (region) =>
      healthAt(state, home, region) === 'healthy' &&
      !avoided(region) &&
      wasClosedBefore(situation, home, region),
  );
  const target = open ?? healed ?? null;
  const rejected = order
    .filter((region) => region !== target)
    .map((region) => ({ region, why: whyNot(situation, gates, home, region, target) }));
  const reopened = open === undefined && healed !== undefined ? reopen(gates, home, healed) : gates;
  return { target, gates: reopened, rejected };
}

function wasClosedBefore({ state }: Situation, home: string, region: string): boolean {
  return (
    gateAt(state.gates, '*', region).kind !== 'open' ||
    gateAt(state.gates, home, region).kind !== 'open'
  );
}

function reopen(gates: Gates, home: string, region: string): Gates {
  return withGate(withGate(gates, '*', region, openGate), home, region, openGate);
}

function whyNot(
  { state, policy }: Situation,
  gates: Gates,
  home: string,
  region: string,
  target: string | null,
): string {
  const health = healthAt(state, home, region);
  if (health === 'down') return 'it is down';
  const share = shareAt(gates, home, region, policy.ramp);
  if (share < 10_000) return `it admits ${share / 100} % after an earlier failure and is ${health}`;
  return target === null ? `it is ${health}` : `it is ${health}; ${target} is preferred`;
}

function failover(
  situation: Situation,
  leaving: readonly Leaving[],
  first: Leaving,
  plan: Plan,
): Proposal {
  const { state } = situation;
  const evidence = leaving.map(({ home, region }) => evidenceOf(situation, home, region));
  const ramping = gateAt(state.gates, first.home, first.region).kind === 'ramping';
  const names = [...new Set(leaving.map(({ region }) => region))].join(', ');
  const who = first.home === '*' ? 'all clients' : `clients of home ${first.home}`;
  const why = evidence[0] === undefined ? '' : `: ${evidenceText(evidence[0])}`;
  return {
    reason: ramping ? 'rampAborted' : first.home === '*' ? 'regionDown' : 'regionDownFromHome',
    region: first.region,
    home: first.home,
    gates: plan.gates,
    noSafeTarget: false,
    text: `${names} is down for ${who}, moving to ${plan.receivers.join(', ') || 'where they are'}${why}`,
    evidence,
    rejected: plan.rejected,
    automatic: true,
    move: { atMs: state.nowMs, region: first.region, receivers: plan.receivers },
    urgent: ramping || leaving.every(({ region }) => justReceived(state, region)),
    unanimous: leaving.every(({ home, region }) => judgementOf(situation, home, region).unanimous),
    refusal: headroomRefusal(situation, plan.receivers),
  };
}

function noSafeTarget(situation: Situation, first: Leaving, plan: Plan): Proposal {
  const { state } = situation;
  const already = state.decision?.noSafeTarget === true;
  return {
    reason: 'noSafeTarget',
    region: first.region,
    home: first.home,
    gates: state.gates,
    noSafeTarget: true,
    text: `${first.region} is down and no region is safe: clients stay where they are`,
    evidence: situation.regions.map((region) => evidenceOf(situation, first.home, region)),
    rejected: plan.rejected,
    automatic: true,
    move: null,
    urgent: true,
    unanimous: judgementOf(situation, first.home, first.region).unanimous,
    refusal: already
      ? {
          rule: 'neverTheLastRegion',
          text: `leaving ${first.region} would strand ${plan.stranded}`,
        }
      : null,
  };
}

function headroomRefusal(
  { regions, view, policy }: Situation,
  receivers: readonly string[],
): Proposal['refusal'] {
  const clients = Object.values(view.clientsByHome).reduce((sum, each) => sum + each, 0);
  for (const region of receivers.filter((each) => regions.includes(each))) {
    const capacity = policy.regionCapacity[region];
    if (capacity !== undefined && clients > capacity) {
      const text = `${region} can carry ${capacity} clients, ${clients} would come`;
      return { rule: 'targetWithoutHeadroom', text };
    }
  }
  return null;
}
