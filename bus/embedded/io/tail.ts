// Follows a topic in no group. Woken by changes, hands over a bounded slice per turn of the event
// loop, and remembers where "what was there at the start" ended.

import { guard } from '../../handler.ts';
import type { Tail, TailOptions } from '../../port.ts';
import { topicChannel } from './changes.ts';
import type { Store } from './store.ts';
import type { Topic } from './topics.ts';

type Place = { readonly partition: number; position: number; readonly target: number };

export function startTail(store: Store, { topic: name, from, handler }: TailOptions): Tail {
  let places: Place[] | null = null;
  let caughtUp = false;
  let scheduled = false;
  let closed = false;

  const schedule = (): void => {
    if (scheduled || closed) return;
    scheduled = true;
    setImmediate(pump);
  };

  const pump = (): void => {
    scheduled = false;
    const topic = closed ? null : store.topics.find(name);
    if (topic === null) return; // A topic that is created later wakes us.
    places = placesOf(store, topic, from ?? 'start', places);
    const more = places.map((place) => advance(topic, place)).some(Boolean);
    if (!caughtUp && !closed && places.every(({ position, target }) => position >= target)) {
      caughtUp = true;
      guard(handler.caughtUp);
    }
    if (more) schedule();
  };

  const advance = (topic: Topic, place: Place): boolean => {
    const end = store.records.end(topic, place.partition);
    if (place.position >= end) return false;
    const records = store.records.slice(topic, place.partition, place.position);
    for (const record of records) {
      if (closed) return false;
      place.position = record.offset + 1;
      guard(() => handler.record(record));
    }
    if (records.length === 0) place.position = end; // The rest was compacted away.
    return place.position < end;
  };

  const start = store.topics.find(name);
  if (start !== null) places = placesOf(store, start, from ?? 'start', null);
  const stop = store.changes.listen(topicChannel(name), schedule);
  schedule();
  return {
    lastContactMs: store.changes.lastContactMs,
    close: async () => {
      closed = true;
      stop();
    },
  };
}

/** Partitions that appear later are read from their start: nothing in them is old. */
function placesOf(
  store: Store,
  topic: Topic,
  from: 'start' | 'end',
  known: Place[] | null,
): Place[] {
  if (known?.length === topic.partitions) return known;
  const ends = store.records.ends(topic);
  if (known !== null) {
    const added = ends.slice(known.length);
    return [...known, ...added.map(({ partition, start }) => place(partition, start, start))];
  }
  return ends.map(({ partition, start, end }) =>
    place(partition, from === 'start' ? start : end, end),
  );
}

function place(partition: number, position: number, target: number): Place {
  return { partition, position, target };
}
