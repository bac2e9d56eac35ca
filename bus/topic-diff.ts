// Whether a topic is at least what the catalogue wants. One comparison for both adapters: "weaker"
// means it may lose, refuse or reorder what was promised to be kept; stronger is always fine.

import type { TopicSpec } from '@regionpilot/protocol';
import type { TopicProblem } from './port.ts';

/** A topic as the log describes it. An aspect the log does not have (copies of a file) is left out. */
export type TopicState = {
  readonly partitions: number;
  readonly cleanup: string;
  /** Milliseconds; -1 keeps for ever. */
  readonly retentionMs: number;
  readonly maxRecordBytes: number;
  readonly replication?: number;
  readonly minInsyncReplicas?: number;
  readonly timestampType?: string;
};

/** Every aspect in which `got` is weaker than `wanted`, in a fixed order. */
export function topicProblems(wanted: TopicSpec, got: TopicState | null): readonly TopicProblem[] {
  if (got === null) return [problem(wanted, 'missing', 'no such topic', 'a topic')];
  return [
    ...atLeast(wanted, 'partitions', got.partitions, wanted.partitions),
    ...atLeast(wanted, 'replication', got.replication, wanted.replication),
    ...atLeast(wanted, 'minInsyncReplicas', got.minInsyncReplicas, wanted.minInsyncReplicas),
    ...same(wanted, 'cleanup', got.cleanup, wanted.cleanup),
    ...retention(wanted, got),
    ...atLeast(wanted, 'maxRecordBytes', got.maxRecordBytes, wanted.maxRecordBytes),
    ...same(wanted, 'timestampType', got.timestampType, 'LogAppendTime'),
  ];
}

function retention(wanted: TopicSpec, got: TopicState): readonly TopicProblem[] {
  if (wanted.cleanup === 'compact' || got.retentionMs === -1) return [];
  return atLeast(wanted, 'retentionMs', got.retentionMs, wanted.retentionMs);
}

function atLeast(
  { name }: TopicSpec,
  setting: TopicProblem['setting'],
  got: number | undefined,
  wanted: number,
): readonly TopicProblem[] {
  if (got === undefined || got >= wanted) return [];
  return [{ topic: name, setting, got: String(got), wanted: `at least ${wanted}` }];
}

function same(
  { name }: TopicSpec,
  setting: TopicProblem['setting'],
  got: string | undefined,
  wanted: string,
): readonly TopicProblem[] {
  return got === undefined || got === wanted ? [] : [{ topic: name, setting, got, wanted }];
}

function problem(
  { name }: TopicSpec,
  setting: TopicProblem['setting'],
  got: string,
  wanted: string,
): TopicProblem {
  return { topic: name, setting, got, wanted };
}
