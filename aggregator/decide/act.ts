// From wishes to effects: the first proposal that no safety rule forbids is published; every one
// that was forbidden is recorded once, for as long as it stands.

import type { Decision } from '@regionpilot/protocol';
import { recentMoves } from './cool-down.ts';
import { type Rows, rowsOf, sameRows } from './gates.ts';
import { holdInForce } from './holding.ts';
import type { Proposal, Situation } from './proposal.ts';
import { type Refusal, refusalOf } from './safety.ts';
import { type Effect, type GroupState, type Move, record, type Step, termOf } from './state.ts';

/** Carries out at most one proposal. `replay` is what a later replay needs beside the decision. */
export function act(
  situation: Situation,
  proposals: readonly (Proposal | null)[],
  replay: { readonly state: unknown; readonly input: unknown; readonly policy: unknown },
): Step {
  const standing: string[] = [];
  const effects: Effect[] = [];
  for (const proposal of proposals) {
    if (proposal === null) continue;
    const rows = rowsAfter(proposal, situation);
    const refusal = refusalOf(proposal, situation) ?? (rows === null ? stranded(proposal) : null);
    if (refusal === null && rows !== null) {
      const [next, more] = carryOut(situation, proposal, rows, replay);
      return [{ ...next, refused: standing }, [...effects, ...more]];
    }
    if (refusal === null || refusal.rule === 'notOwner') continue;
    const key = `${refusal.rule} ${proposal.reason} ${proposal.home} ${proposal.region}`;
    standing.push(key);
    if (!situation.state.refused.includes(key)) effects.push(refused(situation, proposal, refusal));
  }
  return [{ ...situation.state, refused: standing }, effects];
}

function rowsAfter({ gates }: Proposal, situation: Situation): Rows | null {
  return rowsOf(gates, situation.regions, holdInForce(situation), situation.policy.ramp);
}

function stranded({ reason }: Proposal): Refusal {
  const text = `${reason} would leave somebody without a region`;
  return { rule: 'neverTheLastRegion', text };
}

function refused({ state }: Situation, proposal: Proposal, refusal: Refusal): Effect {
  return record(state, {
    kind: 'refused',
    rule: refusal.rule,
    wanted: proposal.reason,
    region: proposal.region,
    home: proposal.home,
    text: refusal.text,
    evidence: proposal.evidence,
    rejected: proposal.rejected,
  });
}

function carryOut(
  situation: Situation,
  proposal: Proposal,
  rows: Rows,
  replay: Parameters<typeof act>[2],
): Step {
  const { state, orders } = situation;
  const hold = holdInForce(situation);
  const decision = decisionFor(situation, proposal, rows);
  if (proposal.automatic && orders.automation === 'shadow')
    return shadow(state, proposal, decision);
  const kept: GroupState = {
    ...state,
    gates: proposal.gates,
    held: hold,
    moves: withMove(recentMoves(state), proposal.move),
  };
  if (isSilent(state, decision, rows)) return [kept, [{ kind: 'saveState' }]];
  const decided: GroupState = {
    ...kept,
    decision,
    converging: { term: decision.term, epoch: decision.epoch, sinceMs: state.nowMs },
  };
  return [
    decided,
    [
      { kind: 'publishDecision', decision },
      record(decided, { kind: 'decided', decision, rejected: proposal.rejected, replay }),
      { kind: 'saveState' },
    ],
  ];
}

/** A move that goes on with the last one takes its place. */
function withMove(moves: readonly Move[], move: Move | null): readonly Move[] {
  return move === null ? moves : [...moves.filter(({ atMs }) => atMs !== move.atMs), move];
}

/** Under a hold the gates move without anybody's route changing: nothing to tell the fleet. */
function isSilent({ decision }: GroupState, next: Decision, rows: Rows): boolean {
  return (
    decision !== null &&
    sameRows(decision, rows) &&
    decision.noSafeTarget === next.noSafeTarget &&
    decision.regions.join() === next.regions.join() &&
    next.reason !== 'operatorHold' &&
    next.reason !== 'operatorHoldEnded'
  );
}

function shadow(state: GroupState, proposal: Proposal, decision: Decision): Step {
  const key = JSON.stringify([decision.reason, decision.admit, decision.homes]);
  if (state.shadow === key) return [state, []];
  const { rejected } = proposal;
  return [
    { ...state, shadow: key },
    [record(state, { kind: 'shadowDecided', decision, rejected })],
  ];
}

function decisionFor({ state, regions }: Situation, proposal: Proposal, rows: Rows): Decision {
  return {
    v: 1,
    group: state.group,
    term: termOf(state),
    epoch: (state.decision?.epoch ?? 0) + 1,
    owner: state.instance,
    atMs: state.nowMs,
    reason: proposal.reason,
    text: proposal.text,
    regions,
    admit: rows.admit,
    homes: rows.homes,
    noSafeTarget: proposal.noSafeTarget,
    health: Object.fromEntries(
      regions.map((region) => [region, state.health['*']?.[region]?.kind ?? 'unknown']),
    ),
    evidence: proposal.evidence,
    incident: state.incident?.id ?? null,
  };
}
