// The event log: topics of partitions, one clock for all stamps, and readers that get every record
// of a partition in order, late or repeated, never out of order. It can be away for a while.

import { type Decoded, topicDefaults } from '@regionpilot/protocol';
import { type Host, wallZeroMs } from './host.ts';
import type { Schedule } from './schedule.ts';

export type TopicName = 'events' | 'partials' | 'decisions' | 'overrides' | 'incidents' | 'state';

export type LogRecord = {
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly appendedMs: number;
};

export type Outgoing = Pick<LogRecord, 'key' | 'value'> & { readonly partition?: number };

export class SimLog {
  readonly schedule: Schedule;
  readonly eventPartitions: number;
  /** The brokers are away. */
  down = false;
  /** Called with each record that got into the log. */
  onAppend: (record: LogRecord) => void = () => undefined;
  readonly #partitions = new Map<string, LogRecord[]>();
  readonly #readers = new Map<string, Set<Reader>>();

  constructor(schedule: Schedule, eventPartitions: number = topicDefaults.eventPartitions) {
    this.schedule = schedule;
    this.eventPartitions = eventPartitions;
  }

  records(topic: TopicName, partition = 0): readonly LogRecord[] {
    return this.#list(`${topic}/${partition}`);
  }

  append(topic: TopicName, { key, value, partition = 0 }: Outgoing): void {
    const place = `${topic}/${partition}`;
    const list = this.#list(place);
    const appendedMs = wallZeroMs + Math.floor(this.schedule.nowMs);
    const record = { topic, partition, offset: list.length, key, value, appendedMs };
    list.push(record);
    this.onAppend(record);
    for (const reader of this.#readers.get(place) ?? []) reader.wake();
  }

  attach(place: string, reader: Reader): void {
    const readers = this.#readers.get(place) ?? new Set();
    this.#readers.set(place, readers.add(reader));
  }

  detach(place: string, reader: Reader): void {
    this.#readers.get(place)?.delete(reader);
  }

  #list(place: string): LogRecord[] {
    const known = this.#partitions.get(place);
    if (known !== undefined) return known;
    const list: LogRecord[] = [];
    this.#partitions.set(place, list);
    return list;
  }
}

export type ReaderOptions = {
  readonly log: SimLog;
  readonly host: Host;
  readonly topic: TopicName;
  readonly partition?: number;
  readonly from: number;
  readonly records: (records: readonly LogRecord[]) => void;
  /** Called once, when everything that was there at the beginning has been handed over. */
  readonly caughtUp?: () => void;
  /** What was there at the beginning may have lost all but the newest of each key. */
  readonly compacted?: boolean;
};

const retryMs = 50;
const fetchMost = 500;

export class Reader {
  readonly #options: ReaderOptions;
  readonly #place: string;
  readonly #endAtStart: number;
  #position: number;
  #waiting = false;
  #closed = false;
  #isCaughtUp = false;

  constructor(options: ReaderOptions) {
    const { log, topic, partition = 0, from } = options;
    this.#options = options;
    this.#place = `${topic}/${partition}`;
    this.#position = from;
    this.#endAtStart = log.records(topic, partition).length;
    log.attach(this.#place, this);
    this.wake();
  }

  wake(): void {
    this.#fetchAfter(this.#options.host.requestMs());
  }

  close(): void {
    this.#closed = true;
    this.#options.log.detach(this.#place, this);
  }

  #fetchAfter(ms: number): void {
    if (this.#waiting || this.#closed) return;
    this.#waiting = true;
    this.#options.host.after(ms, () => {
      this.#waiting = false;
      if (!this.#closed) this.#fetch();
    });
  }

  #fetch(): void {
    const { log, host, topic, partition = 0, records, caughtUp } = this.#options;
    if (log.down || host.cut || host.rng.chance(host.network.lost))
      return this.#fetchAfter(retryMs);
    const all = log.records(topic, partition);
    const end = Math.min(all.length, this.#position + fetchMost);
    const batch = this.#withoutForgotten(all, all.slice(this.#position, end));
    this.#position = end;
    if (batch.length > 0) records(batch);
    if (!this.#isCaughtUp && this.#position >= this.#endAtStart) {
      this.#isCaughtUp = true;
      caughtUp?.();
    }
    if (this.#position < all.length) this.wake();
  }

  #withoutForgotten(all: readonly LogRecord[], batch: readonly LogRecord[]): readonly LogRecord[] {
    if (this.#options.compacted !== true || this.#isCaughtUp) return batch;
    const newest = new Map<string, number>();
    for (const { key, offset } of all.slice(0, this.#endAtStart)) newest.set(key, offset);
    return batch.filter(
      ({ key, offset }) => offset >= this.#endAtStart || newest.get(key) === offset,
    );
  }
}

const decodings = new WeakMap<LogRecord, Decoded<unknown>>();

/** The production codec's word on a record; asked once per record, however many readers it has. */
export function decodeOnce<Value>(
  record: LogRecord,
  decode: (bytes: Uint8Array) => Decoded<Value>,
): Value {
  const known = decodings.get(record) ?? decode(record.value ?? new Uint8Array());
  decodings.set(record, known);
  if (known.kind === 'ok') return known.value as Value;
  throw new Error(`${record.topic} record is invalid: ${known.text}`);
}
