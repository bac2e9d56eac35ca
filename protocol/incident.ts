// The timeline: transitions, decisions and refusals with their evidence. `explain` prints it,
// alerts read it, and `replay` proves it.

import type { Decision, DecisionReason } from './decision.ts';
import type { Health, RegionEvidence } from './evidence.ts';
import type { Override } from './override.ts';

/** Rules that stand between a verdict and the publisher. */
export const safetyRules = [
  'neverTheLastRegion',
  'targetNotHealthy',
  'targetWithoutHeadroom',
  'coolDown',
  'holdDown',
  'flapBudget',
  'operatorHold',
  'killSwitch',
  'shadow',
  'tilt',
  'notOwner',
] as const;
export type SafetyRule = (typeof safetyRules)[number];

/** What makes time or input look wrong; see `aggregator/decide/tilt.ts`. */
export const tiltReasons = [
  'clockJump',
  'loopStall',
  'inputLate',
  'warmUp',
  'coverage',
  'lag',
] as const;

/** A region that was considered and not chosen, and why. */
export type RejectedAlternative = { readonly region: string; readonly why: string };

export type IncidentEvent =
  | {
      readonly kind: 'healthChanged';
      readonly region: string;
      readonly home: string;
      readonly from: Health;
      readonly to: Health;
      readonly evidence: RegionEvidence;
    }
  | {
      readonly kind: 'decided';
      readonly decision: Decision;
      readonly rejected: readonly RejectedAlternative[];
      /** The brain's state before this step and the input it met: enough to decide again. */
      readonly replay: {
        readonly state: unknown;
        readonly input: unknown;
        readonly policy: unknown;
      };
    }
  | {
      readonly kind: 'refused';
      readonly rule: SafetyRule;
      /** What would have been decided. */
      readonly wanted: DecisionReason;
      readonly region: string;
      readonly home: string;
      readonly text: string;
      readonly evidence: readonly RegionEvidence[];
      readonly rejected: readonly RejectedAlternative[];
    }
  | {
      readonly kind: 'shadowDecided';
      readonly decision: Decision;
      readonly rejected: readonly RejectedAlternative[];
    }
  | { readonly kind: 'tiltEntered'; readonly reason: string; readonly text: string }
  | { readonly kind: 'tiltLeft'; readonly reason: string }
  | { readonly kind: 'overrideChanged'; readonly override: Override | null; readonly text: string }
  | { readonly kind: 'ownerChanged'; readonly owner: string; readonly term: number }
  | {
      readonly kind: 'clientSetAside';
      readonly client: string;
      readonly region: string;
      readonly why: string;
    }
  | {
      readonly kind: 'converged';
      readonly term: number;
      readonly epoch: number;
      readonly clients: number;
      readonly applied: number;
      readonly tookMs: number;
    }
  | { readonly kind: 'closed'; readonly openedMs: number };

export type IncidentRecord = {
  readonly v: 1;
  readonly group: string;
  /** Groups the records of one story: `<group>/<opened at ms>`; null outside of one. */
  readonly incident: string | null;
  readonly atMs: number;
  /** Instance that wrote it, and the term it held. */
  readonly owner: string;
  readonly term: number;
  readonly event: IncidentEvent;
};
