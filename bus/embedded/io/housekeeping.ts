// What keeps the file from growing for ever: retention takes old records away, compaction all but
// the last of each key. Run now and then by whoever writes, in bounded bites, because a file has no
// broker of its own.

import type { DatabaseSync } from 'node:sqlite';
import type { Records } from './records.ts';
import type { Topic, Topics } from './topics.ts';

const everyMs = 10_000;
/** Records of a compacted partition that may pile up before the next compaction. */
const dirtyRecords = 1_000;
const biteRecords = 5_000;
/** A tombstone stays this long, so that a reader that is behind still learns of it. */
const tombstoneMs = 24 * 3_600_000;

export type Housekeeping = {
  /** Inside a transaction: does what is due, at most once per `everyMs`. */
  readonly tidyIfDue: (nowMs: number) => void;
  readonly tidy: (nowMs: number) => void;
};

export function openHousekeeping(db: DatabaseSync, topics: Topics, records: Records): Housekeeping {
  const removeBefore = db.prepare(
    'DELETE FROM records WHERE topic = ? AND partition = ? AND position < ?',
  );
  const raiseStart = db.prepare(
    'UPDATE partitions SET first = max(first, ?) WHERE topic = ? AND partition = ?',
  );
  const keepLastOfKey = db.prepare(
    `DELETE FROM records WHERE topic = ?1 AND partition = ?2 AND position NOT IN (
       SELECT max(position) FROM records WHERE topic = ?1 AND partition = ?2 GROUP BY key)`,
  );
  const removeTombstones = db.prepare(
    `DELETE FROM records
     WHERE topic = ? AND partition = ? AND value IS NULL AND appended_ms < ?`,
  );
  const compactedUpTo = new Map<string, number>();
  let nextMs = 0;

  const expire = (topic: Topic, partition: number, start: number, nowMs: number): void => {
    const cutoff = records.offsetAt(topic, partition, nowMs - topic.retentionMs);
    const until = Math.min(cutoff, start + biteRecords);
    if (until <= start) return;
    removeBefore.run(topic.id, partition, until);
    raiseStart.run(until, topic.id, partition);
  };

  const compact = (topic: Topic, partition: number, end: number, nowMs: number): void => {
    const key = `${topic.id}/${partition}`;
    if (end - (compactedUpTo.get(key) ?? 0) < dirtyRecords) return;
    keepLastOfKey.run(topic.id, partition);
    removeTombstones.run(topic.id, partition, nowMs - tombstoneMs);
    compactedUpTo.set(key, end);
  };

  const tidy = (nowMs: number): void => {
    for (const topic of topics.all()) {
      for (const { partition, start, end } of records.ends(topic)) {
        if (topic.cleanup === 'compact') compact(topic, partition, end, nowMs);
        else if (topic.retentionMs >= 0) expire(topic, partition, start, nowMs);
      }
    }
  };

  return {
    tidy,
    tidyIfDue: (nowMs) => {
      if (nowMs < nextMs && nextMs - nowMs <= everyMs) return;
      nextMs = nowMs + everyMs;
      tidy(nowMs);
    },
  };
}
