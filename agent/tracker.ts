// For connections this package does not know how to watch (a database, gRPC): the host says when a
// piece of work begins and ends. Work may end in any order, so "how long has nothing been answered"
// is the later of two moments: when the oldest unanswered piece began, and the last answer.

import { type ErrorClass, errorClasses } from '@regionpilot/protocol';
import type { ConnectionHandle, ConnectionProbe } from './connection.ts';

/** One connection (or pool) of the host's own. No method throws; use after `close` is ignored. */
export type Tracked = {
  /** A connection attempt began. */
  readonly connecting: () => void;
  /** Usable from now on. */
  readonly ready: () => void;
  /** The link is down; the class says why. */
  readonly closed: (errorClass?: ErrorClass) => void;
  /** A piece of work was sent. Hand the answer to `end`. */
  readonly begin: () => number;
  /** It was answered, or failed with this class. A token is good once. */
  readonly end: (token: number, errorClass?: ErrorClass) => void;
  /** A failure of work that never began, for example no connection to begin it on. */
  readonly failed: (errorClass: ErrorClass) => void;
  /** Closed on purpose. */
  readonly close: () => void;
};

export type TrackOptions = {
  readonly group: string;
  readonly region: string;
  /** Shown to humans: `host:port`. */
  readonly target: string;
};

/** Pieces of work whose age is known at once; more than these are counted without a latency. */
const inFlightMax = 4_096;
/** Token of a piece of work that found no room. */
const untracked = -1;

/** Begin times of work under way, oldest first. Ended ones are passed over when the head gets there. */
export class InFlight {
  readonly #began: Float64Array;
  #head = 0;
  #tail = 0;
  #untracked = 0;
  #answeredMs = 0;

  constructor(room: number = inFlightMax) {
    this.#began = new Float64Array(room);
  }

  begin(nowMs: number): number {
    if (this.#tail - this.#head >= this.#began.length) {
      this.#untracked++;
      return untracked;
    }
    // 0 marks an ended piece.
    this.#began[this.#tail % this.#began.length] = Math.max(nowMs, Number.MIN_VALUE);
    return this.#tail++;
  }

  /** ms the piece took; null when its beginning is not known (or it ended before). */
  end(token: number, nowMs: number, answered: boolean): number | null {
    if (answered) this.#answeredMs = Math.max(this.#answeredMs, nowMs);
    if (token === untracked) {
      this.#untracked = Math.max(0, this.#untracked - 1);
      return null;
    }
    const slot = token % this.#began.length;
    const began = this.#began[slot];
    if (!(token >= this.#head && token < this.#tail) || began === undefined || began === 0)
      return null;
    this.#began[slot] = 0;
    while (this.#head < this.#tail && this.#began[this.#head % this.#began.length] === 0)
      this.#head++;
    return nowMs - began;
  }

  /** See `ConnectionProbe`. */
  waitingSinceMs(): number {
    if (this.#head === this.#tail) return this.#untracked > 0 ? this.#answeredMs : 0;
    return Math.max(this.#began[this.#head % this.#began.length] as number, this.#answeredMs);
  }
}

export function trackConnection(
  open: (probe: ConnectionProbe) => ConnectionHandle,
  nowMs: () => number,
): Tracked {
  const inFlight = new InFlight();
  const handle = open({ waitingSinceMs: () => inFlight.waitingSinceMs() });
  return {
    connecting: () => handle.changed('connecting'),
    ready: () => handle.changed('ready'),
    closed: (errorClass) => handle.changed('closed', errorClass),
    begin: () => inFlight.begin(nowMs()),
    end: (token, errorClass) => {
      const answered = errorClass === undefined || isReply(errorClass);
      const tookMs = inFlight.end(token, nowMs(), answered);
      if (errorClass !== undefined) handle.failed(errorClass);
      else if (tookMs !== null) handle.answered(tookMs * 1_000);
      else if (token === untracked) handle.answered(0);
    },
    failed: (errorClass) => handle.failed(errorClass),
    close: () => handle.close(),
  };
}

/** Did a server say so? Then it is alive, whatever it said. */
function isReply(errorClass: ErrorClass): boolean {
  const silent: readonly ErrorClass[] = ['cancelled', 'poolExhausted'];
  return errorClasses[errorClass] !== 'region' && !silent.includes(errorClass);
}
