// A million rows a second without a broker: the aggregator's bus hands it the events itself. Batches
// are encoded once; before each is handed over again, only its number and its times are written into
// the bytes, so that the aggregator decodes, deduplicates and folds every one of them as new, and what
// feeding costs its process is next to nothing.

import type { Bus, BusRecord, ConsumerHandler } from '@regionpilot/bus';
import { type Batch, column, encodeBatch, topicFullName } from '@regionpilot/protocol';
import { fleetBatch } from './fold-batches.ts';

export type Fleet = {
  readonly clients: number;
  readonly groups: number;
  readonly rowsPerBatch: number;
  readonly regions: readonly string[];
};

export type Feed = {
  readonly bus: Bus;
  /** Hands over the next `batches`, each partition's together. */
  readonly push: (batches: number) => void;
};

const partitions = 4;
/** As wide as all that follow: a number of JSON begins with no zero. */
const firstSeq = 100_000_000;

type Template = { readonly bytes: Buffer; readonly client: string; readonly at: Places };
type Places = { readonly seq: number; readonly sentMs: number; readonly baseMs: number };

/** @param inner For everything but events. */
export function feedFor(inner: Bus, topicPrefix: string, fleet: Fleet): Feed {
  const topic = topicFullName(topicPrefix, 'events');
  const templates = Array.from({ length: fleet.clients }, (_, client) => template(fleet, client));
  const offsets = new Array<number>(partitions).fill(0);
  let handler: ConsumerHandler | null = null;
  let fed = 0;
  const push = (batches: number): void => {
    const nowMs = Date.now();
    const fetched: BusRecord[][] = Array.from({ length: partitions }, () => []);
    for (let i = 0; i < batches; i++, fed++) {
      const client = fed % fleet.clients;
      const partition = client % partitions;
      const { bytes, client: key, at } = templates[client] as Template;
      write(bytes, at.seq, firstSeq + Math.floor(fed / fleet.clients));
      write(bytes, at.sentMs, nowMs);
      write(bytes, at.baseMs, nowMs - 100);
      const offset = offsets[partition] ?? 0;
      offsets[partition] = offset + 1;
      const record = {
        topic,
        partition,
        offset,
        key,
        value: bytes,
        headers: {},
        appendedMs: nowMs,
      };
      fetched[partition]?.push(record);
    }
    for (const records of fetched) if (records.length > 0) handler?.records(records);
  };
  const bus: Bus = {
    ...inner,
    consume: async (options) => {
      const others = options.topics.filter((name) => name !== topic);
      const consumption = await inner.consume({ ...options, topics: others });
      handler = options.handler;
      for (let partition = 0; partition < partitions; partition++) {
        await handler.assigned({ topic, partition });
      }
      return {
        close: consumption.close,
        commit: async (at, offset) =>
          at.topic === topic ? undefined : consumption.commit(at, offset),
      };
    },
    ends: async (name) =>
      name === topic
        ? offsets.map((end, partition) => ({ topic, partition, start: 0, end }))
        : inner.ends(name),
  };
  return { bus, push };
}

function template(fleet: Fleet, client: number): Template {
  const batch = batchOf(fleet, client);
  const bytes = Buffer.from(encodeBatch(batch));
  const after = (name: string): number => bytes.indexOf(`"${name}":`) + name.length + 3;
  const at = { seq: after('seq'), sentMs: after('sentMs'), baseMs: after('baseMs') };
  return { bytes, client: batch.client, at };
}

function batchOf({ groups, rowsPerBatch, regions }: Fleet, client: number): Batch {
  const nowMs = Date.now();
  const batch = fleetBatch({ clients: 0, rowsPerBatch }, client, firstSeq, nowMs);
  const group = `group-${client % groups}`;
  const [, , ...counts] = batch.latency[0] ?? [];
  return {
    ...batch,
    applied: {},
    home: regions[client % regions.length] ?? '',
    strings: [group, ...regions],
    region: column(Array.from({ length: rowsPerBatch }, (_, row) => 1 + (row % regions.length))),
    latency: regions.map((_, at) => [0, at + 1, ...counts]),
  };
}

function write(bytes: Buffer, at: number, value: number): void {
  bytes.write(String(value), at, 'latin1');
}
