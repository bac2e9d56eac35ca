// Follows a topic in no group, for ever. A session connects, finds where it is, and reads every
// leader's partitions in a long poll of its own; whatever goes wrong ends the session, and the next
// one goes on from the same positions after a jittered pause.

import type { Tail, TailOptions } from '../../port.ts';
import { backoffMs } from '../backoff.ts';
import { failureOf, reasonOf } from '../failures.ts';
import type { Adapter } from './adapter.ts';
import { createAlarmClock } from './alarm-clock.ts';
import { createPlaces } from './follower-places.ts';
import type { Lane, PartitionLeader } from './lane.ts';

const longPollMs = 1_500;
/** Leaders and partitions are compared with the brokers' word this often. */
const reviewMs = 60_000;
const retry = { baseMs: 50, maxMs: 1_000 };
/** A pause after an answer that moved nothing: never a hot loop. */
const emptyPauseMs = 20;

type Session = { readonly lane: Lane; over: boolean };

export function startFollower(adapter: Adapter, options: TailOptions): Tail {
  const { topic } = options;
  const who = `follower of ${topic}`;
  const { log, health } = adapter;
  const clock = createAlarmClock(adapter.background);
  const places = createPlaces(options, log);
  let session: Session | undefined;
  let lastContactMs = 0;
  let lastFetchMs = 0;
  let closed = false;

  const followForEver = async (): Promise<void> => {
    for (let attempt = 0; !closed; attempt++) {
      const beganMs = Date.now();
      session = { lane: adapter.openLane(), over: false };
      try {
        await follow(session);
        attempt = -1;
      } catch (error) {
        if (lastFetchMs >= beganMs) attempt = 0;
        if (!closed) await rest(error, attempt);
      } finally {
        session.lane.cut();
      }
    }
  };

  const rest = async (error: unknown, attempt: number): Promise<void> => {
    const [reason, failure] = [reasonOf(error), failureOf(error)];
    health.failed(who, reason);
    if (attempt === 0 || attempt === 10) {
      log({ level: 'warn', event: 'followerInterrupted', topic, reason, failure });
    }
    await clock.sleep(backoffMs(retry, attempt, Math.random));
  };

  const follow = async (mine: Session): Promise<void> => {
    const starts = await mine.lane.offsets(topic, 'start');
    const ends = await mine.lane.offsets(topic, 'end');
    const leaders = await mine.lane.leaders(topic);
    places.settle(starts, ends);
    contact();
    const nodes = [...new Set(leaders.map(({ leader }) => leader))];
    const loops = nodes.map((node) => readFrom(mine, node, leaders));
    try {
      await Promise.race([Promise.all(loops), review(mine, leaders)]);
    } finally {
      mine.over = true;
      mine.lane.cut(); // Ends the other loops' long polls.
      await Promise.allSettled(loops);
    }
  };

  const readFrom = async (
    mine: Session,
    node: number,
    leaders: readonly PartitionLeader[],
  ): Promise<void> => {
    const partitions = leaders
      .filter(({ leader }) => leader === node)
      .map(({ partition }) => partition);
    while (!closed && !mine.over) {
      const answer = await mine.lane.fetch(node, topic, places.next(partitions), longPollMs);
      if (closed || mine.over) return;
      contact();
      lastFetchMs = lastContactMs;
      if (!places.take(answer)) await clock.sleep(emptyPauseMs);
    }
  };

  /** Ends quietly when leaders or partitions are no longer what the session was planned on. */
  const review = async (mine: Session, planned: readonly PartitionLeader[]): Promise<void> => {
    for (;;) {
      await clock.sleep(reviewMs);
      if (closed || mine.over) return;
      await mine.lane.refresh();
      const now = await mine.lane.leaders(topic);
      if (JSON.stringify(now) !== JSON.stringify(planned)) return;
    }
  };

  const contact = (): void => {
    lastContactMs = Date.now();
    health.ok(who);
  };

  const following = followForEver();
  return {
    lastContactMs: () => lastContactMs,
    close: async () => {
      closed = true;
      places.close();
      clock.stop();
      session?.lane.cut();
      health.gone(who);
      await following;
    },
  };
}
