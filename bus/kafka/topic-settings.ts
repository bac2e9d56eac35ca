// A topic of the catalogue in Kafka's words, and back.

import type { TopicSpec } from '@regionpilot/protocol';
import type { TopicState } from '../topic-diff.ts';

export type Settings = Readonly<Record<string, string>>;

const stampByLog = { 'message.timestamp.type': 'LogAppendTime' };

/** What must hold: compared by `verifyTopics`. */
export function requiredSettings(spec: TopicSpec): Settings {
  return {
    'cleanup.policy': spec.cleanup,
    'min.insync.replicas': String(spec.minInsyncReplicas),
    'max.message.bytes': String(spec.maxRecordBytes),
    ...(spec.cleanup === 'delete' ? { 'retention.ms': String(spec.retentionMs) } : {}),
    ...stampByLog,
  };
}

/**
 * What a new topic gets besides. Kafka never compacts the segment being written, and a segment lasts
 * a week by default: a follower that starts would read a week of heartbeats. Small segments and an
 * eager cleaner keep that to minutes.
 */
export function settingsOfNew(spec: TopicSpec): Settings {
  if (spec.cleanup === 'delete') return requiredSettings(spec);
  return {
    ...requiredSettings(spec),
    'segment.ms': '600000',
    'segment.bytes': String(Math.max(16 * 1024 * 1024, 2 * spec.maxRecordBytes)),
    'min.cleanable.dirty.ratio': '0.1',
  };
}

export function topicState(
  partitions: readonly { readonly replicas: readonly unknown[] }[],
  settings: Settings,
): TopicState {
  return {
    partitions: partitions.length,
    replication: Math.min(...partitions.map(({ replicas }) => replicas.length)),
    minInsyncReplicas: Number(settings['min.insync.replicas']),
    cleanup: settings['cleanup.policy'] ?? '',
    retentionMs: Number(settings['retention.ms']),
    maxRecordBytes: Number(settings['max.message.bytes']),
    timestampType: settings['message.timestamp.type'] ?? '',
  };
}

/** Settings to write so that `own` (set on the topic itself) becomes at least what is required. */
export function strengthened(spec: TopicSpec, own: Settings, effective: Settings): Settings {
  const required = requiredSettings(spec);
  const atLeast = (name: string): string =>
    effective[name] === '-1' || Number(effective[name]) >= Number(required[name])
      ? String(effective[name])
      : String(required[name]);
  const numbers = Object.keys(required).filter((name) => /\.(ms|bytes|replicas)$/.test(name));
  return {
    ...own,
    ...required,
    ...Object.fromEntries(numbers.map((name) => [name, atLeast(name)])),
  };
}
