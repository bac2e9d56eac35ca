// Carrying out what operators ordered, and noticing regions that joined. Neither waits for
// automation's leave: manual goes before automatic. One thing even an operator cannot order:
// leaving clients with no region at all.

import type { Hold } from '@regionpilot/protocol';
import { type Gates, openGate, rowsOf, withGate } from './gates.ts';
import { evidenceOf, healthAt, type Proposal, type Situation } from './proposal.ts';
import type { GroupState } from './state.ts';

export function proposeHold(situation: Situation): Proposal | null {
  const { state, orders } = situation;
  if (sameHold(state.held, orders.hold)) return null;
  if (orders.hold === null) return holdEnded(situation);
  const { hold, by } = orders;
  const refusal = holdRefusal(situation, hold);
  // The new order replaced the old one, even if it cannot be carried out itself.
  if (refusal !== null && state.held !== null) return holdEnded(situation);
  const verb = hold.kind === 'use' ? 'use' : 'avoid';
  return {
    ...manual(situation, hold.region),
    reason: 'operatorHold',
    text: `${by?.author ?? 'an operator'} holds: ${verb} ${hold.region} (${by?.reason ?? ''})`,
    refusal,
  };
}

export function proposeRegions(situation: Situation): Proposal | null {
  const { state, regions } = situation;
  const known = state.decision?.regions ?? [];
  if (known.join() === regions.join()) return null;
  return {
    ...manual(situation, regions[0] ?? ''),
    reason: 'regionsChanged',
    text: `The group's regions are now ${regions.join(', ')}`,
    evidence: [],
  };
}

function holdEnded(situation: Situation): Proposal | null {
  const { state } = situation;
  const { held } = state;
  if (held === null) return null;
  return {
    ...manual(situation, held.region),
    reason: 'operatorHoldEnded',
    gates: gatesAfter(state, held),
    text: `The hold "${held.kind} ${held.region}" ended`,
  };
}

/** A region that clients used under a hold and that is healthy needs no ramp any more. */
function gatesAfter(state: GroupState, held: Hold): Gates {
  const proven = held.kind === 'use' && healthAt(state, '*', held.region) === 'healthy';
  return proven ? withGate(state.gates, '*', held.region, openGate) : state.gates;
}

/** The hold that can be carried out: an impossible one is refused and binds nobody. */
export function holdInForce(situation: Situation): Hold | null {
  const { hold } = situation.orders;
  return hold !== null && holdRefusal(situation, hold) === null ? hold : null;
}

function holdRefusal({ state, regions, policy }: Situation, hold: Hold): Proposal['refusal'] {
  if (!regions.includes(hold.region)) {
    const text = `${hold.region} is not a region of ${state.group} (${regions.join(', ')})`;
    return { rule: 'operatorHold', text };
  }
  if (rowsOf(state.gates, regions, hold, policy.ramp) === null) {
    const text = `without ${hold.region} no region would admit everybody`;
    return { rule: 'neverTheLastRegion', text };
  }
  return null;
}

function sameHold(a: Hold | null, b: Hold | null): boolean {
  return a?.kind === b?.kind && a?.region === b?.region;
}

function manual(situation: Situation, region: string): Proposal {
  const { state } = situation;
  return {
    reason: 'operatorHold',
    region,
    home: '*',
    gates: state.gates,
    noSafeTarget: state.decision?.noSafeTarget ?? false,
    text: '',
    evidence: [evidenceOf(situation, '*', region)],
    rejected: [],
    automatic: false,
    move: null,
    urgent: true,
    unanimous: true,
    refusal: null,
  };
}
