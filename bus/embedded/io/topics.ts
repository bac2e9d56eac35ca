// The catalogue as the file has it. Copies do not exist in one file, so replication and in-sync
// copies are not compared: the embedded log is as durable as its disk and says no more.

import type { DatabaseSync } from 'node:sqlite';
import type { TopicSpec } from '@regionpilot/protocol';
import type { TopicChange, TopicProblem } from '../../port.ts';
import { topicProblems } from '../../topic-diff.ts';

export type Topic = {
  readonly id: number;
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: string;
  readonly retentionMs: number;
  readonly maxRecordBytes: number;
};

export type Topics = {
  readonly find: (name: string) => Topic | null;
  readonly all: () => readonly Topic[];
  readonly problems: (wanted: TopicSpec) => readonly TopicProblem[];
  /** Inside a transaction. */
  readonly apply: (wanted: TopicSpec) => readonly TopicChange[];
};

const columns = `
  SELECT id, name, cleanup, retention_ms AS retentionMs, max_record_bytes AS maxRecordBytes,
         (SELECT count(*) FROM partitions WHERE topic = id) AS partitions
  FROM topics`;

export function openTopics(db: DatabaseSync): Topics {
  const one = db.prepare(`${columns} WHERE name = ?`);
  const every = db.prepare(`${columns} ORDER BY id`);
  const create = db.prepare(
    `INSERT INTO topics (name, cleanup, retention_ms, max_record_bytes) VALUES (?, ?, ?, ?)`,
  );
  const change = db.prepare(
    'UPDATE topics SET cleanup = ?, retention_ms = ?, max_record_bytes = ? WHERE id = ?',
  );
  const addPartition = db.prepare(
    'INSERT OR IGNORE INTO partitions (topic, partition) VALUES (?, ?)',
  );

  const find = (name: string): Topic | null => (one.get(name) as Topic | undefined) ?? null;
  const problems = (wanted: TopicSpec): readonly TopicProblem[] =>
    topicProblems(wanted, find(wanted.name));
  const addPartitions = (id: number, count: number): void => {
    for (let partition = 0; partition < count; partition++) addPartition.run(id, partition);
  };

  return {
    find,
    all: () => every.all() as Topic[],
    problems,
    apply: (wanted) => {
      const topic = find(wanted.name);
      if (topic === null) {
        const { lastInsertRowid } = create.run(
          wanted.name,
          wanted.cleanup,
          wanted.retentionMs,
          wanted.maxRecordBytes,
        );
        addPartitions(Number(lastInsertRowid), wanted.partitions);
        return [{ topic: wanted.name, change: `created with ${wanted.partitions} partitions` }];
      }
      const found = problems(wanted);
      if (found.length === 0) return [];
      addPartitions(topic.id, wanted.partitions);
      const retentionMs = Math.max(topic.retentionMs, wanted.retentionMs);
      const maxBytes = Math.max(topic.maxRecordBytes, wanted.maxRecordBytes);
      change.run(wanted.cleanup, retentionMs, maxBytes, topic.id);
      return found.map(({ setting, got }) => ({
        topic: wanted.name,
        change: `${setting} from ${got} to ${wantedText(wanted, setting)}`,
      }));
    },
  };
}

function wantedText(wanted: TopicSpec, setting: TopicProblem['setting']): string {
  return setting in wanted ? String(wanted[setting as keyof TopicSpec]) : '';
}
