// The decision log: what every client follows. Each record is a full snapshot of its group, so the
// last record alone is enough and a compacted topic loses nothing a client needs.

import type { Health, RegionEvidence } from './evidence.ts';

/** Region → share of clients it admits, 0..10,000 in parts of 10,000. */
export type Admission = Readonly<Record<string, number>>;

/** Why a decision was made: a closed list that dashboards and tests group by. */
export const decisionReasons = [
  /** First decision of a group: every region admits everybody, home first. */
  'initial',
  /** The fleet's evidence says a region is down. */
  'regionDown',
  /** The fleet of one home cannot reach a region that others can. */
  'regionDownFromHome',
  /** No region is safe: routes stay as they are. */
  'noSafeTarget',
  /** At least one region is safe again after `noSafeTarget`. */
  'safeTargetFound',
  /** A healed region takes the next step of its ramp. */
  'rampStep',
  /** A ramp met new evidence against its region and was taken back. */
  'rampAborted',
  /** An operator's hold took effect, changed, or ended. */
  'operatorHold',
  'operatorHoldEnded',
  /** Clients name a region that no decision knew yet. */
  'regionsChanged',
  /** A new owner repeats the last decision under its own term; routes are unchanged. */
  'ownerChanged',
] as const;
export type DecisionReason = (typeof decisionReasons)[number];

export type Decision = {
  readonly v: 1;
  readonly group: string;
  /** See `Version`: order is (term, epoch). */
  readonly term: number;
  readonly epoch: number;
  /** Instance that decided. */
  readonly owner: string;
  /** Event time of the decision, ms since 1970. Never used to order decisions. */
  readonly atMs: number;
  readonly reason: DecisionReason;
  /** One sentence for a human. */
  readonly text: string;
  /** Regions of the group in order of preference; 1..16. */
  readonly regions: readonly string[];
  /** Shares for clients of every home without a row of its own. Some region admits all. */
  readonly admit: Admission;
  /** Homes that see the regions differently, each with a full row. */
  readonly homes: Readonly<Record<string, Admission>>;
  /** True while no region is known to be safe: clients stay put and humans are paged. */
  readonly noSafeTarget: boolean;
  readonly health: Readonly<Record<string, Health>>;
  /** What the decision rests on; the incident record `incident` holds more. */
  readonly evidence: readonly RegionEvidence[];
  /** Id of the incident this decision belongs to, or null outside of one. */
  readonly incident: string | null;
};

/**
 * Proof of life of one decider, about once a second. It carries every epoch it answers for, so a
 * follower that missed a decision learns of the gap within one beat.
 */
export type Heartbeat = {
  readonly v: 1;
  /** Partition of `partials` whose groups this beat answers for. */
  readonly partition: number;
  readonly owner: string;
  readonly atMs: number;
  /** Time to the next beat, ms: followers judge staleness against it. */
  readonly intervalMs: number;
  /** Group → [term, epoch]. */
  readonly epochs: Readonly<Record<string, readonly [number, number]>>;
  /** Group → why decisions are suspended there. */
  readonly tilt: Readonly<Record<string, string>>;
};

const heartbeatPrefix = '__heartbeat/';

/** Key of a heartbeat record on the decisions topic. Group names cannot start with `_`. */
export function heartbeatKey(partition: number): string {
  return `${heartbeatPrefix}${partition}`;
}

export function isHeartbeatKey(key: string): boolean {
  return key.startsWith(heartbeatPrefix);
}
