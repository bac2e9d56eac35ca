// What one events partition knows of one group at one moment. A partial is a level, not a
// difference: merging takes the latest of each partition and adds them up, so a repeated or
// replayed partial changes nothing.

import type { SparseHistogram } from './histogram.ts';

/** Sums over the clients of one home that have a connection to one region. */
export type PartialCell = {
  readonly home: string;
  readonly region: string;
  readonly live: number;
  readonly engaged: number;
  /** Clients whose verdict is "down", without those counted in `everywhere`. */
  readonly down: number;
  readonly byRule: Readonly<Record<'connectivity' | 'stall' | 'errorRatio', number>>;
  /** Clients whose verdict is "down" for every region they have a connection to, two at least. */
  readonly everywhere: number;
  /** Names of failure domains, at most 16 each: enough to know whether there are two. */
  readonly domains: readonly string[];
  readonly downDomains: readonly string[];
  readonly everywhereDomains: readonly string[];
  /** Clients with at least one sample, and with at least one failure, in the long window. */
  readonly sampled: number;
  readonly failing: number;
  readonly failingDomains: readonly string[];
  /** [answered, failed] with each client capped, so that no client outweighs the rest. */
  readonly short: readonly [number, number];
  readonly long: readonly [number, number];
  /** [answered, failed] over the long window as counted. */
  readonly raw: readonly [number, number];
  /** Error class → count over the long window. */
  readonly errors: Readonly<Record<string, number>>;
  readonly stalledMaxMs: number;
  /** Latency since the folder began, cumulative. */
  readonly latency: SparseHistogram;
  /** Some voters by name, at most 8. */
  readonly downClients: readonly string[];
};

/** Cumulative accounts of one events partition; every record is in exactly one of them. */
export type PartitionAccounts = {
  /** Offset after the last record folded in. */
  readonly offset: number;
  /** Records behind the end of the partition when last asked. */
  readonly lagRecords: number;
  readonly batches: number;
  readonly rows: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Batches missing between sequence numbers, whose events are in nobody's account. */
  readonly gaps: number;
  /** Events agents say they dropped themselves. */
  readonly declaredDrops: number;
  /** Batches too old for the ring; their counts were not added. */
  readonly late: number;
  /** Stamps outside what the log's clock allows; moved to the nearest bound. */
  readonly clamped: number;
};

export type Partial = {
  readonly v: 1;
  readonly group: string;
  readonly partition: number;
  /** Instance that folded, and its count of partials for this partition and group. */
  readonly owner: string;
  readonly seq: number;
  /** Watermark of the partition, ms since 1970. */
  readonly atMs: number;
  /** False until a whole window was folded after a start or a restore. */
  readonly warm: boolean;
  readonly accounts: PartitionAccounts;
  /** Home → [clients reporting now, clients known in the last minute that did not say goodbye]. */
  readonly homes: Readonly<Record<string, readonly [number, number]>>;
  readonly cells: readonly PartialCell[];
  /** "term.epoch" → clients that say they applied it. */
  readonly applied: Readonly<Record<string, number>>;
  /** Regions in the group as clients of this partition name them. */
  readonly regions: readonly string[];
  /** Clients (at most 8) that hold an older version than the newest seen here. */
  readonly stragglers: readonly string[];
};
