// The topic catalogue: everything that is ever written, by whom it is keyed and how long it stays.
// Parts meet here and nowhere else.

import { fnv1a } from './fnv.ts';

export const topicNames = [
  'events',
  'partials',
  'decisions',
  'overrides',
  'incidents',
  'alerts',
  'deliveries',
  'state',
  'deadletter',
  'rosters',
  'audit',
  'policies',
] as const;
export type TopicName = (typeof topicNames)[number];

export type TopicSpec = {
  /** Full name with prefix. */
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  readonly minInsyncReplicas: number;
  readonly cleanup: 'compact' | 'delete';
  /** How long records stay, ms; ignored for compacted topics. */
  readonly retentionMs: number;
  /** Largest record, bytes. */
  readonly maxRecordBytes: number;
};

export type TopicOptions = {
  /** Default `regionpilot.` */
  readonly prefix: string;
  /** Partitions of `events`, 1..1,000: the ceiling on aggregators that share the folding. Default 8. */
  readonly eventPartitions: number;
  /**
   * Partitions of `partials`, `rosters`, `incidents`, `alerts` and `deliveries`, 1..64: the ceiling on
   * aggregators that share groups and on alerting instances that share alerts. Default 1.
   */
  readonly partialPartitions: number;
  /** Copies of every partition, 1..7. Default 3; 1 only for a single-broker trial. */
  readonly replication: number;
  /** Copies that must have a record before it counts. Default 2. */
  readonly minInsyncReplicas: number;
};

export const topicDefaults: TopicOptions = {
  prefix: 'regionpilot.',
  eventPartitions: 8,
  partialPartitions: 1,
  replication: 3,
  minInsyncReplicas: 2,
};

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const megabyte = 1_000_000;

type Row = readonly ['compact' | 'delete', number];

const rows: Record<TopicName, Row> = {
  events: ['delete', day],
  partials: ['delete', hour],
  decisions: ['compact', 0],
  overrides: ['compact', 0],
  incidents: ['delete', 30 * day],
  alerts: ['compact', 0],
  deliveries: ['delete', 30 * day],
  state: ['compact', 0],
  deadletter: ['delete', 7 * day],
  rosters: ['delete', hour],
  audit: ['delete', 365 * day],
  policies: ['compact', 0],
};

/** `regionpilot.events` for `events` and the default prefix. */
export function topicFullName(prefix: string, topic: TopicName): string {
  return `${prefix}${topic}`;
}

/** What each topic must be at least. */
export function topicCatalogue(options: TopicOptions): readonly TopicSpec[] {
  return topicNames.map((topic) => ({
    name: topicFullName(options.prefix, topic),
    partitions: partitionsOf(topic, options),
    replication: options.replication,
    minInsyncReplicas: options.minInsyncReplicas,
    cleanup: rows[topic][0],
    retentionMs: rows[topic][1],
    maxRecordBytes: topic === 'state' ? 32 * megabyte : 4 * megabyte,
  }));
}

/** All that is known of a group, and told of it, lies in partitions of the same number. */
const byGroup: readonly TopicName[] = ['partials', 'rosters', 'incidents', 'alerts', 'deliveries'];

function partitionsOf(topic: TopicName, options: TopicOptions): number {
  if (topic === 'events') return options.eventPartitions;
  return byGroup.includes(topic) ? options.partialPartitions : 1;
}

/** Which partition of `n` owns a key: FNV-1a over UTF-16 units, the same in every part. */
export function partitionOf(key: string, partitions: number): number {
  return fnv1a(key) % partitions;
}
