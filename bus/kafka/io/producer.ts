// Publishes with one request outstanding, acknowledged by all in-sync replicas, at an explicit
// partition. A request that failed is sent again until the call's own deadline: records may then be
// stored twice (by a frozen broker that thaws, even late), first appearances keep their order, and
// none is lost in silence.

import { PipelineError } from '@regionpilot/protocol';
import { busClosed, partitionFor, recordBytes, tooLarge, topicMissing } from '../../outgoing.ts';
import type { OutgoingRecord } from '../../port.ts';
import { backoffMs } from '../backoff.ts';
import { failureOf, reasonOf, sendFailed } from '../failures.ts';
import { type Call, parcelLength, pieces } from '../outbox.ts';
import { compressFromBytes, payloadBytes } from '../records.ts';
import type { Adapter } from './adapter.ts';
import { type AlarmClock, createAlarmClock } from './alarm-clock.ts';
import { defaultRequestTimeoutMs } from './client.ts';
import type { Lane, ProducePartition } from './lane.ts';

export type Producer = {
  readonly publish: (topic: string, records: readonly OutgoingRecord[]) => Promise<void>;
  /** Waits for what is under way, at most until its deadline. */
  readonly close: () => Promise<void>;
};

type Waiting = Call & {
  readonly deadlineMs: number;
  readonly succeed: () => void;
  readonly fail: (error: PipelineError) => void;
};

const retry = { baseMs: 50, maxMs: 1_000 };
/** A topic just created may be unknown to the broker that is asked for this long. */
const missingPatienceMs = 1_000;
const closeWithinMs = 2_000;
const who = 'producer';

export function createProducer(adapter: Adapter): Producer {
  const { health, log, config } = adapter;
  const timeoutMs = 2 * (config.requestTimeoutMs ?? defaultRequestTimeoutMs);
  const clock: AlarmClock = createAlarmClock(adapter.background);
  let queue: Waiting[] = [];
  let working: Promise<void> | undefined;
  let lane: Lane | undefined;
  let closed = false;

  const work = async (): Promise<void> => {
    await Promise.resolve(); // Calls of the same moment travel together.
    while (queue.length > 0) {
      const parcel = queue.splice(
        0,
        parcelLength(queue, ({ records }) => payloadBytes(records)),
      );
      await deliver(parcel);
    }
    working = undefined;
  };

  const deliver = async (parcel: readonly Waiting[]): Promise<void> => {
    const [first] = parcel;
    if (first === undefined) return;
    try {
      const records = parcel.flatMap((call) => call.records);
      for (const piece of pieces(records, recordBytes)) {
        await sendUntil(first.topic, piece, first.deadlineMs);
      }
      for (const call of parcel) call.succeed();
    } catch (error) {
      const failure = asPipelineError(first.topic, error);
      // One bad call must not take its neighbours down.
      if (parcel.length > 1 && !failure.retriable) for (const call of parcel) await deliver([call]);
      else for (const call of parcel) call.fail(failure);
    }
  };

  const sendUntil = async (
    topic: string,
    records: readonly OutgoingRecord[],
    deadlineMs: number,
  ): Promise<void> => {
    const startedMs = Date.now();
    for (let attempt = 0; ; attempt++) {
      try {
        await send(topic, records);
        health.ok(who);
        return;
      } catch (error) {
        if (error instanceof PipelineError) throw error; // Our own word on the record.
        const failure = failureOf(error);
        if (failure === 'tooLarge' && records.length > 1) return halves(topic, records, deadlineMs);
        const nowMs = Date.now();
        const patience = failure === 'topicMissing' ? startedMs + missingPatienceMs : deadlineMs;
        const hopeless = failure === 'tooLarge' || failure === 'refused' || closed;
        if (failure === 'passing') troubled(error, attempt);
        if (hopeless || nowMs >= Math.min(patience, deadlineMs)) throw error;
        if (failure === 'staleMetadata') await lane?.refresh().catch(() => {});
        else dropLane();
        await clock.sleep(backoffMs(retry, attempt, Math.random));
      }
    }
  };

  /** The broker limits a whole batch; records that fit alone go alone. */
  const halves = async (
    topic: string,
    records: readonly OutgoingRecord[],
    deadlineMs: number,
  ): Promise<void> => {
    const middle = Math.ceil(records.length / 2);
    await sendUntil(topic, records.slice(0, middle), deadlineMs);
    await sendUntil(topic, records.slice(middle), deadlineMs);
  };

  const send = async (topic: string, records: readonly OutgoingRecord[]): Promise<void> => {
    lane ??= adapter.openLane();
    const leaders = await lane.leaders(topic);
    const compression = payloadBytes(records) >= compressFromBytes ? 'gzip' : 'none';
    const byNode = new Map<number, Map<number, OutgoingRecord[]>>();
    for (const record of records) {
      const partition = partitionFor(record, leaders.length);
      const node = leaders[partition]?.leader ?? -1;
      const partitions = byNode.get(node) ?? new Map<number, OutgoingRecord[]>();
      byNode.set(node, partitions);
      const list = partitions.get(partition);
      if (list === undefined) partitions.set(partition, [record]);
      else list.push(record);
    }
    for (const [node, partitions] of byNode) {
      const data = [...partitions].map(([partition, list]) => toProduce(partition, list));
      await lane.produce(node, topic, data, compression);
    }
  };

  const troubled = (error: unknown, attempt: number): void => {
    const reason = reasonOf(error);
    health.failed(who, reason);
    if (attempt === 0) log({ level: 'warn', event: 'publishRetrying', reason });
  };

  const dropLane = (): void => {
    lane?.cut();
    lane = undefined;
  };

  return {
    publish: (topic, records) => {
      if (closed) return Promise.reject(busClosed());
      if (records.length === 0) return Promise.resolve();
      return new Promise((succeed, fail) => {
        queue.push({ topic, records, deadlineMs: Date.now() + timeoutMs, succeed, fail });
        working ??= work();
      });
    },
    close: async () => {
      closed = true;
      const patience = createAlarmClock();
      await Promise.race([working, patience.sleep(closeWithinMs)]);
      patience.stop();
      clock.stop();
      dropLane();
      for (const call of queue.splice(0)) call.fail(busClosed());
      queue = [];
      await working;
    },
  };
}

function toProduce(partition: number, records: readonly OutgoingRecord[]): ProducePartition {
  return {
    partition,
    messages: records.map(({ key, value, headers }) => ({
      key: Buffer.from(key),
      value: value === null ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      headers,
    })),
  };
}

function asPipelineError(topic: string, error: unknown): PipelineError {
  if (error instanceof PipelineError) return error;
  switch (failureOf(error)) {
    case 'topicMissing':
      return topicMissing(topic);
    case 'tooLarge':
      return tooLarge(topic);
    case 'staleMetadata':
    case 'offsetOutOfRange':
    case 'refused':
    case 'passing':
      return sendFailed(topic, error);
  }
}
