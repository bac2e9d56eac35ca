// What an aggregator can say of itself in plain numbers. Collected only when somebody asks, from
// state that is kept anyway: an event costs nothing more because it is measured. Names, units and
// labels are the business of who exports them.

import type { ErrorClass, Health, PartitionAccounts } from '@regionpilot/protocol';
import type { FailoverStage } from './decision-tally.ts';

export type AggregatorMetrics = {
  /** When this was read, ms since 1970. */
  readonly nowMs: number;
  readonly partitions: readonly PartitionMetrics[];
  /** Totals since this process began, over all clients and the partitions it had. */
  readonly regions: readonly RegionMetrics[];
  readonly groups: readonly GroupMetrics[];
  readonly decisions: readonly (readonly [group: string, reason: string, count: number])[];
  readonly refusals: readonly (readonly [group: string, rule: string, count: number])[];
  readonly records: readonly (readonly [group: string, kind: string, count: number])[];
  /** Counts per bucket of the protocol's histogram. */
  readonly stages: readonly (readonly [
    group: string,
    stage: FailoverStage,
    latency: ArrayLike<number>,
  ])[];
  /** Partition of `partials` → when its last heartbeat was appended, ms since 1970. */
  readonly heartbeats: Readonly<Record<string, number>>;
  /** By topic: records not yet in the log; given up; and what went wrong since the start. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  readonly publishFailures: Readonly<Record<string, number>>;
  readonly deadLetters: Readonly<Record<string, number>>;
  readonly rebalances: Readonly<Record<string, number>>;
};

export type PartitionMetrics = {
  readonly partition: number;
  readonly accounts: PartitionAccounts;
  /** Log time up to which events were folded; null before the first record. ms since 1970. */
  readonly watermarkMs: number | null;
  /** Log time of the newest batch; null before the first. */
  readonly lastEventMs: number | null;
  readonly warm: boolean;
  readonly clients: number;
};

export type RegionMetrics = {
  readonly group: string;
  readonly region: string;
  readonly answered: number;
  readonly failed: number;
  readonly errors: Readonly<Partial<Record<ErrorClass, number>>>;
  /** Counts per bucket of the protocol's histogram. */
  readonly latency: ArrayLike<number>;
};

/** Of a group this process answers for. */
export type GroupMetrics = {
  readonly group: string;
  readonly term: number;
  readonly epoch: number;
  readonly noSafeTarget: boolean;
  readonly incidentOpen: boolean;
  readonly movesLastDay: number;
  readonly tilt: readonly string[];
  /** When the order in force ends, ms since 1970; null: none is. */
  readonly holdExpiresMs: number | null;
  readonly reporting: number;
  /** Clients that follow the current decision. */
  readonly applied: number;
  /** Home → [reporting, known of late]. */
  readonly homes: Readonly<Record<string, readonly [number, number]>>;
  /** Home (or `*`) → region → share, 0..10,000. */
  readonly admitted: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly regions: readonly {
    readonly region: string;
    readonly health: Health;
    readonly connected: number;
    readonly down: number;
    readonly stalledMs: number;
  }[];
};
