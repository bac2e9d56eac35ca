/**
 * Fills the world from the topics: compacted ones whole, the rest from as far back as it is worth.
 * A topic this deployment does not have (an older one) leaves its part of the world empty.
 */
import type { Bus, BusRecord, Tail } from '@regionpilot/bus';
import {
  type Decoded,
  decodeAlertsRecord,
  decodeAudit,
  decodeDecision,
  decodeDelivery,
  decodeHeartbeat,
  decodeOverride,
  decodePartial,
  decodePolicyOrder,
  decodeRoster,
  isHeartbeatKey,
  PipelineError,
  type TopicName,
} from '@regionpilot/protocol';
import { readIncident } from '../model/timeline-entry.ts';
import type { World } from '../model/world.ts';

export type FeedOptions = {
  readonly bus: Bus;
  readonly topic: (name: TopicName) => string;
  readonly world: World;
  /** Told of topics that are not there, once each at the start. */
  readonly onMissing: (topic: string) => void;
};

export type Feed = {
  /** Topics not read to their ends yet; empty: ready. */
  readonly behind: () => readonly string[];
  readonly close: () => Promise<void>;
};

const dayMs = 86_400_000;
/** Most records of one partition that are read of the past. */
const pastRecords = 20_000;

type Stream = {
  readonly name: TopicName;
  /** How far back, ms; null: all of it. */
  readonly sinceMs: number | null;
  readonly take: (record: BusRecord) => void;
};

/** Resolves when following began; the past is read meanwhile. */
export async function openFeed(options: FeedOptions): Promise<Feed> {
  const { bus, topic, onMissing } = options;
  const behind = new Set<string>();
  const tails: Tail[] = [];
  let closed = false;
  await Promise.all(
    streamsOf(options.world).map(async (stream) => {
      const name = topic(stream.name);
      behind.add(name);
      try {
        tails.push(
          await follow(
            bus,
            name,
            stream,
            () => behind.delete(name),
            () => closed,
          ),
        );
      } catch (error) {
        if (!(error instanceof PipelineError) || error.code !== 'TOPIC_MISSING') throw error;
        behind.delete(name);
        onMissing(name);
      }
    }),
  );
  return {
    behind: () => [...behind],
    close: async () => {
      closed = true;
      await Promise.all(tails.map((tail) => tail.close()));
    },
  };
}

function streamsOf(world: World): readonly Stream[] {
  return [
    { name: 'decisions', sinceMs: null, take: (record) => takeDecision(world, record) },
    {
      name: 'overrides',
      sinceMs: null,
      take: keyed(decodeOverride, (key, order) => world.takeOverride(key, order)),
    },
    {
      name: 'policies',
      sinceMs: null,
      take: keyed(decodePolicyOrder, (key, order) => world.takePolicy(key, order)),
    },
    { name: 'alerts', sinceMs: null, take: (record) => takeAlerts(world, record) },
    {
      name: 'incidents',
      sinceMs: dayMs,
      take: (record) => {
        const incident = readIncident(record.value);
        if (incident !== null) world.takeIncident(incident, record);
      },
    },
    {
      name: 'deliveries',
      sinceMs: dayMs,
      take: sound(decodeDelivery, (delivery) => world.takeDelivery(delivery)),
    },
    {
      name: 'partials',
      sinceMs: 5_000,
      take: sound(decodePartial, (partial, { appendedMs }) =>
        world.takePartial(partial, appendedMs),
      ),
    },
    {
      name: 'rosters',
      sinceMs: 30_000,
      take: sound(decodeRoster, (roster) => world.takeRoster(roster)),
    },
    {
      name: 'audit',
      sinceMs: 30 * dayMs,
      take: sound(decodeAudit, (record, place) => world.takeAudit(record, place)),
    },
  ];
}

/** The past up to now, then what comes, each record once and in the order of its partition. */
async function follow(
  bus: Bus,
  topic: string,
  { sinceMs, take }: Stream,
  caughtUp: () => void,
  isClosed: () => boolean,
): Promise<Tail> {
  if (sinceMs === null) return bus.tail({ topic, handler: { record: take, caughtUp } });
  const held: BusRecord[] = [];
  let reading = true;
  const tail = await bus.tail({
    topic,
    from: 'end',
    handler: {
      record: (record) => {
        if (reading) held.push(record);
        else take(record);
      },
      caughtUp: () => undefined,
    },
  });
  const next = new Map<number, number>();
  const takeOnce = (record: BusRecord): void => {
    if (record.offset < (next.get(record.partition) ?? 0)) return;
    next.set(record.partition, record.offset + 1);
    take(record);
  };
  const readPast = async (): Promise<void> => {
    try {
      for await (const record of past(bus, topic, Date.now() - sinceMs)) {
        if (isClosed()) return;
        takeOnce(record);
      }
    } catch {
      // The log went away meanwhile: what comes is followed all the same.
    }
    for (const record of held) takeOnce(record);
    reading = false;
    caughtUp();
  };
  await bus.ends(topic);
  void readPast();
  return tail;
}

async function* past(bus: Bus, topic: string, sinceMs: number): AsyncGenerator<BusRecord> {
  for (const { partition, start, end } of await bus.ends(topic)) {
    if (start === end) continue;
    const tooMany = end - start > pastRecords;
    const from = tooMany ? { offset: end - pastRecords } : { appendedMs: sinceMs };
    for await (const record of bus.read({ topic, partition, from, until: end })) {
      if (record.appendedMs >= sinceMs) yield record;
    }
  }
}

function takeDecision(world: World, { key, value, appendedMs }: BusRecord): void {
  if (value === null) return;
  if (isHeartbeatKey(key)) {
    const beat = decodeHeartbeat(value);
    if (beat.kind === 'ok') world.takeHeartbeat(key, beat.value, appendedMs);
    return;
  }
  const decision = decodeDecision(value);
  if (decision.kind === 'ok') world.takeDecision(decision.value);
}

function takeAlerts(world: World, { partition, key, value }: BusRecord): void {
  if (value === null) return world.takeAlerts({ partition, key, record: null });
  const decoded = decodeAlertsRecord(value);
  if (decoded.kind === 'ok') world.takeAlerts({ partition, key, record: decoded.value });
}

/** Of a compacted topic: a tombstone clears, what cannot be read changes nothing. */
function keyed<Value>(
  decode: (bytes: Uint8Array) => Decoded<Value>,
  take: (key: string, value: Value | null) => void,
): (record: BusRecord) => void {
  return ({ key, value }) => {
    if (value === null) return take(key, null);
    const decoded = decode(value);
    if (decoded.kind === 'ok') take(key, decoded.value);
  };
}

function sound<Value>(
  decode: (bytes: Uint8Array) => Decoded<Value>,
  take: (value: Value, record: BusRecord) => void,
): (record: BusRecord) => void {
  return (record) => {
    const decoded = record.value === null ? null : decode(record.value);
    if (decoded?.kind === 'ok') take(decoded.value, record);
  };
}
