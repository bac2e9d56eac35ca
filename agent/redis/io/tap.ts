// Listens in on one ioredis connection: what is sent, answered and refused, and how the link fares.
// Per command it does two method calls on numbers already at hand; the clock is read once per sent
// command and once per chunk of answers. It never changes what the host sees or when.

import type { ErrorClass } from '@regionpilot/protocol';
import { errorClasses } from '@regionpilot/protocol';
import type { Redis } from 'ioredis';
import type { ConnectionHandle } from '../../connection.ts';
import { classify } from '../classify.ts';
import { FlightLog } from '../flight-log.ts';
import { isMeantToWait } from '../waits.ts';
import type { hookedMethods, QueueItem, RedisInternals } from './internals.ts';
import { internalsOf } from './internals.ts';
import type { TappedQueue } from './tapped-queue.ts';
import { tappedQueueLike } from './tapped-queue.ts';

/** What a tap tells RegionalRedis beyond the agent's handle. */
export type TapListener = {
  /** The socket closed; called before ioredis touches anything still queued. */
  readonly closing: () => void;
  readonly statusChanged: (status: string) => void;
  /** A chunk of answers was handed out. */
  readonly answersArrived: () => void;
};

export const silentListener: TapListener = {
  closing: () => {},
  statusChanged: () => {},
  answersArrived: () => {},
};

export type Tap = {
  /** See `ConnectionProbe`. Also counts commands that outlived the host's own `commandTimeout`. */
  readonly waitingSinceMs: () => number;
  readonly lastAnswerMs: () => number;
  /** Leaves the client as it was found. */
  readonly detach: () => void;
};

/** Opens the agent's view of the connection; called again if the host revives an ended client. */
export type OpenHandle = (waitingSinceMs: () => number) => ConnectionHandle;

type Hook = (typeof hookedMethods)[number];

/** Hooks one client. Its internals must be complete: see `missingInternals`. */
export function tapRedis(redis: Redis, open: OpenHandle, listener: TapListener): Tap {
  const tap = new RedisTap(redis, open, listener);
  tap.attach();
  return tap;
}

class RedisTap implements Tap {
  readonly #redis: RedisInternals;
  readonly #commandTimeoutMs: number;
  readonly #open: OpenHandle;
  readonly #listener: TapListener;
  #handle: ConnectionHandle | null = null;
  #log = new FlightLog();
  #queue: TappedQueue | null = null;
  #stream: RedisInternals['stream'];
  #nowMs = 0;
  /** Latency of the answer just shifted, until it is known not to be an error; -1 for none. */
  #pendingUs = -1;
  #lastError: ErrorClass | null = null;
  /** The host closed the connection itself. */
  #leaving = false;
  readonly #originals: Partial<Pick<RedisInternals, Hook>> = {};

  constructor(redis: Redis, open: OpenHandle, listener: TapListener) {
    this.#redis = internalsOf(redis);
    this.#commandTimeoutMs = redis.options.commandTimeout ?? Number.POSITIVE_INFINITY;
    this.#open = open;
    this.#listener = listener;
  }

