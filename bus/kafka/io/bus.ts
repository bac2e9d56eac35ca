// Kafka behind the port.

import type { KafkaConfig } from '../../config.ts';
import type { BusOptions } from '../../log.ts';
import { busClosed } from '../../outgoing.ts';
import type { Bus, PartitionEnds } from '../../port.ts';
import type { Adapter } from './adapter.ts';
import { startConsumption } from './consumption.ts';
import { startFollower } from './follower.ts';
import { createHealthBook } from './health.ts';
import { openLane } from './lane.ts';
import { createProducer } from './producer.ts';
import { patientLane, readStretch } from './read.ts';
import { applyTopics, verifyTopics } from './topics.ts';

type Closable = { readonly close: () => Promise<void> };

/**
 * Opens a bus on Kafka. Connects when first used, survives every loss of a broker, and tells
 * `options.log` what it goes through. Thousands of records a second through one bus are fine; one
 * bus per process is enough.
 */
export function openKafkaBus(config: KafkaConfig, options: BusOptions = {}): Bus {
  const health = createHealthBook();
  const adapter: Adapter = {
    config,
    log: options.log ?? (() => {}),
    libraryLog: options.log,
    health,
    background: options.background ?? false,
    openLane: () => openLane(config, options),
  };
  const producer = createProducer(adapter);
  const users = new Set<Closable>([producer]);
  let closing: Promise<void> | undefined;

  const ready = (): Adapter => {
    if (closing !== undefined) throw busClosed();
    return adapter;
  };
  const use = <User extends Closable>(user: User): User => {
    const close = (): Promise<void> => {
      users.delete(wrapped);
      return user.close();
    };
    const wrapped = { ...user, close };
    users.add(wrapped);
    return wrapped;
  };

  return {
    kind: 'kafka',
    publish: producer.publish,
    consume: async (wanted) => use(startConsumption(ready(), wanted)),
    tail: async (wanted) => use(startFollower(ready(), wanted)),
    read: (wanted) => readStretch(ready(), wanted),
    ends: async (topic) => endsOf(ready(), topic),
    lag: async (group, topic) => lagOf(ready(), group, topic),
    health: health.health,
    verifyTopics: async (wanted) => verifyTopics(ready(), wanted),
    applyTopics: async (wanted) => applyTopics(ready(), wanted),
    close: () => {
      closing ??= Promise.all([...users].map((user) => user.close())).then(() => {});
      return closing;
    },
  };
}

const quickTries = 4;

async function endsOf(adapter: Adapter, topic: string): Promise<readonly PartitionEnds[]> {
  const { run, close } = patientLane(adapter, topic, quickTries);
  try {
    const starts = await run((lane) => lane.offsets(topic, 'start'));
    const ends = await run((lane) => lane.offsets(topic, 'end'));
    return starts.map(({ partition, offset: start }, i) => ({
      topic,
      partition,
      start,
      end: ends[i]?.offset ?? start,
    }));
  } finally {
    close();
  }
}

async function lagOf(
  adapter: Adapter,
  group: string,
  topic: string,
): Promise<ReadonlyMap<number, number>> {
  const ends = await endsOf(adapter, topic);
  const { run, close } = patientLane(adapter, topic, quickTries);
  try {
    const committed = await run((lane) => lane.committed(group, topic));
    const of = new Map(committed.map(({ partition, offset }) => [partition, offset]));
    return new Map(
      ends.map(({ partition, start, end }) => {
        const from = Math.max(of.get(partition) ?? start, start);
        return [partition, Math.max(end - from, 0)];
      }),
    );
  } finally {
    close();
  }
}
