// One member of a consumer group. Beats once a second, settles anew whenever the group changes, and
// hands over slices of the partitions it owns. Everything asynchronous carries the partition's
// `turn`: an answer that belongs to an earlier assignment is dropped.

import { setTimeout as sleep } from 'node:timers/promises';
import { guard } from '../../handler.ts';
import type { BusLog } from '../../log.ts';
import type { ConsumeOptions, Consumption, StartOffset, TopicPartition } from '../../port.ts';
import { groupChannel, topicChannel } from './changes.ts';
import { beatMs, type Standing } from './groups.ts';
import type { Store } from './store.ts';

const assignRetryMs = 500;

type Owned = { readonly at: TopicPartition; readonly turn: number; position: number | null };

export function startConsumption(
  store: Store,
  { topics, group, handler }: ConsumeOptions,
  member: string,
  log: BusLog,
): Consumption {
  const owned = new Map<string, Owned>();
  let generation = 0;
  let turns = 0;
  let settling: Promise<void> | null = null;
  let again = false;
  let scheduled = false;
  let closed = false;

  const settle = (): Promise<void> => {
    again = settling !== null;
    settling ??= settleOnce().finally(() => {
      settling = null;
      if (again && !closed) void settle();
    });
    return settling;
  };

  const settleOnce = async (): Promise<void> => {
    const before = generation;
    try {
      const standing = await store.writer.write([], () => {
        const found = topics.flatMap((name) => store.topics.find(name) ?? []);
        return store.groups.settle(group, member, found, Date.now());
      });
      if (standing.generation !== before) store.changes.wake(new Set([groupChannel(group)]));
      if (!closed) apply(standing);
    } catch (error) {
      log({ level: 'warn', event: 'groupUnsettled', group, reason: (error as Error).message });
    }
  };

  const apply = (standing: Standing): void => {
    const renewed = standing.generation !== generation;
    generation = standing.generation;
    const now = new Set(standing.owned.map(keyOf));
    for (const [key, { at }] of owned) {
      if (now.has(key)) continue;
      owned.delete(key);
      guard(() => handler.revoked(at));
    }
    for (const at of standing.owned) {
      if (renewed || !owned.has(keyOf(at))) void assign(at);
    }
  };

  const assign = async (at: TopicPartition): Promise<void> => {
    const mine: Owned = { at, turn: ++turns, position: null };
    owned.set(keyOf(at), mine);
    const current = (): boolean => !closed && owned.get(keyOf(at)) === mine;
    while (current()) {
      try {
        const answer = await handler.assigned(at);
        if (current()) mine.position = place(at, answer);
        return schedule();
      } catch (error) {
        log({ level: 'error', event: 'assignedFailed', ...at, reason: (error as Error).message });
        await sleep(assignRetryMs);
      }
    }
  };

  const place = (at: TopicPartition, answer: StartOffset): number => {
    const topic = store.topics.find(at.topic);
    const ends = topic === null ? undefined : store.records.ends(topic)[at.partition];
    if (ends === undefined) return 0;
    if (answer === 'end') return ends.end;
    if (answer === 'start') return ends.start;
    const wanted = answer === 'committed' ? store.groups.committed(group, at) : answer;
    return Math.min(Math.max(wanted ?? ends.start, ends.start), ends.end);
  };

  const schedule = (): void => {
    if (scheduled || closed) return;
    scheduled = true;
    setImmediate(pump);
  };

  const pump = (): void => {
    scheduled = false;
    if (closed) return;
    const more = [...owned.values()].map(advance).some(Boolean);
    if (more) schedule();
  };

  const advance = (mine: Owned): boolean => {
    const topic = store.topics.find(mine.at.topic);
    if (topic === null || mine.position === null) return false;
    const { partition } = mine.at;
    const end = store.records.end(topic, partition);
    if (mine.position >= end) return false;
    const records = store.records.slice(topic, partition, mine.position);
    const last = records.at(-1);
    mine.position = last === undefined ? end : last.offset + 1;
    if (last !== undefined) guard(() => handler.records(records));
    return mine.position < end;
  };

  const stops = [
    store.changes.listen(groupChannel(group), () => void settle()),
    ...topics.map((topic) => store.changes.listen(topicChannel(topic), onTopic)),
  ];
  const partitionsSeen = new Map<string, number>();
  function onTopic(): void {
    schedule();
    if (topics.some(hasGrown)) void settle();
  }
  function hasGrown(name: string): boolean {
    const count = store.topics.find(name)?.partitions ?? 0;
    const grown = partitionsSeen.get(name) !== count;
    partitionsSeen.set(name, count);
    return grown;
  }
  const beat = setInterval(() => void settle(), beatMs);
  void settle();

  const leave = async (): Promise<void> => {
    closed = true;
    clearInterval(beat);
    for (const stop of stops) stop();
    for (const { at } of owned.values()) guard(() => handler.revoked(at));
    await settling;
    await store.writer.write([groupChannel(group)], () => store.groups.leave(group, member));
  };
  let left: Promise<void> | undefined;

  return {
    commit: async (at, offset) => {
      if (closed) return;
      await store.writer
        .write([], () => store.groups.commit(group, member, at, offset))
        .catch((error: unknown) =>
          log({ level: 'warn', event: 'commitFailed', ...at, reason: (error as Error).message }),
        );
    },
    close: () => (left ??= leave()),
  };
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
