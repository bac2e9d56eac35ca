// Sees what kafkajs does not tell: a consumer that stopped fetching without an event (#659), and one
// that fetches without moving although the log goes on (#1072). Only the log's own word counts as
// proof: while no broker answers, the consumer is left alone, because a member that comes back under
// its old name resumes at once and a new one waits for the old one's session to end.

import type { TopicPartition } from '../../port.ts';
import type { Adapter } from './adapter.ts';
import type { patientLane } from './read.ts';

export type Watch = {
  readonly who: string;
  readonly joined: () => void;
  readonly fetched: () => void;
  readonly stop: () => void;
};

type Watched = {
  readonly adapter: Adapter;
  readonly group: string;
  readonly questions: ReturnType<typeof patientLane>;
  readonly held: ReadonlyMap<
    string,
    { readonly at: TopicPartition; readonly position: number | null; readonly seen: number }
  >;
  readonly breakWith: (reason: string) => void;
};

const lookMs = 5_000;
const silentMs = 10_000;
/** Longest a join may take: rebalance timeout, initial delay, and some. */
const joinMs = 30_000;

export function watchMember({ adapter, group, questions, held, breakWith }: Watched): Watch {
  const who = `consumer of ${group}`;
  let hasJoined = false;
  let lastSignMs = Date.now();
  let before = new Map<string, number>();
  let looking = false;

  const look = async (): Promise<void> => {
    const silentForMs = Date.now() - lastSignMs;
    if (hasJoined && silentForMs > lookMs) adapter.health.failed(who, 'no fetch is answered');
    const ends = await endsOfHeld();
    if (silentForMs > (hasJoined ? silentMs : joinMs)) {
      breakWith(`silent for ${silentForMs} ms while brokers answer`);
    }
    const now = new Map<string, number>();
    for (const [key, { position, seen }] of held) {
      if (position === null || Math.max(position, seen) >= (ends.get(key) ?? 0)) continue;
      now.set(key, position);
      if (before.get(key) === position) breakWith(`stands still at ${key} offset ${position}`);
    }
    before = now;
  };

  const endsOfHeld = async (): Promise<ReadonlyMap<string, number>> => {
    const ends = new Map<string, number>();
    for (const topic of new Set([...held.values()].map(({ at }) => at.topic))) {
      for (const { partition, offset } of await questions.run((lane) =>
        lane.offsets(topic, 'end'),
      )) {
        ends.set(`${topic}/${partition}`, offset);
      }
    }
    return ends;
  };

  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch(() => {}) // No broker answers: nothing is proven.
      .finally(() => {
        looking = false;
      });
  }, lookMs);

  return {
    who,
    joined: () => {
      hasJoined = true;
      lastSignMs = Date.now();
    },
    fetched: () => {
      lastSignMs = Date.now();
    },
    stop: () => {
      clearInterval(timer);
      adapter.health.gone(who);
    },
  };
}
