// Bringing clients back, slowly: a healed region must have been clean for `healthyForMs` and its
// hold-down must be over; then its gate opens step by step, each step must stay clean, and the first
// doubt takes all of it back. Returning all at once is how a recovering region is killed again.

import { coolDownLeftMs, holdDownMs } from './cool-down.ts';
import { type Gate, gateAt, openGate, shareAt, withGate } from './gates.ts';
import { type HealthState, healthyForMs } from './health.ts';
import { evidenceOf, healthAt, judgementOf, type Proposal, type Situation } from './proposal.ts';
import { firstOpen, receiversOf } from './receivers.ts';
import type { GroupState } from './state.ts';

type Closed = { readonly home: string; readonly region: string; readonly gate: Gate };

/** The most urgent thing to do with a closed or ramping gate, or null. */
export function proposeReturn(situation: Situation): Proposal | null {
  const gates = closedGates(situation.state);
  for (const closed of gates) {
    const back = isDoubtful(situation, closed) ? retreat(situation, closed) : null;
    if (back !== null) return back;
  }
  const ready = gates.find((closed) => mayAdvance(situation, closed));
  return ready === undefined ? null : advance(situation, ready);
}

/** Ends `noSafeTarget` once nobody sits in a region that is down. */
export function proposeSafeAgain(situation: Situation): Proposal | null {
  const { state, regions } = situation;
  if (state.decision?.noSafeTarget !== true) return null;
  const safe = regions.find(
    (region) =>
      gateAt(state.gates, '*', region).kind === 'open' &&
      healthAt(state, '*', region) === 'healthy',
  );
  if (safe === undefined) return null;
  return {
    ...quiet(situation, '*', safe),
    reason: 'safeTargetFound',
    noSafeTarget: false,
    text: `${safe} is healthy again: there is a safe region`,
    urgent: true,
  };
}

function closedGates(state: GroupState): readonly Closed[] {
  return Object.entries(state.gates).flatMap(([home, row]) =>
    Object.entries(row).map(([region, gate]) => ({ home, region, gate })),
  );
}

function isDoubtful({ state }: Situation, { home, region, gate }: Closed): boolean {
  return gate.kind === 'ramping' && healthAt(state, home, region) === 'suspect';
}

function mayAdvance(situation: Situation, { home, region, gate }: Closed): boolean {
  const { state, policy } = situation;
  const cleanMs = cleanForMs(state, home, region);
  switch (gate.kind) {
    case 'open':
      return false;
    case 'closed':
      return (
        cleanMs >= policy.healthyForMs &&
        state.nowMs - gate.sinceMs >= holdDownMs(state, region, policy) &&
        coolDownLeftMs(state, policy) === 0
      );
    case 'ramping':
      return Math.min(cleanMs, state.nowMs - gate.stepSinceMs) >= policy.rampStepMs;
  }
}

function cleanForMs(state: GroupState, home: string, region: string): number {
  const own: HealthState | undefined = state.health[home]?.[region];
  const known = own !== undefined && own.kind !== 'unknown' ? own : state.health['*']?.[region];
  return known === undefined ? 0 : healthyForMs(known, state.nowMs);
}

function advance(situation: Situation, { home, region, gate }: Closed): Proposal {
  const { state, policy } = situation;
  const step = gate.kind === 'ramping' ? gate.step + 1 : 0;
  const last = step >= policy.ramp.length - 1;
  const share = policy.ramp[Math.min(step, policy.ramp.length - 1)] ?? 10_000;
  const next: Gate = last ? openGate : { kind: 'ramping', step, stepSinceMs: state.nowMs };
  return {
    ...quiet(situation, home, region),
    reason: 'rampStep',
    gates: withGate(state.gates, home, region, next),
    text: `${region} stayed clean: it now admits ${share / 100} % of its clients`,
  };
}

/** Null where those who go back would find nothing better. */
function retreat(situation: Situation, { home, region }: Closed): Proposal | null {
  const { state, regions, policy } = situation;
  const gates = withGate(state.gates, home, region, { kind: 'closed', sinceMs: state.nowMs });
  const back = firstOpen(regions, home, (each) => shareAt(gates, home, each, policy.ramp));
  if (back === null || healthAt(state, home, back) === 'down') return null;
  return {
    ...quiet(situation, home, region),
    reason: 'rampAborted',
    gates,
    text: `${region} is suspect during its return: its clients go back`,
    move: { atMs: state.nowMs, region, receivers: receiversOf(situation, gates) },
    urgent: true,
    unanimous: judgementOf(situation, home, region).unanimous,
  };
}

function quiet(situation: Situation, home: string, region: string): Proposal {
  return {
    reason: 'rampStep',
    region,
    home,
    gates: situation.state.gates,
    noSafeTarget: situation.state.decision?.noSafeTarget ?? false,
    text: '',
    evidence: [evidenceOf(situation, home, region)],
    rejected: [],
    automatic: true,
    move: null,
    urgent: false,
    unanimous: false,
    refusal: null,
  };
}
