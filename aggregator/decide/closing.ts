// Leaving a region that is down. All regions that must be left in this moment go into one proposal,
// so that a fleet moves once. A region is left only for somewhere: an open region that is not down,
// or, where there is none, a closed one that has healed early. Where there is nothing, the clients
// stay, because a half-dead region beats none, and a human is told.

import { justReceived, moveUnderWay } from './cool-down.ts';
import { gateAt, shareAt } from './gates.ts';
import { type Leaving, type Plan, planFor } from './plan.ts';
import {
  evidenceOf,
  evidenceText,
  judgementOf,
  type Proposal,
  type Situation,
} from './proposal.ts';
import { receiversOf } from './receivers.ts';
import type { Move } from './state.ts';

export function proposeClosing(situation: Situation): Proposal | null {
  const leaving = regionsToLeave(situation);
  if (leaving.length === 0) return null;
  const plan = planFor(situation, leaving);
  const left = leaving.filter(
    ({ home, region }) => gateAt(plan.gates, home, region).kind === 'closed',
  );
  const [first] = left;
  if (first !== undefined) return failover(situation, left, first, plan);
  const stuck = leaving.find(({ home }) => home === plan.stranded) ?? leaving[0];
  return stuck === undefined ? null : noSafeTarget(situation, stuck, plan);
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

function failover(
  situation: Situation,
  leaving: readonly Leaving[],
  first: Leaving,
  plan: Plan,
): Proposal {
  const { state } = situation;
  const receivers = receiversOf(situation, plan.gates);
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
    noSafeTarget: plan.stranded !== null,
    text: `${names} is down for ${who}, ${receivers.length > 0 ? `moving to ${receivers.join(', ')}` : 'nobody has to move'}${why}`,
    evidence,
    rejected: plan.rejected,
    automatic: true,
    move: moveOf(situation, leaving, receivers),
    urgent:
      ramping ||
      leaving.some(({ region }) => justReceived(state, region)) ||
      isRest(situation, leaving),
    unanimous: leaving.every(({ home, region }) => judgementOf(situation, home, region).unanimous),
    refusal: headroomRefusal(situation, receivers),
  };
}

function moveOf(
  situation: Situation,
  leaving: readonly Leaving[],
  receivers: readonly string[],
): Move | null {
  const { state, policy } = situation;
  const [first] = leaving;
  if (first === undefined || receivers.length === 0) return null;
  const before = isRest(situation, leaving) ? moveUnderWay(state, first.region, policy) : null;
  const atMs = before?.atMs ?? state.nowMs;
  const all = new Set([...(before?.receivers ?? []), ...receivers]);
  return { atMs, region: first.region, receivers: [...all].sort() };
}

/** One region, seen dead by one home after the other: its clients leave in one move of several parts. */
function isRest({ state, policy }: Situation, leaving: readonly Leaving[]): boolean {
  return leaving.every(({ region }) => moveUnderWay(state, region, policy) !== null);
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
          text: `leaving ${first.region} would strand ${plan.stranded === '*' ? 'everybody' : `home ${plan.stranded}`}`,
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
