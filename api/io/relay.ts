/**
 * The decision relay: the decisions topic as server-sent events, for clients that cannot reach the
 * log. One tail for all followers; each record is made into bytes once. A follower that does not read
 * is cut: it comes back by itself and gets the present, which is all it needs.
 */
import type { Bus, BusRecord, Tail } from '@regionpilot/bus';
import { encodeRelayed, relayEvents } from '@regionpilot/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../problem.ts';
import { type RelayEntry, RelayLog, relayId } from '../relay/relay-log.ts';
import type { Identity } from '../route.ts';
import { relayEntry } from '../routes/streams.ts';
import { openSse, type SseStream, sseFrame } from './sse.ts';
import type { StreamRoute } from './stream.ts';

export type RelayOptions = {
  readonly bus: Pick<Bus, 'tail'>;
  /** Full name of the decisions topic. */
  readonly topic: string;
  /** Most followers at once. Default 1,000. */
  readonly followersMax?: number;
  /** Time between comments on a quiet line, ms. Default 5,000. */
  readonly heartbeatMs?: number;
  /** Bytes that may wait for a slow reader, beside the present. Default 1,000,000. */
  readonly bufferedBytesMax?: number;
};

export type Relay = {
  readonly stream: StreamRoute;
  readonly followers: () => number;
  /** The topic was read to its end; until then followers are asked to come back. */
  readonly isCaughtUp: () => boolean;
  readonly close: () => Promise<void>;
};

/** Resolves once following began, also while the log is unreachable. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const relay = new DecisionRelay(options);
  await relay.start();
  return {
    stream: relay.route,
    followers: () => relay.followers,
    isCaughtUp: () => relay.isCaughtUp,
    close: () => relay.close(),
  };
}

type Entry = RelayEntry & {
  readonly data: string;
  /** As news, and as something that was there before; made when first needed. */
  live: Buffer | null;
  present: Buffer | null;
};

class DecisionRelay {
  readonly #options: Required<RelayOptions>;
  readonly #log = new RelayLog<Entry>();
  readonly #followers = new Set<SseStream>();
  #tail: Tail | null = null;
  isCaughtUp = false;

  constructor(options: RelayOptions) {
    const defaults = { followersMax: 1_000, heartbeatMs: 5_000, bufferedBytesMax: 1_000_000 };
    this.#options = { ...defaults, ...options };
  }

  get followers(): number {
    return this.#followers.size;
  }

  get route(): StreamRoute {
    return {
      ...relayEntry,
      open: (request, reply, identity) => this.#open(request, reply, identity),
      followers: () => this.followers,
      close: () => void this.close(),
    };
  }

  async start(): Promise<void> {
    const { bus, topic } = this.#options;
    this.#tail = await bus.tail({
      topic,
      handler: {
        record: (record) => this.#hear(record),
        caughtUp: () => {
          this.isCaughtUp = true;
        },
      },
    });
  }

  async close(): Promise<void> {
    for (const stream of [...this.#followers]) stream.close();
    const tail = this.#tail;
    this.#tail = null;
    await tail?.close();
  }

  #hear(record: BusRecord): void {
    const entry = entryOf(record);
    const added = this.#log.add(entry);
    if (added === 'repeat') return;
    if (added === 'otherLog') {
      for (const stream of [...this.#followers]) stream.close();
      return;
    }
    if (this.#followers.size === 0) return;
    const frame = liveFrame(entry);
    for (const stream of this.#followers) stream.sendFrame(frame);
  }

  #open(request: FastifyRequest, reply: FastifyReply, { expiresMs }: Identity): void {
    const { followersMax, heartbeatMs, bufferedBytesMax } = this.#options;
    if (!this.isCaughtUp) {
      throw new ProblemError('not-ready', 'The decision log is not read to its end yet', {
        retryAfterS: 1,
      });
    }
    if (this.#followers.size >= followersMax) {
      throw new ProblemError('busy', `${followersMax} followers are the most here`, {
        retryAfterS: 5,
      });
    }
    const lastId = request.headers['last-event-id'];
    const missed = this.#log.after(typeof lastId === 'string' ? lastId : undefined);
    const first = (missed ?? this.#log.present()).map(presentFrame);
    const stream: SseStream = openSse(reply, {
      heartbeatMs,
      maxBufferedBytes: bufferedBytesMax + first.reduce((sum, { length }) => sum + length, 0),
      expiresMs,
      onClose: () => void this.#followers.delete(stream),
    });
    this.#followers.add(stream);
    const caughtUp = sseFrame(this.#log.lastId, relayEvents.caughtUp, '{}');
    for (const frame of [...first, caughtUp]) if (!stream.sendFrame(frame)) return;
  }
}

function entryOf(record: BusRecord): Entry {
  const { key, offset, appendedMs, value } = record;
  const data = encodeRelayed(record);
  const bytes = data.length * 2 + 200;
  return {
    key,
    offset,
    appendedMs,
    erases: value === null,
    bytes,
    data,
    live: null,
    present: null,
  };
}

function liveFrame(entry: Entry): Buffer {
  entry.live ??= sseFrame(relayId(entry), relayEvents.record, entry.data);
  return entry.live;
}

function presentFrame(entry: Entry): Buffer {
  entry.present ??= sseFrame(relayId(entry), relayEvents.present, entry.data);
  return entry.present;
}
