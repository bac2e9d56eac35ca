// The rules that stand between a wish and the decision log, in order of precedence. Each is one
// line a human can be shown; the first that forbids is the answer. An operator may let automation
// pass a rule by naming it, and only `neverTheLastRegion` cannot be passed.

import type { SafetyRule } from '@regionpilot/protocol';
import { coolDownLeftMs, flapBudgetSpent } from './cool-down.ts';
import { holdInForce } from './holding.ts';
import type { Proposal, Situation } from './proposal.ts';
import { tiltOf } from './tilt.ts';

export type Refusal = { readonly rule: SafetyRule; readonly text: string };

export function refusalOf(proposal: Proposal, situation: Situation): Refusal | null {
  const found = firstRefusal(proposal, situation);
  const passed = found !== null && situation.orders.overrideRules.includes(found.rule);
  return passed && found.rule !== 'neverTheLastRegion' ? null : found;
}

function firstRefusal(proposal: Proposal, situation: Situation): Refusal | null {
  const { state, orders, policy } = situation;
  if (state.ownership.kind !== 'owning') {
    return { rule: 'notOwner', text: `this instance is ${state.ownership.kind}` };
  }
  if (proposal.refusal !== null) return proposal.refusal;
  if (!proposal.automatic) return null;
  if (orders.automation === 'off') {
    return { rule: 'killSwitch', text: 'automation is switched off' };
  }
  const hold = holdInForce(situation);
  if (hold?.kind === 'use' && proposal.reason !== 'safeTargetFound') {
    return { rule: 'operatorHold', text: `an operator holds everybody on ${hold.region}` };
  }
  const tilt = tiltRefusal(proposal, situation);
  if (tilt !== null) return tilt;
  return proposal.move === null || proposal.reason === 'rampAborted'
    ? null
    : moveRefusal(proposal, situation, policy);
}

/** With most of the fleet silent, the few that speak may still send us away if all say the same. */
function tiltRefusal(proposal: Proposal, { state }: Situation): Refusal | null {
  const causes = tiltOf(state);
  const [first] = causes;
  if (first === undefined) return null;
  const onlyBlind = causes.length === 1 && first === 'coverage';
  if (onlyBlind && proposal.unanimous && proposal.move !== null) return null;
  return { rule: 'tilt', text: `${first}: ${state.tilt[first]?.text ?? ''}` };
}

function moveRefusal(
  proposal: Proposal,
  { state }: Situation,
  policy: Situation['policy'],
): Refusal | null {
  // The rest of a move that was allowed.
  if (state.moves.some(({ atMs }) => atMs === proposal.move?.atMs)) return null;
  if (flapBudgetSpent(state, policy)) {
    const text = `${policy.flapBudgetPerDay} automatic failovers in 24 hours: a human decides now`;
    return { rule: 'flapBudget', text };
  }
  const leftMs = coolDownLeftMs(state, policy);
  if (leftMs > 0 && !proposal.urgent) {
    return { rule: 'coolDown', text: `the last move was too recent, ${leftMs} ms to go` };
  }
  return null;
}
