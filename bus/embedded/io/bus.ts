// The embedded log: one SQLite file (or memory) behind the port, for one machine.

import { randomUUID } from 'node:crypto';
import type { EmbeddedConfig } from '../../config.ts';
import type { BusOptions } from '../../log.ts';
import { busClosed, topicMissing } from '../../outgoing.ts';
import type { Bus, PartitionEnds } from '../../port.ts';
import { topicChannel } from './changes.ts';
import { startConsumption } from './consumption.ts';
import { readStretch } from './read.ts';
import { openStore, type Store } from './store.ts';
import { startTail } from './tail.ts';
import type { Topic } from './topics.ts';

type Closable = { readonly close: () => Promise<void> };

/**
 * Opens the log in `file`; several buses of one process share one connection, several processes one
 * file. `:memory:` gives a log of its own, to be shared as one bus among all who need it. Opening
 * and closing are cheap; whoever shares a bus agrees on who closes it.
 * @throws {PipelineError} FILE_UNREADABLE.
 */
export function openEmbeddedBus(
  config: Pick<EmbeddedConfig, 'file'>,
  { log = () => {} }: BusOptions = {},
): Bus {
  const store = openStore(config.file);
  const users = new Set<Closable>();
  let closing: Promise<void> | undefined;

  const ready = (): Store => {
    if (closing !== undefined) throw busClosed();
    return store;
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
  const close = async (): Promise<void> => {
    await Promise.all([...users].map((user) => user.close()));
    await store.release();
  };

  return {
    kind: 'embedded',
    publish: async (topic, records) => {
      if (records.length === 0) return;
      const { writer, topics, records: stored, housekeeping } = ready();
      await writer.write([topicChannel(topic)], () => {
        const nowMs = Date.now();
        stored.append(existing(topics.find(topic), topic), records, nowMs);
        housekeeping.tidyIfDue(nowMs);
      });
    },
    consume: async (options) => use(startConsumption(ready(), options, randomUUID(), log)),
    tail: async (options) => use(startTail(ready(), options)),
    read: (options) => readStretch(ready(), options),
    ends: async (topic) => endsOf(ready(), topic),
    lag: async (group, topic) => lagOf(ready(), group, topic),
    health: () => {
      const trouble = store.writer.trouble();
      return trouble === null ? { kind: 'up' } : { kind: 'down', ...trouble };
    },
    verifyTopics: async (wanted) => {
      const { topics } = ready();
      return wanted.flatMap((spec) => topics.problems(spec));
    },
    applyTopics: async (wanted) => {
      const { writer, topics } = ready();
      const channels = wanted.map(({ name }) => topicChannel(name));
      return writer.write(channels, () => wanted.flatMap((spec) => topics.apply(spec)));
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function existing(topic: Topic | null, name: string): Topic {
  if (topic === null) throw topicMissing(name);
  return topic;
}

function endsOf(store: Store, name: string): readonly PartitionEnds[] {
  return store.records.ends(existing(store.topics.find(name), name));
}

function lagOf(store: Store, group: string, name: string): ReadonlyMap<number, number> {
  return new Map(
    endsOf(store, name).map(({ topic, partition, start, end }) => {
      const committed = store.groups.committed(group, { topic, partition }) ?? start;
      return [partition, Math.max(end - Math.max(committed, start), 0)];
    }),
  );
}
