// One kafkajs consumer from joining its group to its end. It ends by `broken` for every reason that
// kafkajs does not recover from by itself; whoever holds it builds the next one.

import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { ConsumeOptions } from '../../port.ts';
import { reasonOf } from '../failures.ts';
import type { WireRecord } from '../records.ts';
import type { Adapter } from './adapter.ts';
import { type AlarmClock, createAlarmClock } from './alarm-clock.ts';
import { createClient } from './client.ts';
import { type Commits, createCommits } from './commits.ts';
import { createHoldings, type Holdings, keyOf } from './holdings.ts';
import { patientLane } from './read.ts';
import { type Watch, watchMember } from './watchdog.ts';

export type Member = {
  readonly commits: Commits;
  /** Resolves with the reason when this consumer is of no more use. */
  readonly broken: Promise<string>;
  readonly close: () => Promise<void>;
};

const sliceRecords = 1_000;
/** A join takes the broker's initial delay (3 s by default); longer is not waited for. */
const joinPatienceMs = 5_000;
const leavePatienceMs = 2_000;

export function joinGroup(adapter: Adapter, options: ConsumeOptions): Member {
  const { topics, group } = options;
  const client = createClient(
    adapter.config,
    { log: adapter.libraryLog, background: adapter.background },
    'endless',
  );
  const consumer = createConsumer(adapter, client.kafka, group);
  const questions = patientLane(adapter, topics.join(', '));
  let breakWith: (reason: string) => void = () => {};
  const broken = new Promise<string>((resolve) => {
    breakWith = resolve;
  });
  const commits = createCommits(consumer, adapter.log, breakWith);
  const holdings = createHoldings(adapter, options, consumer, questions);
  const watch = watchMember({ adapter, group, questions, held: holdings.all, breakWith });
  const clock = createAlarmClock();
  let connected = false;

  listen(consumer, holdings, watch, () => adapter.health.ok(watch.who), breakWith);
  const start = async (): Promise<void> => {
    await consumer.connect();
    connected = true;
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    const eachBatch = (payload: EachBatchPayload): Promise<void> => {
      commits.through(payload.commitOffsetsIfNecessary);
      return handOver(payload, holdings);
    };
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
  };
  const started = start().catch((error: unknown) => breakWith(reasonOf(error)));

  const leave = async (): Promise<void> => {
    breakWith('closed');
    watch.stop();
    await commits.close();
    holdings.close();
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

/** In slices, with a sign of life to the group after each. */
async function handOver(payload: EachBatchPayload, holdings: Holdings): Promise<void> {
  const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload;
  const at = { topic: batch.topic, partition: batch.partition };
  const mine = holdings.ready(at);
  const messages = batch.messages as readonly WireRecord[];
  for (let i = 0; i < messages.length; i += sliceRecords) {
    // A rebalance or a seek came between: what is left of this batch belongs to the past.
    if (mine === null || holdings.ready(at) !== mine || !isRunning() || isStale()) return;
    const slice = messages.slice(i, i + sliceRecords);
    holdings.hand(mine, slice);
    resolveOffset(slice.at(-1)?.offset ?? batch.lastOffset());
    await heartbeat();
  }
  resolveOffset(batch.lastOffset());
}

function listen(
  consumer: Consumer,
  holdings: Holdings,
  watch: Watch,
  onFetch: () => void,
  breakWith: (reason: string) => void,
): void {
  const { GROUP_JOIN, FETCH, CRASH, END_BATCH_PROCESS } = consumer.events;
  consumer.on(GROUP_JOIN, ({ payload: { memberAssignment } }) => {
    watch.joined();
    holdings.replace(
      Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      ),
    );
  });
  consumer.on(FETCH, () => {
    watch.fetched();
    onFetch();
  });
  consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset, batchSize } }) => {
    const holding = holdings.all.get(keyOf({ topic, partition }));
    if (holding !== undefined && batchSize === 0) holding.seen = Number(lastOffset) + 1;
  });
  consumer.on(CRASH, ({ payload }) => breakWith(reasonOf(payload.error)));
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

async function within(clock: AlarmClock, ms: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => {}), clock.sleep(ms)]);
}
