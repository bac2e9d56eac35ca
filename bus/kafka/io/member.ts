// One kafkajs consumer from joining its group to its end. It ends by `broken` for every reason that
// kafkajs does not recover from by itself; whoever holds it builds the next one.

import type { Consumer, EachBatchPayload } from 'kafkajs';
import { guard } from '../../handler.ts';
import type { ConsumeOptions, StartOffset, TopicPartition } from '../../port.ts';
import { backoffMs } from '../backoff.ts';
import { reasonOf } from '../failures.ts';
import { fromWire, isContent, type WireRecord } from '../records.ts';
import type { Adapter } from './adapter.ts';
import { type AlarmClock, createAlarmClock } from './alarm-clock.ts';
import { createClient } from './client.ts';
import { type Commits, createCommits } from './commits.ts';
import { patientLane } from './read.ts';
import { watchMember } from './watchdog.ts';

export type Member = {
  readonly commits: Commits;
  /** Resolves with the reason when this consumer is of no more use. */
  readonly broken: Promise<string>;
  readonly close: () => Promise<void>;
};

/** A partition that is ours for one `turn`: until the next assignment. */
type Held = {
  readonly at: TopicPartition;
  /** Next offset to hand over; null until its owner said where to begin. */
  position: number | null;
  /** End of the last batch that held nothing to hand over, for the watchdog. */
  seen: number;
};

const sliceRecords = 1_000;
const assignRetry = { baseMs: 200, maxMs: 2_000 };
/** A join takes the broker's initial delay (3 s by default); longer is not waited for. */
const joinPatienceMs = 5_000;
const leavePatienceMs = 2_000;

