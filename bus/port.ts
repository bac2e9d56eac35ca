// The event log behind one small port. Two adapters stand behind it, Kafka and an embedded SQLite
// file, and one contract suite holds both to the words written here. Nothing outside `bus/` knows
// which one it talks to; no kafkajs type leaves its adapter.
//
// The promise is at-least-once, in order per key, duplicates possible. Exactly-once is made above
// it, from sequence numbers and from records that are levels rather than differences: the client
// library's own idempotence was measured to lose records (docs/decisions/0003-kafkajs.md).

import type { Headers, TopicSpec } from '@regionpilot/protocol';

export type OutgoingRecord = {
  readonly key: string;
  /** `null` is a tombstone: a compacted topic forgets the key. */
  readonly value: Uint8Array | null;
  readonly headers: Headers;
  /** Default: `partitionOf(key, partitions)`, the same in both adapters. */
  readonly partition?: number;
};

export type BusRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly headers: Headers;
  /** When the log took the record in, ms since 1970, by the log's clock (LogAppendTime). */
  readonly appendedMs: number;
};

export type TopicPartition = { readonly topic: string; readonly partition: number };

/** Offset of the next record to be written (`end`) and of the first still there (`start`). */
export type PartitionEnds = TopicPartition & { readonly start: number; readonly end: number };

/** A handler that throws is a bug of its owner: it surfaces as an uncaught exception, the bus goes on. */
export type ConsumerHandler = {
  /**
   * A partition is ours now. Answers the offset to read from; called again after every rebalance,
   * also for partitions that stay, because nobody tells us what others did in between.
   */
  readonly assigned: (at: TopicPartition) => Promise<StartOffset>;
  /** The partition is no longer ours (or may not be): drop its work. */
  readonly revoked: (at: TopicPartition) => void;
  /**
   * Records of one partition in offset order, never empty. Return at once: what this waits for,
   * all partitions wait for.
   */
  readonly records: (records: readonly BusRecord[]) => void;
};

/**
 * Where to begin: an offset (the next to read), the group's committed one (the start where there is
 * none), or either end. An offset that is no longer or not yet there becomes the nearer end.
 */
export type StartOffset = number | 'committed' | 'start' | 'end';

export type Consumption = {
  /** Remembers for the group that everything before `offset` was dealt with. Never throws; a
   * failed commit is retried by the next one, and repeated failure rebuilds the consumer. */
  readonly commit: (at: TopicPartition, offset: number) => Promise<void>;
  /** Leaves the group and stops. Safe to call twice. */
  readonly close: () => Promise<void>;
};

export type ConsumeOptions = {
  readonly topics: readonly string[];
  /** Consumers of one group share the partitions. */
  readonly group: string;
  readonly handler: ConsumerHandler;
};

export type TailHandler = {
  readonly record: (record: BusRecord) => void;
  /** Everything that was there when the tail began has been handed over. Called once. */
  readonly caughtUp: () => void;
};

export type TailOptions = {
  readonly topic: string;
  /** `start` reads the whole (compacted) topic first; `end` only what comes. Default `start`. */
  readonly from?: 'start' | 'end';
  readonly handler: TailHandler;
};

/** Reads every partition of a topic, belonging to no group, to its end and beyond. */
export type Tail = {
  /** ms since 1970 of the last successful contact with the log, also when nothing was new. */
  readonly lastContactMs: () => number;
  readonly close: () => Promise<void>;
};

export type ReadOptions = {
  readonly topic: string;
  readonly partition: number;
  /** From this offset, or from the first record appended at or after this time. */
  readonly from: { readonly offset: number } | { readonly appendedMs: number };
  /** Stops before this offset; default: the end at the time of the call. */
  readonly until?: number;
};

export type BusHealth =
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly sinceMs: number; readonly reason: string };

/** One difference between a topic as it is and as the catalogue wants it. */
export type TopicProblem = {
  readonly topic: string;
  readonly setting:
    | 'missing'
    | 'partitions'
    | 'replication'
    | 'minInsyncReplicas'
    | 'cleanup'
    | 'retentionMs'
    | 'maxRecordBytes'
    | 'timestampType';
  readonly got: string;
  readonly wanted: string;
};

/** Long-lived. Every method may be called from the start; none blocks its caller's event loop. */
export type Bus = {
  readonly kind: 'kafka' | 'embedded';
  /**
   * Appends records in the given order and resolves when all are stored (Kafka: on all in-sync
   * replicas). Calls are carried out one after another.
   * @throws {PipelineError} BUS_SEND_FAILED (retriable: the records may or may not be stored),
   *   RECORD_TOO_LARGE, RECORD_INVALID (no such partition), TOPIC_MISSING, BUS_CLOSED.
   */
  readonly publish: (topic: string, records: readonly OutgoingRecord[]) => Promise<void>;
  /** Joins a group. Resolves once joining began; a lost broker is survived without a word, and a
   * topic that is missing is waited for. */
  readonly consume: (options: ConsumeOptions) => Promise<Consumption>;
  /** Follows a topic. Resolves once following began, also while the log is unreachable. */
  readonly tail: (options: TailOptions) => Promise<Tail>;
  /** Reads a stretch once, in offset order. For restore, replay and `explain`. */
  readonly read: (options: ReadOptions) => AsyncIterable<BusRecord>;
  readonly ends: (topic: string) => Promise<readonly PartitionEnds[]>;
  /** Records behind the end per partition, for a group's committed offsets. */
  readonly lag: (group: string, topic: string) => Promise<ReadonlyMap<number, number>>;
  readonly health: () => BusHealth;
  /** Differences that make a topic weaker than wanted; stronger is fine. Empty: all good. */
  readonly verifyTopics: (wanted: readonly TopicSpec[]) => Promise<readonly TopicProblem[]>;
  /** Creates what is missing and strengthens what can be strengthened in place. */
  readonly applyTopics: (wanted: readonly TopicSpec[]) => Promise<readonly TopicChange[]>;
  readonly close: () => Promise<void>;
};

export type TopicChange = { readonly topic: string; readonly change: string };
