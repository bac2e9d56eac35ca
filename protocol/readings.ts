// What the parts say of themselves in plain numbers: read when somebody asks, from state that is kept
// anyway, so an event costs nothing more because it is measured. Names, units and labels are the
// business of who exports them; the types stand here because parts and exporters know only protocol.

import type { ErrorClass } from './error-classes.ts';
import type { Health } from './evidence.ts';
import type { PartitionAccounts } from './partial.ts';

export type ByName = Readonly<Record<string, number>>;

/** Of whom, what, how often since the process began. */
export type Counts = readonly (readonly [of: string, what: string, count: number])[];

/** Counts per bucket of the protocol's histogram. */
export type Buckets = ArrayLike<number>;

/**
 * `detect` from suspicion to down · `decide` from down to the decision · `publish` until it is read
 * back from the log · `apply` until every reporting client follows.
 */
export type FailoverStage = 'detect' | 'decide' | 'publish' | 'apply';

/** A setting that differs from its default: of which group (`*`: all), its name, its value as JSON. */
export type SettingReading = readonly [scope: string, setting: string, value: string];

/** What an operator can order: the two holds, the two kinds of restraint, and rules to pass. */
export const orderKinds = ['use', 'avoid', 'shadow', 'off', 'passRules'] as const;
export type OrderKind = (typeof orderKinds)[number];

export type AggregatorReading = {
  /** When this was read, ms since 1970. */
  readonly nowMs: number;
  readonly partitions: readonly PartitionReading[];
  /** Totals since this process began, over all clients and the partitions it had. */
  readonly regions: readonly RegionReading[];
  /** Regions of groups whose totals found no room. */
  readonly regionsLeftOut: number;
  readonly groups: readonly GroupReading[];
  /** By group: reasons of decisions, rules that refused, kinds of timeline records. */
  readonly decisions: Counts;
  readonly refusals: Counts;
  readonly records: Counts;
  /** Decisions that sent clients of some home from one region to another. */
  readonly moves: readonly MoveReading[];
  readonly stages: readonly (readonly [group: string, stage: FailoverStage, latency: Buckets])[];
  /** Partition of `partials` → when its last heartbeat was appended, ms since 1970. */
  readonly heartbeats: ByName;
  readonly settings: readonly SettingReading[];
} & TopicsReading & {
    /** Topic → partitions given to this process. */
    readonly rebalances: ByName;
  };

/** By topic: records not yet in the log; given up; put aside; and all that was written and read. */
export type TopicsReading = {
  readonly waiting: ByName;
  readonly dropped: ByName;
  readonly deadLetters: ByName;
  readonly log: LogReading;
};

/** What this process wrote to the event log and was handed by it, since it began. */
export type LogReading = {
  readonly kind: 'kafka' | 'embedded';
  readonly writes: readonly WriteReading[];
  readonly reads: readonly ReadReading[];
};

export type WriteReading = {
  /** As the log names it. */
  readonly topic: string;
  /** null: stored. Else the code of the error that each of these calls ended with. */
  readonly error: string | null;
  readonly records: number;
  /** Of calls, however many records each had. */
  readonly latency: Buckets;
};

export type ReadReading = {
  readonly topic: string;
  /** Consumer group; null: a reader that belongs to none and reads every partition. */
  readonly group: string | null;
  readonly records: number;
};

export type MoveReading = {
  readonly group: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly count: number;
};

export type PartitionReading = {
  readonly partition: number;
  readonly accounts: PartitionAccounts;
  /** Rows of folded batches that no limit had room for. */
  readonly rowsRefused: number;
  /** Log time up to which events were folded; null before the first record. ms since 1970. */
  readonly watermarkMs: number | null;
  /** Log time of the newest batch; null before the first. */
  readonly lastEventMs: number | null;
  readonly warm: boolean;
  readonly clients: number;
  /** Furthest that a client's clock is from the log's, ms. */
  readonly skewMs: number;
  /** Size of the newest snapshot, written or restored; null before the first. */
  readonly snapshotBytes: number | null;
  /** From being given the partition to knowing where to read on, ms. */
  readonly restoreMs: number;
};

export type RegionReading = {
  readonly group: string;
  readonly region: string;
  readonly answered: number;
  readonly failed: number;
  readonly errors: Readonly<Partial<Record<ErrorClass, number>>>;
  readonly latency: Buckets;
  /** Clients' own questions, which are among the counts above too. */
  readonly probes: readonly [answered: number, failed: number];
};

/** Of a group this process answers for. */
export type GroupReading = {
  readonly group: string;
  readonly term: number;
  readonly epoch: number;
  readonly noSafeTarget: boolean;
  readonly incidentOpen: boolean;
  readonly movesLastDay: number;
  readonly tilt: readonly string[];
  /** Orders in force → when they end by themselves, ms since 1970. */
  readonly orders: Readonly<Partial<Record<OrderKind, number>>>;
  readonly reporting: number;
  /** Clients that follow the current decision. */
  readonly applied: number;
  /** Home → [reporting, known of late]. */
  readonly homes: Readonly<Record<string, readonly [number, number]>>;
  /** Home (or `*`) → region → share, 0..10,000. */
  readonly admitted: Readonly<Record<string, ByName>>;
  readonly regions: readonly GroupRegionReading[];
};

export type GroupRegionReading = {
  readonly region: string;
  readonly health: Health;
  readonly connected: number;
  readonly down: number;
  readonly stalledMs: number;
  /** Reporting clients whom the decision sends here. */
  readonly routed: number;
  /** Clients it can carry, as the policy says; null: nobody said. */
  readonly capacity: number | null;
};

/** Why somebody is not being told of an alert that fires. */
export const suppressions = [
  /** A silence matches it. */
  'silenced',
  /** Another alert fires that explains it. */
  'inhibited',
  /** Somebody has the story, so it is not repeated. */
  'acknowledged',
  /** It waits for others of its group, or for the group's interval. */
  'grouped',
  /** The receiver's rate, its back-off or its open circuit holds the notice. */
  'limited',
] as const;
export type Suppression = (typeof suppressions)[number];

export type AlertingReading = TopicsReading & {
  readonly nowMs: number;
  /** Partition → the term held there, or null while its past is being read. */
  readonly partitions: Readonly<Record<string, number | null>>;
  /** By partition, then by receiver. */
  readonly receivers: Readonly<Record<string, Readonly<Record<string, ReceiverReading>>>>;
  /** Why the last new config was refused; null: the running one is the newest. */
  readonly configProblem: string | null;
  /** Way of the last synthetic alert, ms; null before the first. */
  readonly probeLatencyMs: number | null;
  readonly firing: readonly FiringReading[];
  /** By receiver: why notices were written, what became of attempts, how notices ended. */
  readonly notices: Counts;
  readonly attempts: Counts;
  readonly ended: Counts;
  /** By receiver: alerts that are not being told now, by what holds them back. */
  readonly suppressed: Counts;
  readonly latency: readonly (readonly [receiver: string, latency: Buckets])[];
  /** Receiver → when a heartbeat was last accepted, ms since 1970. */
  readonly heartbeats: ByName;
  readonly settings: readonly SettingReading[];
};

export type FiringReading = {
  readonly alertname: string;
  readonly severity: string;
  readonly alerts: number;
};

export type ReceiverReading = {
  readonly waiting: number;
  /** ms since 1970; null: nothing waits. */
  readonly oldestWaitingMs: number | null;
  readonly deadLettered: number;
  /** First failure since the last yes, while something waits; null: all is well. */
  readonly failingSinceMs: number | null;
  readonly disabled: boolean;
  readonly down: boolean;
};
