// Reads a stretch of one partition once. Trouble is waited out for a while, then told.

import { PipelineError } from '@regionpilot/protocol';
import { topicMissing } from '../../outgoing.ts';
import type { BusRecord, ReadOptions } from '../../port.ts';
import { backoffMs } from '../backoff.ts';
import { failureOf, unreachable } from '../failures.ts';
import { nextPlace, type Place } from '../position.ts';
import { fromWire, isContent } from '../records.ts';
import type { Adapter } from './adapter.ts';
import { createAlarmClock } from './alarm-clock.ts';
import type { FetchedPartition, Lane } from './lane.ts';

const pollMs = 250;
const retry = { baseMs: 50, maxMs: 1_000 };
const attempts = 10;

export async function* readStretch(
  adapter: Adapter,
  { topic, partition, from, until }: ReadOptions,
): AsyncGenerator<BusRecord> {
  const { run, close } = patientLane(adapter, topic);
  try {
    const at = (offsets: Awaited<ReturnType<Lane['offsets']>>): number =>
      offsets.find((each) => each.partition === partition)?.offset ?? -1;
    const end = at(await run((lane) => lane.offsets(topic, 'end')));
    const start = at(await run((lane) => lane.offsets(topic, 'start')));
    const stamped =
      'appendedMs' in from ? at(await run((lane) => lane.offsets(topic, from.appendedMs))) : null;
    const wanted = 'offset' in from ? from.offset : stamped === -1 ? end : (stamped ?? end);
    const stop = Math.min(until ?? end, end);
    let place: Place = { position: Math.max(wanted, start), stuck: 0 };
    while (place.position < stop) {
      const fetched = await run((lane) => fetchOne(lane, topic, partition, place.position));
      const records = fetched?.records ?? [];
      for (const record of records) {
        const offset = Number(record.offset);
        if (offset >= stop) return;
        if (offset >= place.position && isContent(record)) {
          yield fromWire(topic, partition, record);
        }
      }
      const last = records.at(-1);
      place = nextPlace(place, {
        lastOffset: last === undefined ? null : Number(last.offset),
        highWatermark: fetched?.highWatermark ?? place.position,
      });
    }
  } finally {
    close();
  }
}

async function fetchOne(
  lane: Lane,
  topic: string,
  partition: number,
  offset: number,
): Promise<FetchedPartition | undefined> {
  const leaders = await lane.leaders(topic);
  const node = leaders.find((each) => each.partition === partition)?.leader;
  if (node === undefined) throw topicMissing(`${topic} partition ${partition}`);
  const [answer] = await lane.fetch(node, topic, [{ partition, offset }], pollMs);
  return answer;
}

/**
 * Runs questions on a lane of its own, a new one after each failure.
 * @throws {PipelineError} TOPIC_MISSING, BUS_UNREACHABLE.
 */
export function patientLane(
  adapter: Adapter,
  topic: string,
  tries: number = attempts,
): {
  readonly run: <Value>(ask: (lane: Lane) => Promise<Value>) => Promise<Value>;
  readonly close: () => void;
} {
  const clock = createAlarmClock(adapter.background);
  let lane: Lane | undefined;
  return {
    run: async (ask) => {
      for (let attempt = 0; ; attempt++) {
        lane ??= adapter.openLane();
        const asked = lane;
        try {
          return await ask(asked);
        } catch (error) {
          const failure = failureOf(error);
          if (error instanceof PipelineError) throw error;
          if (failure === 'topicMissing' && attempt >= 2) throw topicMissing(topic);
          if (failure === 'refused' || attempt + 1 >= tries) {
            throw unreachable(adapter.config.brokers, error);
          }
          asked.cut();
          if (lane === asked) lane = undefined;
          await clock.sleep(backoffMs(retry, attempt, Math.random));
        }
      }
    },
    close: () => {
      clock.stop();
      lane?.cut();
    },
  };
}
