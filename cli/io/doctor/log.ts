/** What the log itself knows of a deployment's well-being, read once for all questions about it. */
import type { Bus } from '@regionpilot/bus';
import {
  type Decision,
  decodeDecision,
  decodeHeartbeat,
  decodePartial,
  isHeartbeatKey,
  type Partial,
  type TopicName,
} from '@regionpilot/protocol';
import type { SeenBeat } from '../../doctor/control.ts';
import { readIncidents, readTopic } from '../read-log.ts';

export type FullName = (topic: TopicName) => string;

export type Control = {
  readonly decisions: ReadonlyMap<string, Decision>;
  /** The newest of each partition. */
  readonly beats: readonly SeenBeat[];
  /** All of the last seconds. */
  readonly recentBeats: readonly SeenBeat[];
};

const recentMs = 10_000;

export async function readControl(bus: Bus, full: FullName, nowMs: number): Promise<Control> {
  const decisions = new Map<string, Decision>();
  const beats = new Map<string, SeenBeat>();
  const recentBeats: SeenBeat[] = [];
  for await (const { key, value, appendedMs } of readTopic(bus, full('decisions'))) {
    if (value === null) {
      decisions.delete(key);
      beats.delete(key);
    } else if (isHeartbeatKey(key)) {
      const decoded = decodeHeartbeat(value);
      if (decoded.kind !== 'ok') continue;
      const beat = { heartbeat: decoded.value, appendedMs };
      beats.set(key, beat);
      if (appendedMs > nowMs - recentMs) recentBeats.push(beat);
    } else {
      const decoded = decodeDecision(value);
      if (decoded.kind === 'ok') decisions.set(key, decoded.value);
    }
  }
  return { decisions, beats: [...beats.values()], recentBeats };
}

export async function readTakeovers(
  bus: Bus,
  full: FullName,
  sinceMs: number,
): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  for await (const { incident } of readIncidents(bus, full('incidents'), sinceMs)) {
    if (incident.event.kind !== 'ownerChanged') continue;
    times.set(incident.group, (times.get(incident.group) ?? 0) + 1);
  }
  return times;
}

export type Sums = {
  /** The first and the newest of each group and events partition within the span. */
  readonly first: readonly Partial[];
  readonly latest: readonly Partial[];
  /** The log's stamp of the newest; null: none. */
  readonly newestMs: number | null;
};

export async function readSums(bus: Bus, full: FullName, sinceMs: number): Promise<Sums> {
  const first = new Map<string, Partial>();
  const latest = new Map<string, Partial>();
  let newestMs: number | null = null;
  for await (const { value, appendedMs } of readTopic(bus, full('partials'), sinceMs)) {
    const decoded = value === null ? null : decodePartial(value);
    if (decoded?.kind !== 'ok' || appendedMs < sinceMs) continue;
    const key = `${decoded.value.group} ${decoded.value.partition}`;
    if (!first.has(key)) first.set(key, decoded.value);
    latest.set(key, decoded.value);
    newestMs = Math.max(newestMs ?? appendedMs, appendedMs);
  }
  return { first: [...first.values()], latest: [...latest.values()], newestMs };
}

/**
 * How far our clock is ahead of the log's: the smallest difference between a record's arrival and its
 * stamp, over what is written while we listen. Null: nothing was.
 */
export async function compareClocks(
  bus: Bus,
  topic: string,
  listenMs: number,
): Promise<number | null> {
  let smallest: number | null = null;
  const done = Promise.withResolvers<void>();
  const timer = setTimeout(done.resolve, listenMs);
  let heard = 0;
  const tail = await bus.tail({
    topic,
    from: 'end',
    handler: {
      caughtUp: () => undefined,
      record: ({ appendedMs }) => {
        const aheadMs = Date.now() - appendedMs;
        smallest = Math.min(smallest ?? aheadMs, aheadMs);
        heard += 1;
        if (heard >= enoughRecords) done.resolve();
      },
    },
  });
  try {
    await done.promise;
    return smallest;
  } finally {
    clearTimeout(timer);
    await tail.close();
  }
}

/** A few, so that one that waited on its way says nothing of the clock. */
const enoughRecords = 5;
