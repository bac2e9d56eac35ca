// Appending to and reading from partitions. Offsets are dense when written and keep holes where
// compaction took records away; stamps never run backwards within a partition, so that a time can be
// found by halving.

import type { DatabaseSync } from 'node:sqlite';
import type { Headers } from '@regionpilot/protocol';
import { partitionFor, recordBytes, tooLarge } from '../../outgoing.ts';
import type { BusRecord, OutgoingRecord, PartitionEnds } from '../../port.ts';
import type { Topic } from './topics.ts';

/** One turn of the event loop reads at most this much of a partition. */
const sliceRecords = 500;
const sliceBytes = 1_000_000;

export type Records = {
  /** Inside a transaction. @throws {PipelineError} RECORD_TOO_LARGE, before anything is written. */
  readonly append: (topic: Topic, records: readonly OutgoingRecord[], nowMs: number) => void;
  /** The next records from `from` on, a bounded slice; shared by all who read the same place. */
  readonly slice: (topic: Topic, partition: number, from: number) => readonly BusRecord[];
  readonly end: (topic: Topic, partition: number) => number;
  readonly ends: (topic: Topic) => readonly PartitionEnds[];
  /** First offset stamped at or after `atMs`, or the end. */
  readonly offsetAt: (topic: Topic, partition: number, atMs: number) => number;
};

type Row = Record<string, unknown>;
type Slice = { readonly from: number; readonly end: number; readonly rows: readonly BusRecord[] };

export function openRecords(db: DatabaseSync): Records {
  const insert = db.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)');
  const head = db.prepare('SELECT next, stamp FROM partitions WHERE topic = ? AND partition = ?');
  const advance = db.prepare(
    'UPDATE partitions SET next = ?, stamp = ? WHERE topic = ? AND partition = ?',
  );
  const from = db.prepare(
    `SELECT position, appended_ms, key, headers, value FROM records
     WHERE topic = ? AND partition = ? AND position >= ? ORDER BY position`,
  );
  const stampFrom = db.prepare(
    `SELECT position, appended_ms FROM records
     WHERE topic = ? AND partition = ? AND position >= ? ORDER BY position LIMIT 1`,
  );
  const allEnds = db.prepare(
    'SELECT partition, first, next FROM partitions WHERE topic = ? ORDER BY partition',
  );
  const lastSlices = new Map<string, Slice>();

  const endOf = (topic: Topic, partition: number): number =>
    Number((head.get(topic.id, partition) as Row | undefined)?.['next'] ?? 0);

  const appendTo = (
    topic: Topic,
    partition: number,
    records: readonly OutgoingRecord[],
    nowMs: number,
  ): void => {
    const { next, stamp } = head.get(topic.id, partition) as { next: number; stamp: number };
    const appendedMs = Math.max(stamp, nowMs);
    let position = next;
    for (const { key, headers, value } of records) {
      const text = JSON.stringify(headers);
      insert.run(topic.id, partition, position++, appendedMs, key, text, value);
    }
    advance.run(position, appendedMs, topic.id, partition);
  };

  return {
    append: (topic, records, nowMs) => {
      const byPartition = new Map<number, OutgoingRecord[]>();
      for (const record of records) {
        const bytes = recordBytes(record);
        if (bytes > topic.maxRecordBytes) throw tooLarge(topic.name, bytes, topic.maxRecordBytes);
        const partition = partitionFor(record, topic.partitions);
        const list = byPartition.get(partition);
        if (list === undefined) byPartition.set(partition, [record]);
        else list.push(record);
      }
      for (const [partition, list] of byPartition) appendTo(topic, partition, list, nowMs);
    },

    slice: (topic, partition, start) => {
      const key = `${topic.id}/${partition}`;
      const end = endOf(topic, partition);
      const last = lastSlices.get(key);
      if (last?.from === start && last.end === end) return last.rows;
      const rows: BusRecord[] = [];
      let bytes = 0;
      for (const row of from.iterate(topic.id, partition, start)) {
        const record = toRecord(topic.name, partition, row as Row);
        rows.push(record);
        bytes += record.value?.length ?? 0;
        if (rows.length === sliceRecords || bytes >= sliceBytes) break;
      }
      lastSlices.set(key, { from: start, end, rows });
      return rows;
    },

    end: endOf,
    ends: (topic) =>
      allEnds.all(topic.id).map((row) => ({
        topic: topic.name,
        partition: Number(row['partition']),
        start: Number(row['first']),
        end: Number(row['next']),
      })),

    offsetAt: (topic, partition, atMs) => {
      let low = 0;
      let high = endOf(topic, partition);
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        const row = stampFrom.get(topic.id, partition, middle) as Row | undefined;
        if (row === undefined || Number(row['appended_ms']) >= atMs) high = middle;
        else low = Number(row['position']) + 1;
      }
      return low;
    },
  };
}

function toRecord(topic: string, partition: number, row: Row): BusRecord {
  return {
    topic,
    partition,
    offset: row['position'] as number,
    key: row['key'] as string,
    value: row['value'] as Uint8Array | null,
    headers: JSON.parse(row['headers'] as string) as Headers,
    appendedMs: row['appended_ms'] as number,
  };
}
