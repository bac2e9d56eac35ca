// The partitions a member holds. A holding lasts until the next assignment: whatever was asked on
// behalf of an earlier one is dropped, and nothing is handed over before its owner said where to begin.

import type { Consumer } from 'kafkajs';
import { guard } from '../../handler.ts';
import type { ConsumeOptions, StartOffset, TopicPartition } from '../../port.ts';
import { backoffMs } from '../backoff.ts';
import { reasonOf } from '../failures.ts';
import { fromWire, isContent, type WireRecord } from '../records.ts';
import type { Adapter } from './adapter.ts';
import { createAlarmClock } from './alarm-clock.ts';
import type { PartitionOffset } from './lane.ts';
import type { patientLane } from './read.ts';

export type Holding = {
  readonly at: TopicPartition;
  /** Next offset to hand over; null until its owner said where to begin. */
  position: number | null;
  /** End of the last batch that held nothing to hand over, for the watchdog. */
  seen: number;
};

export type Holdings = {
  readonly all: ReadonlyMap<string, Holding>;
  /** Called for every join: all of it is new, also what stays. */
  readonly replace: (assigned: readonly TopicPartition[]) => void;
  /** The holding, when it is ours and its owner said where to begin. */
  readonly ready: (at: TopicPartition) => Holding | null;
  readonly hand: (holding: Holding, slice: readonly WireRecord[]) => void;
  readonly close: () => void;
};

const assignRetry = { baseMs: 200, maxMs: 2_000 };

export function createHoldings(
  { log }: Adapter,
  { group, handler }: ConsumeOptions,
  consumer: Consumer,
  questions: ReturnType<typeof patientLane>,
): Holdings {
  const all = new Map<string, Holding>();
  const clock = createAlarmClock();
  let closed = false;

  const release = (kept: ReadonlySet<string>): void => {
    for (const [key, { at }] of all) {
      if (kept.has(key)) continue;
      all.delete(key);
      guard(() => handler.revoked(at));
    }
  };

  const take = async (at: TopicPartition): Promise<void> => {
    const mine: Holding = { at, position: null, seen: 0 };
    all.set(keyOf(at), mine);
    for (let attempt = 0; !closed && all.get(keyOf(at)) === mine; attempt++) {
      try {
        const offset = await placeOf(at, await handler.assigned(at));
        if (!closed && all.get(keyOf(at)) === mine) begin(mine, offset);
        return;
      } catch (error) {
        log({ level: 'warn', event: 'assignedFailed', group, ...at, reason: reasonOf(error) });
        await clock.sleep(backoffMs(assignRetry, attempt, Math.random));
      }
    }
  };

  const begin = (mine: Holding, offset: number): void => {
    consumer.seek({ ...mine.at, offset: String(offset) });
    mine.position = offset;
    consumer.resume([{ topic: mine.at.topic, partitions: [mine.at.partition] }]);
  };

  const placeOf = async (at: TopicPartition, answer: StartOffset): Promise<number> => {
    const of = (offsets: readonly PartitionOffset[]): number | undefined =>
      offsets.find(({ partition }) => partition === at.partition)?.offset;
    const start = of(await questions.run((lane) => lane.offsets(at.topic, 'start'))) ?? 0;
    if (answer === 'start') return start;
    const end = of(await questions.run((lane) => lane.offsets(at.topic, 'end'))) ?? start;
    if (answer === 'end') return end;
    const committed = async (): Promise<number> =>
      of(await questions.run((lane) => lane.committed(group, at.topic))) ?? start;
    const wanted = answer === 'committed' ? await committed() : answer;
    const offset = Math.min(Math.max(wanted, start), end);
    if (offset !== wanted) {
      log({ level: 'warn', event: 'offsetOutOfRange', group, ...at, wanted, start, end });
    }
    return offset;
  };

  return {
    all,
    replace: (assigned) => {
      release(new Set(assigned.map(keyOf)));
      consumer.pause(assigned.map(({ topic, partition }) => ({ topic, partitions: [partition] })));
      for (const at of assigned) void take(at);
    },
    ready: (at) => {
      const holding = all.get(keyOf(at));
      return holding === undefined || holding.position === null ? null : holding;
    },
    hand: (holding, slice) => {
      const { at, position } = holding;
      const from = position ?? 0;
      for (const { poison, offset: lastOffset } of slice) {
        if (poison === undefined) continue;
        log({ level: 'error', event: 'batchSkipped', group, ...at, lastOffset, ...poison });
      }
      const records = slice
        .filter((record) => isContent(record) && Number(record.offset) >= from)
        .map((record) => fromWire(at.topic, at.partition, record));
      holding.position = Number(slice.at(-1)?.offset ?? from - 1) + 1;
      if (records.length > 0) guard(() => handler.records(records));
    },
    close: () => {
      closed = true;
      clock.stop();
      release(new Set());
    },
  };
}

export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
