// Follows a topic in no group, for ever. A session connects, finds where it is, and reads every
// leader's partitions in a long poll of its own; whatever goes wrong ends the session, and the next
// one goes on from the same positions after a jittered pause.

import { guard } from '../../handler.ts';
import type { BusRecord, Tail, TailOptions } from '../../port.ts';
import { backoffMs } from '../backoff.ts';
import { failureOf, reasonOf } from '../failures.ts';
import { nextPlace, type Place } from '../position.ts';
import { fromWire, isContent } from '../records.ts';
import type { Adapter } from './adapter.ts';
import { createAlarmClock } from './alarm-clock.ts';
import type { FetchedPartition, Lane } from './lane.ts';

const longPollMs = 1_500;
/** Leaders and partitions are compared with the brokers' word this often. */
const reviewMs = 60_000;
const retry = { baseMs: 50, maxMs: 1_000 };
/** A pause after an empty answer that came at once: never a hot loop. */
const emptyPauseMs = 20;

type Partition = Place & { readonly target: number };

export function startFollower(adapter: Adapter, options: TailOptions): Tail {
  const { topic, from = 'start', handler } = options;
  const who = `follower of ${topic}`;
  const { log, health } = adapter;
  const clock = createAlarmClock();
  const places = new Map<number, Partition>();
  let lastContactMs = 0;
  let lastFetchMs = 0;
  let caughtUp = false;
  let closed = false;
  let lane: Lane | undefined;

  const followForEver = async (): Promise<void> => {
    for (let attempt = 0; !closed; attempt++) {
      const beganMs = Date.now();
      lane = adapter.openLane();
      try {
        await session(lane);
        attempt = -1;
      } catch (error) {
        if (lastFetchMs >= beganMs) attempt = 0;
        if (!closed) await rest(error, attempt);
      } finally {
        lane.cut();
      }
    }
  };

  const rest = async (error: unknown, attempt: number): Promise<void> => {
    const reason = reasonOf(error);
    health.failed(who, reason);
    if (attempt === 0 || attempt === 10) {
      log({
        level: 'warn',
        event: 'followerInterrupted',
        topic,
        reason,
        failure: failureOf(error),
      });
    }
    await clock.sleep(backoffMs(retry, attempt, Math.random));
  };

  const session = async (mine: Lane): Promise<void> => {
    const [starts, ends, leaders] = [
      await mine.offsets(topic, 'start'),
      await mine.offsets(topic, 'end'),
      await mine.leaders(topic),
    ];
    const isFirst = places.size === 0;
    starts.forEach(({ partition, offset: start }, i) => {
      settlePlace(partition, start, ends[i]?.offset ?? start, isFirst);
    });
    contact();
    announceCaughtUp();
    const nodes = new Set(leaders.map(({ leader }) => leader));
    const session = { over: false };
    const loops = [...nodes].map((node) => {
      const partitions = leaders.filter(({ leader }) => leader === node);
      return readLoop(
        mine,
        node,
        partitions.map(({ partition }) => partition),
        session,
      );
    });
    try {
      await Promise.race([Promise.all(loops), review(mine, leaders, session)]);
    } finally {
      session.over = true;
      mine.cut(); // Ends the other loops' long polls.
      await Promise.allSettled(loops);
    }
  };

  const settlePlace = (partition: number, start: number, end: number, isFirst: boolean): void => {
    const known = places.get(partition);
    if (known === undefined) {
      // A partition that appears later is read from its start: nothing in it is old.
      const position = from === 'end' && isFirst ? end : start;
      places.set(partition, { position, stuck: 0, target: isFirst ? end : start });
      return;
    }
    const position = Math.min(Math.max(known.position, start), end);
    if (position === known.position) return;
    log({
      level: 'warn',
      event: 'followerMoved',
      topic,
      partition,
      from: known.position,
      to: position,
    });
    places.set(partition, { ...known, position, target: Math.min(known.target, end) });
  };

  const readLoop = async (
    mine: Lane,
    node: number,
    partitions: readonly number[],
    session: { readonly over: boolean },
  ): Promise<void> => {
    while (!closed && !session.over) {
      const wanted = partitions.map((partition) => ({
        partition,
        offset: places.get(partition)?.position ?? 0,
      }));
      const answer = await mine.fetch(node, topic, wanted, longPollMs);
      if (closed || session.over) return;
      contact();
      lastFetchMs = lastContactMs;
      const moved = answer.map(take).some(Boolean);
      announceCaughtUp();
      if (!moved && answer.some(isBehind)) await clock.sleep(emptyPauseMs);
    }
  };

  const take = ({ partition, highWatermark, records }: FetchedPartition): boolean => {
    const place = places.get(partition);
    if (place === undefined) return false;
    for (const record of records) {
      if (closed) return false;
      if (Number(record.offset) < place.position) continue;
      if (record.poison !== undefined) {
        log({
          level: 'error',
          event: 'batchSkipped',
          topic,
          partition,
          lastOffset: record.offset,
          ...record.poison,
        });
      }
      if (isContent(record)) deliver(fromWire(topic, partition, record));
    }
    const last = records.at(-1);
    const lastOffset = last === undefined ? null : Number(last.offset);
    const next = nextPlace(place, { lastOffset, highWatermark });
    if (lastOffset === null && next.position !== place.position) {
      log({
        level: 'warn',
        event: 'followerSkipped',
        topic,
        partition,
        from: place.position,
        to: next.position,
      });
    }
    places.set(partition, { ...place, ...next });
    return next.position !== place.position;
  };

  const deliver = (record: BusRecord): void => guard(() => handler.record(record));

  const isBehind = ({ partition, highWatermark }: FetchedPartition): boolean =>
    highWatermark > (places.get(partition)?.position ?? 0);

  const announceCaughtUp = (): void => {
    if (caughtUp || closed || places.size === 0) return;
    if (![...places.values()].every(({ position, target }) => position >= target)) return;
    caughtUp = true;
    guard(handler.caughtUp);
  };

  const contact = (): void => {
    lastContactMs = Date.now();
    health.ok(who);
  };

  /** Ends quietly when leaders or partitions are no longer what the session was planned on. */
  const review = async (
    mine: Lane,
    planned: Awaited<ReturnType<Lane['leaders']>>,
    session: { readonly over: boolean },
  ): Promise<void> => {
    for (;;) {
      await clock.sleep(reviewMs);
      if (closed || session.over) return;
      await mine.refresh();
      const now = await mine.leaders(topic);
      if (JSON.stringify(now) !== JSON.stringify(planned)) return;
    }
  };

  const following = followForEver();
  return {
    lastContactMs: () => lastContactMs,
    close: async () => {
      closed = true;
      clock.stop();
      lane?.cut();
      health.gone(who);
      await following;
    },
  };
}