  attach(): void {
    const inner = this.#redis;
    this.#override('resetCommandQueue', (original) => () => {
      original();
      this.#watchSocket();
    });
    this.#override('handleReconnection', (original) => (error, item) => {
      this.#replyFailed(error);
      original(error, item);
    });
    this.#override('flushQueue', (original) => (error, options) => {
      this.#queueFlushed(error, options);
      original(error, options);
    });
    this.#override('silentEmit', (original) => (event, argument) => {
      if (event === 'error') this.#lastError = classify(argument);
      return original(event, argument);
    });
    this.#override('setStatus', (original) => (status, argument) => {
      this.#statusChanges(status);
      original(status, argument);
      this.#listener.statusChanged(status);
    });
    if (inner.stream !== undefined && !inner.stream.destroyed) this.#watchSocket();
    if (inner.status !== 'wait' && inner.status !== 'end') this.#statusChanges(inner.status);
  }

  readonly detach = (): void => {
    // Put back rather than deleted: deleting would slow the host's object down for good.
    Object.assign(this.#redis, this.#originals);
    this.#queue?.seal();
    this.#stream?.removeListener('data', this.#chunkArrives);
    this.#stream?.removeListener('data', this.#chunkHandled);
    this.#handle?.close();
    this.#handle = null;
  };

  readonly waitingSinceMs = (): number => {
    this.#settle();
    const timedOut = this.#log.expire(performance.now(), this.#commandTimeoutMs);
    if (timedOut > 0) this.#handle?.failed('timeout', timedOut);
    return this.#log.waitingSinceMs();
  };

  readonly lastAnswerMs = (): number => this.#log.lastAnswerMs;

  #override<
    Name extends
      | 'resetCommandQueue'
      | 'handleReconnection'
      | 'flushQueue'
      | 'silentEmit'
      | 'setStatus',
  >(name: Name, around: (original: RedisInternals[Name]) => RedisInternals[Name]): void {
    const original = this.#redis[name];
    this.#originals[name] = original;
    this.#redis[name] = around(original.bind(this.#redis) as RedisInternals[Name]);
  }

  /** A fresh socket has a fresh queue and nothing in flight. */
  #watchSocket(): void {
    const inner = this.#redis;
    this.#settle();
    this.#queue?.seal();
    this.#log = new FlightLog();
    this.#nowMs = performance.now();
    this.#queue = tappedQueueLike(inner.commandQueue, {
      commandSent: this.#commandSent,
      commandAnswered: this.#commandAnswered,
      answeredInPart: this.#answeredInPart,
      commandsAborted: this.#commandsAborted,
    });
    inner.commandQueue = this.#queue;
    this.#stream = inner.stream;
    // ioredis prepends its own parser a moment later; the clock must be read before that.
    queueMicrotask(() => {
      if (this.#stream !== inner.stream || this.#handle === null) return;
      inner.stream?.prependListener('data', this.#chunkArrives);
      inner.stream?.on('data', this.#chunkHandled);
    });
  }

  readonly #commandSent = ({ command }: QueueItem): void => {
    this.#log.sent(performance.now(), isMeantToWait(command.name, command.args));
  };

  readonly #commandAnswered = (): void => {
    if (this.#pendingUs >= 0) this.#handle?.answered(this.#pendingUs);
    this.#pendingUs = this.#log.answered(this.#nowMs) * 1_000;
  };

  readonly #answeredInPart = (): void => {
    this.#pendingUs = -1;
    this.#log.answeredInPart();
  };

  readonly #commandsAborted = (count: number): void => {
    this.#handle?.failed('closed', count);
  };

  readonly #chunkArrives = (): void => {
    this.#nowMs = performance.now();
  };

  readonly #chunkHandled = (): void => {
    this.#settle();
    this.#listener.answersArrived();
  };

  /** Whatever was shifted last was no error after all. */
  #settle(): void {
    if (this.#pendingUs < 0) return;
    this.#handle?.answered(this.#pendingUs);
    this.#pendingUs = -1;
  }

  #replyFailed(error: Error): void {
    const errorClass = classify(error);
    // Older servers refuse CLIENT SETINFO and the like on connecting; that tells nothing.
    if (this.#redis.condition?.handshake && errorClass === 'syntax') return;
    this.#pendingUs = -1;
    this.#handle?.failed(errorClass);
  }

  #queueFlushed(error: Error, options?: { offlineQueue?: boolean; commandQueue?: boolean }): void {
    const written = options?.commandQueue === false ? 0 : this.#redis.commandQueue.length;
    const unwritten = options?.offlineQueue === false ? 0 : this.#redis.offlineQueue.length;
    this.#settle();
    if (options?.commandQueue !== false) this.#queue?.seal();
    if (written + unwritten === 0) return;
    const errorClass = classify(error);
    const cause = errorClass === 'closed' ? (this.#lastError ?? errorClass) : errorClass;
    this.#handle?.failed(cause, written + unwritten);
  }

  #statusChanges(status: string): void {
    switch (status) {
      case 'connecting':
      case 'connect':
        this.#handle ??= this.#open(this.waitingSinceMs);
        this.#handle.changed('connecting');
        return;
      case 'ready':
      case 'monitoring':
        this.#lastError = null;
        this.#handle ??= this.#open(this.waitingSinceMs);
        this.#handle.changed('ready');
        return;
      case 'close':
        this.#closes();
        return;
      case 'reconnecting':
        this.#handle?.changed('reconnecting', this.#lastError ?? undefined);
        return;
      case 'end':
        this.#ends();
        return;
    }
  }

  #closes(): void {
    this.#leaving = this.#redis.manuallyClosing;
    this.#settle();
    this.#listener.closing();
    this.#queue?.seal();
    this.#log = new FlightLog();
    if (this.#leaving) return;
    const cause = this.#lastError ?? 'closed';
    this.#handle?.changed('closed', errorClasses[cause] === 'neutral' ? 'closed' : cause);
  }

  /** The host left on purpose, or ioredis gave up. */
  #ends(): void {
    if (!this.#leaving) {
      this.#handle?.changed('failed', this.#lastError ?? 'closed');
      return;
    }
    this.#handle?.close();
    this.#handle = null;
  }
}
