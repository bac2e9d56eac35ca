// What the fleet's votes say of each region this moment: the answer to "why was nothing decided?".

import { evidenceLine, judge, type Policy, viewOf } from '@regionpilot/aggregator';
import type { Decision, IncidentRecord, Partial, RegionEvidence } from '@regionpilot/protocol';
import { isoTime } from './text.ts';

export type RegionJudgement = {
  readonly region: string;
  readonly verdict: 'down' | 'suspect' | 'ok' | 'thin';
  readonly evidence: Omit<RegionEvidence, 'health'>;
};

/** @param partials The latest of each events partition; empty: nobody reports. */
export function judgeNow(
  partials: readonly Partial[],
  decision: Decision | null,
  policy: Policy,
): readonly RegionJudgement[] {
  if (partials.length === 0) return [];
  const view = viewOf(partials, 0);
  const regions = [...new Set([...(decision?.regions ?? []), ...view.regions])];
  return regions.map((region) => ({ region, ...pick(judge(view, '*', region, policy)) }));
}

/** The policy the decider itself last decided by, where a decision is on record. */
export function policyInForce(
  records: readonly IncidentRecord[],
  group: string,
  fallback: Policy,
): Policy {
  const last = records.findLast((each) => each.group === group && each.event.kind === 'decided');
  return last?.event.kind === 'decided' ? (last.event.replay.policy as Policy) : fallback;
}

export function nowLines(
  decision: Decision | null,
  judgements: readonly RegionJudgement[],
): readonly string[] {
  const decided =
    decision === null
      ? 'now: no decision was ever made'
      : `now: epoch ${decision.epoch} of ${isoTime(decision.atMs)} (${decision.reason}): ${decision.text}`;
  if (judgements.length === 0) return [decided, '  no client reported in the last seconds'];
  return [
    decided,
    ...judgements.map(
      ({ region, verdict, evidence }) =>
        `  ${region} is judged ${verdict}: ${evidenceLine({ ...evidence, health: 'unknown' })}`,
    ),
  ];
}

function pick({ verdict, evidence }: ReturnType<typeof judge>): Omit<RegionJudgement, 'region'> {
  return { verdict, evidence };
}
