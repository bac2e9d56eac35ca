// Where a follower is in each partition, and what it hands over on the way.

import { guard } from '../../handler.ts';
import type { BusEventName, BusLog } from '../../log.ts';
import type { TailOptions } from '../../port.ts';
import { nextPlace, type Place } from '../position.ts';
import { fromWire, isContent, type WireRecord } from '../records.ts';
import type { FetchedPartition, PartitionOffset } from './lane.ts';

export type Places = {
  /** Begins, or after a pause goes on, within what the log has now. */
  readonly settle: (starts: readonly PartitionOffset[], ends: readonly PartitionOffset[]) => void;
  readonly next: (partitions: readonly number[]) => readonly PartitionOffset[];
  /** Hands the answer over; false when it moved nothing although the log goes on. */
  readonly take: (answer: readonly FetchedPartition[]) => boolean;
  readonly close: () => void;
};

type Partition = Place & { readonly target: number };

export function createPlaces({ topic, from = 'start', handler }: TailOptions, log: BusLog): Places {
  const places = new Map<number, Partition>();
  let caughtUp = false;
  let closed = false;

  const begin = (partition: number, start: number, end: number, isFirst: boolean): void => {
    // A partition that appears later is read from its start: nothing in it is old.
    const position = from === 'end' && isFirst ? end : start;
    places.set(partition, { position, stuck: 0, target: isFirst ? end : start });
  };

  const goOn = (partition: number, known: Partition, start: number, end: number): void => {
    const position = Math.min(Math.max(known.position, start), end);
    if (position === known.position) return;
    moved('followerMoved', partition, known.position, position);
    places.set(partition, { ...known, position, target: Math.min(known.target, end) });
  };

  const moved = (event: BusEventName, partition: number, before: number, to: number): void =>
    log({ level: 'warn', event, topic, partition, from: before, to });

  const takeOne = ({ partition, highWatermark, records }: FetchedPartition): boolean => {
    const place = places.get(partition);
    if (place === undefined) return true;
    for (const record of records) {
      if (closed) return true;
      if (Number(record.offset) >= place.position) hand(partition, record);
    }
    const last = records.at(-1);
    const lastOffset = last === undefined ? null : Number(last.offset);
    const next = nextPlace(place, { lastOffset, highWatermark });
    const isSkip = lastOffset === null && next.position !== place.position;
    if (isSkip) moved('followerSkipped', partition, place.position, next.position);
    places.set(partition, { ...place, ...next });
    return next.position !== place.position || highWatermark <= next.position;
  };

  const hand = (partition: number, record: WireRecord): void => {
    const { poison, offset: lastOffset } = record;
    if (poison !== undefined) {
      log({ level: 'error', event: 'batchSkipped', topic, partition, lastOffset, ...poison });
    }
    if (isContent(record)) guard(() => handler.record(fromWire(topic, partition, record)));
  };

  const announce = (): void => {
    if (caughtUp || closed || places.size === 0) return;
    if (![...places.values()].every(({ position, target }) => position >= target)) return;
    caughtUp = true;
    guard(handler.caughtUp);
  };

  return {
    settle: (starts, ends) => {
      const isFirst = places.size === 0;
      for (const [i, { partition, offset: start }] of starts.entries()) {
        const end = ends[i]?.offset ?? start;
        const known = places.get(partition);
        if (known === undefined) begin(partition, start, end, isFirst);
        else goOn(partition, known, start, end);
      }
      announce();
    },
    next: (partitions) =>
      partitions.map((partition) => ({ partition, offset: places.get(partition)?.position ?? 0 })),
    take: (answer) => {
      const outcomes = answer.map(takeOne);
      announce();
      return outcomes.length === 0 || outcomes.some(Boolean);
    },
    close: () => {
      closed = true;
    },
  };
}
