/**
 * Decisions over HTTP, from a relay of the API instead of the log. To the follower it is a log with
 * one topic: records, then `caughtUp`, then records as they come. What the relay sends is as little
 * trusted as what the log holds: garbage is counted, a stream that cannot be understood is left, and
 * whatever goes wrong ends in another attempt after a while.
 */
import type { Tail, TailHandler } from '@regionpilot/bus';
import { type Bytes, decodeRelayed, isHeartbeatKey, relayEvents } from '@regionpilot/protocol';
import { backOffMs } from '../back-off.ts';
import type { RelayConfig } from '../config.ts';
import { type SseEvent, SseReader } from '../sse-reader.ts';
import type { Clock } from './clock.ts';
import type { DecisionSource } from './follower.ts';
import { type Notices, textOf } from './notices.ts';
import { openStream, type RelayStream } from './relay-request.ts';

export type RelayStatus = {
  readonly state: 'connecting' | 'open' | 'closed';
  /** Streams that were opened, attempts that failed and streams that were left. */
  readonly connects: number;
  readonly failures: number;
  /** Messages that were none. */
  readonly rejected: number;
};

export type RelaySourceOptions = {
  readonly relay: RelayConfig;
  readonly clock: Clock;
  readonly rng: () => number;
  readonly notices: Notices;
};

/** Largest event, characters. A decision of sixteen regions with all its evidence is a tenth of it. */
const eventMax = 2_000_000;
/** Three comments of a healthy relay. */
const silenceMs = 15_000;

export class RelaySource implements DecisionSource {
  readonly #options: RelaySourceOptions;
  #connects = 0;
  #failures = 0;
  #rejected = 0;
  #state: RelayStatus['state'] = 'closed';

  constructor(options: RelaySourceOptions) {
    this.#options = options;
  }

  get status(): RelayStatus {
    return {
      state: this.#state,
      connects: this.#connects,
      failures: this.#failures,
      rejected: this.#rejected,
    };
  }

  /** Each tail begins with the present; the topic is the relay's to know. */
  readonly tail = async ({ handler }: { readonly handler: TailHandler }): Promise<Tail> => {
    const { relay, clock, rng, notices } = this.#options;
    const line = new RelayLine({
      relay,
      clock,
      rng,
      handler,
      state: (state) => {
        this.#state = state;
        if (state === 'open') this.#connects++;
      },
      failed: (text) => {
        this.#failures++;
        notices.say({ kind: 'busUnavailable', text: `relay ${relay.relay}: ${text}` });
      },
      rejected: (text) => {
        this.#rejected++;
        notices.say({ kind: 'decisionRejected', reason: 'relay', text });
      },
    });
    line.connect();
    return { lastContactMs: () => line.lastContactMs, close: async () => line.close() };
  };
}

type LineOptions = {
  readonly relay: RelayConfig;
  readonly clock: Clock;
  readonly rng: () => number;
  readonly handler: TailHandler;
  readonly state: (state: RelayStatus['state']) => void;
  readonly failed: (text: string) => void;
  readonly rejected: (text: string) => void;
};

/** One tail: a connection, and the next one after it. */
class RelayLine {
  readonly #options: LineOptions;
  #stream: RelayStream | null = null;
  #timer: NodeJS.Timeout | undefined;
  #lastId = '';
  #failuresInARow = 0;
  #isCaughtUp = false;
  #closed = false;
  lastContactMs = 0;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  connect(): void {
    if (this.#closed) return;
    this.#options.state('connecting');
    const reader = new SseReader(eventMax, this.#lastId);
    try {
      const stream = openStream(this.#options.relay, this.#lastId, {
        opened: () => this.#options.state('open'),
        chunk: (chunk) => this.#take(stream, reader, chunk),
        ended: (why) => this.#lost(stream, why),
      });
      this.#stream = stream;
      this.#expectWord(stream);
    } catch (error) {
      // A token or certificate file that cannot be read.
      this.#again(textOf(error));
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#options.state('closed');
    const stream = this.#stream;
    this.#stream = null;
    stream?.destroy();
  }

  #expectWord(stream: RelayStream): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#lost(stream, `no word for ${silenceMs} ms`),
      silenceMs,
    ).unref();
  }

  #take(stream: RelayStream, reader: SseReader, chunk: Bytes): void {
    if (stream !== this.#stream) return;
    this.lastContactMs = this.#options.clock.wallMs();
    this.#expectWord(stream);
    const read = reader.read(chunk);
    if (read.kind === 'broken') {
      this.#options.rejected(read.text);
      this.#lost(stream, read.text);
      return;
    }
    for (const event of read.events) {
      if (stream !== this.#stream) return;
      this.#hear(event);
    }
  }

  #hear({ id, event, data }: SseEvent): void {
    if (event === relayEvents.caughtUp) {
      this.#lastId = id;
      this.#failuresInARow = 0;
      if (!this.#isCaughtUp) this.#options.handler.caughtUp();
      this.#isCaughtUp = true;
      return;
    }
    if (event !== relayEvents.present && event !== relayEvents.record) return;
    const decoded = decodeRelayed(data);
    if (decoded.kind === 'invalid') return this.#options.rejected(decoded.text);
    this.#lastId = id;
    // A beat that was there before says nothing about life now.
    if (event === relayEvents.present && isHeartbeatKey(decoded.record.key)) return;
    this.#options.handler.record({ topic: 'relay', ...decoded.record });
  }

  #lost(stream: RelayStream, why: string): void {
    if (stream !== this.#stream) return;
    this.#stream = null;
    stream.destroy();
    this.#again(why);
  }

  #again(why: string): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#failuresInARow++;
    this.#options.state('connecting');
    this.#options.failed(why);
    const waitMs = backOffMs(this.#failuresInARow, 500, 10_000, this.#options.rng);
    this.#timer = setTimeout(() => this.connect(), waitMs).unref();
  }
}
