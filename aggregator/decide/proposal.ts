// What the brain would like to do, before the safety rules have a say.

import type {
  DecisionReason,
  Health,
  RegionEvidence,
  RejectedAlternative,
  SafetyRule,
} from '@regionpilot/protocol';
import type { Policy } from '../policy.ts';
import type { Gates } from './gates.ts';
import { healthOf } from './health.ts';
import { type Judgement, judge } from './judge.ts';
import type { Orders } from './orders.ts';
import type { GroupState, Move } from './state.ts';
import type { View } from './view.ts';

export type Proposal = {
  readonly reason: DecisionReason;
  readonly region: string;
  readonly home: string;
  /** The gates, if it is done. */
  readonly gates: Gates;
  readonly noSafeTarget: boolean;
  readonly text: string;
  readonly evidence: readonly RegionEvidence[];
  readonly rejected: readonly RejectedAlternative[];
  /** Automation wants it: kill switch, shadow, holds and tilt apply. */
  readonly automatic: boolean;
  /** Set for a failover: it starts a cool-down and costs flap budget. */
  readonly move: Move | null;
  /** A retreat within a ramp, or a second step away from a region that just failed us: never waits. */
  readonly urgent: boolean;
  /** Do all remaining witnesses agree? Then few of them suffice. */
  readonly unanimous: boolean;
  /** A rule that already forbids it, found while it was put together. */
  readonly refusal: { readonly rule: SafetyRule; readonly text: string } | null;
};

/** Everything a proposer may look at. */
export type Situation = {
  readonly state: GroupState;
  readonly view: View;
  readonly regions: readonly string[];
  readonly orders: Orders;
  readonly policy: Policy;
};

export function healthAt(state: GroupState, home: string, region: string): Health {
  const own = state.health[home]?.[region];
  const known = own !== undefined && own.kind !== 'unknown' ? own : state.health['*']?.[region];
  return known === undefined ? 'unknown' : healthOf(known);
}

export function evidenceOf(situation: Situation, home: string, region: string): RegionEvidence {
  const { evidence } = judgementOf(situation, home, region);
  return { ...evidence, health: healthAt(situation.state, home, region) };
}

export function judgementOf({ view, policy }: Situation, home: string, region: string): Judgement {
  return judge(view, home, region, policy);
}

/** "12 of 48 clients (4 domains) say stall" for humans. */
export function evidenceText(evidence: RegionEvidence): string {
  const { voters, engagedClients, domains, rule, setAside } = evidence;
  const aside = setAside > 0 ? `, ${setAside} set aside` : '';
  const where = evidence.home === '*' ? '' : ` at home ${evidence.home}`;
  return `${voters} of ${engagedClients} clients${where} in ${domains.length} domains say ${rule ?? 'nothing'}${aside}`;
}