export function joinGroup(adapter: Adapter, options: ConsumeOptions): Member {
  const { topics, group, handler } = options;
  const { log, health } = adapter;
  const client = createClient(adapter.config, adapter.libraryLog, 'endless');
  const consumer = createConsumer(adapter, client.kafka, group);
  const questions = patientLane(adapter, topics.join(', '));
  const clock: AlarmClock = createAlarmClock();
  const held = new Map<string, Held>();
  let breakWith: (reason: string) => void = () => {};
  const broken = new Promise<string>((resolve) => {
    breakWith = resolve;
  });
  const commits = createCommits(consumer, log, breakWith);
  const watch = watchMember({ adapter, group, questions, held, breakWith });
  let connected = false;
  let closed = false;

  const onJoin = (assignment: Readonly<Record<string, readonly number[]>>): void => {
    watch.joined();
    const now = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    release(new Set(now.map(keyOf)));
    // Nothing of the new assignment is fetched before its owner said where to begin.
    consumer.pause(now.map(({ topic, partition }) => ({ topic, partitions: [partition] })));
    for (const at of now) void assign(at);
  };

  const release = (kept: ReadonlySet<string>): void => {
    for (const [key, { at }] of held) {
      if (kept.has(key)) continue;
      held.delete(key);
      guard(() => handler.revoked(at));
    }
  };

  const assign = async (at: TopicPartition): Promise<void> => {
    const mine: Held = { at, position: null, seen: 0 };
    held.set(keyOf(at), mine);
    const current = (): boolean => !closed && held.get(keyOf(at)) === mine;
    for (let attempt = 0; current(); attempt++) {
      try {
        const offset = await placeOf(at, await handler.assigned(at));
        if (!current()) return;
        consumer.seek({ ...at, offset: String(offset) });
        mine.position = offset;
        consumer.resume([{ topic: at.topic, partitions: [at.partition] }]);
        return;
      } catch (error) {
        log({ level: 'warn', event: 'assignedFailed', group, ...at, reason: reasonOf(error) });
        await clock.sleep(backoffMs(assignRetry, attempt, Math.random));
      }
    }
  };

  const placeOf = async (at: TopicPartition, answer: StartOffset): Promise<number> => {
    const of = (offsets: readonly { partition: number; offset: number }[]): number | undefined =>
      offsets.find(({ partition }) => partition === at.partition)?.offset;
    const start = of(await questions.run((lane) => lane.offsets(at.topic, 'start'))) ?? 0;
    if (answer === 'start') return start;
    const end = of(await questions.run((lane) => lane.offsets(at.topic, 'end'))) ?? start;
    if (answer === 'end') return end;
    const wanted =
      answer === 'committed'
        ? (of(await questions.run((lane) => lane.committed(group, at.topic))) ?? start)
        : answer;
    const offset = Math.min(Math.max(wanted, start), end);
    if (offset !== wanted) {
      log({ level: 'warn', event: 'offsetOutOfRange', group, ...at, wanted, start, end });
    }
    return offset;
  };

  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload;
    commits.through(payload.commitOffsetsIfNecessary);
    const at = { topic: batch.topic, partition: batch.partition };
    const mine = held.get(keyOf(at));
    const messages = batch.messages as readonly WireRecord[];
    for (let i = 0; i < messages.length; i += sliceRecords) {
      const isMine = mine !== undefined && held.get(keyOf(at)) === mine && mine.position !== null;
      if (!isMine || !isRunning() || isStale()) return;
      const slice = messages.slice(i, i + sliceRecords);
      hand(at, mine, slice);
      resolveOffset(slice.at(-1)?.offset ?? batch.lastOffset());
      await heartbeat();
    }
    resolveOffset(batch.lastOffset());
  };

  const hand = (at: TopicPartition, mine: Held, slice: readonly WireRecord[]): void => {
    const from = mine.position ?? 0;
    for (const { poison, offset } of slice) {
      if (poison === undefined) continue;
      log({ level: 'error', event: 'batchSkipped', group, ...at, lastOffset: offset, ...poison });
    }
    const records = slice
      .filter((record) => isContent(record) && Number(record.offset) >= from)
      .map((record) => fromWire(at.topic, at.partition, record));
    mine.position = Number(slice.at(-1)?.offset ?? from - 1) + 1;
    if (records.length > 0) guard(() => handler.records(records));
  };

  const { GROUP_JOIN, FETCH, CRASH, END_BATCH_PROCESS } = consumer.events;
  consumer.on(GROUP_JOIN, ({ payload }) => onJoin(payload.memberAssignment));
  consumer.on(FETCH, () => {
    watch.fetched();
    health.ok(watch.who);
  });
  consumer.on(CRASH, ({ payload }) => breakWith(reasonOf(payload.error)));
  consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset, batchSize } }) => {
    const mine = held.get(keyOf({ topic, partition }));
    if (mine !== undefined && batchSize === 0) mine.seen = Number(lastOffset) + 1;
  });

  const start = async (): Promise<void> => {
    await consumer.connect();
    connected = true;
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
  };
  const started = start().catch((error: unknown) => breakWith(reasonOf(error)));

  const leave = async (): Promise<void> => {
    closed = true;
    breakWith('closed');
    watch.stop();
    await commits.close();
    release(new Set());
    if (connected) {
      // Leaving in the middle of a join would leave a dead member behind for a session timeout.
      await within(clock, joinPatienceMs, started);
      await within(clock, leavePatienceMs, consumer.disconnect());
    }
    client.cut();
    clock.stop();
    questions.close();
    void consumer.disconnect().catch(() => {});
  };
  let left: Promise<void> | undefined;

  return {
    commits,
    broken,
    close: () => {
      left ??= leave();
      return left;
    },
  };
}

function createConsumer(
  { config }: Adapter,
  kafka: ReturnType<typeof createClient>['kafka'],
  groupId: string,
): Consumer {
  const sessionTimeout = config.sessionTimeoutMs ?? 6_000;
  return kafka.consumer({
    groupId,
    sessionTimeout,
    heartbeatInterval: sessionTimeout / 4,
    rebalanceTimeout: 10_000,
    minBytes: 1,
    maxWaitTimeInMs: 100,
    maxBytesPerPartition: 8 * 1024 * 1024,
    maxBytes: 32 * 1024 * 1024,
    metadataMaxAge: 60_000,
    allowAutoTopicCreation: false,
    readUncommitted: true,
    retry: { restartOnFailure: async () => false },
  });
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

async function within(clock: AlarmClock, ms: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => {}), clock.sleep(ms)]);
}
