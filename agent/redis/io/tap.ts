// Listens in on one ioredis connection: what is sent, answered and refused, and how the link fares.
// A command is noted when it is written; answers are counted once per chunk from the server, in one
// loop. It never changes what the host sees or when.

import { performance } from 'node:perf_hooks';
import type { ErrorClass } from '@regionpilot/protocol';
import { errorClasses } from '@regionpilot/protocol';
import type { Redis } from 'ioredis';
import type { ConnectionHandle } from '../../connection.ts';
import { classify } from '../classify.ts';
import type { hookedMethods, RedisInternals } from './internals.ts';
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
type Flush = Parameters<RedisInternals['flushQueue']>;

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
  readonly #originals: Partial<Pick<RedisInternals, Hook>> = {};
  #handle: ConnectionHandle | null = null;
  #queue: TappedQueue | null = null;
  #stream: RedisInternals['stream'];
  /** When the chunk being handled arrived. */
  #nowMs = 0;
  #lastError: ErrorClass | null = null;
  /** The host closed the connection itself. */
  #leaving = false;

  constructor(redis: Redis, open: OpenHandle, listener: TapListener) {
    this.#redis = internalsOf(redis);
    this.#commandTimeoutMs = redis.options.commandTimeout ?? Number.POSITIVE_INFINITY;
    this.#open = open;
    this.#listener = listener;
  }

  attach(): void {
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
    const { stream, status } = this.#redis;
    if (stream !== undefined && !stream.destroyed) this.#watchSocket();
    if (status !== 'wait' && status !== 'end') this.#statusChanges(status);
  }

  readonly waitingSinceMs = (): number => {
    const log = this.#queue?.log;
    if (log === undefined) return 0;
    const timedOut = log.expire(performance.now(), this.#commandTimeoutMs);
    if (timedOut > 0) this.#handle?.failed('timeout', timedOut);
    return log.waitingSinceMs();
  };

  readonly lastAnswerMs = (): number => this.#queue?.log.lastAnswerMs ?? 0;

  readonly detach = (): void => {
    // Put back rather than deleted: deleting would slow the host's object down for good.
    Object.assign(this.#redis, this.#originals);
    this.#queue?.seal();
    this.#stream?.removeListener('data', this.#chunkArrives);
    this.#stream?.removeListener('data', this.#chunkHandled);
    this.#handle?.close();
    this.#handle = null;
  };

  #override<Name extends Hook>(
    name: Name,
    around: (original: RedisInternals[Name]) => RedisInternals[Name],
  ): void {
    const original = this.#redis[name];
    this.#originals[name] = original;
    this.#redis[name] = around(original.bind(this.#redis) as RedisInternals[Name]);
  }

  /** A fresh socket has a fresh queue and nothing in flight. */
  #watchSocket(): void {
    const inner = this.#redis;
    this.#queue?.seal();
    this.#queue = tappedQueueLike(inner.commandQueue, (count) =>
      this.#handle?.failed('closed', count),
    );
    inner.commandQueue = this.#queue;
    this.#stream = inner.stream;
    // ioredis prepends its own parser a moment later; the clock must be read before that.
    queueMicrotask(() => {
      if (this.#stream !== inner.stream || this.#handle === null) return;
      inner.stream?.prependListener('data', this.#chunkArrives);
      inner.stream?.on('data', this.#chunkHandled);
    });
  }

  readonly #chunkArrives = (): void => {
    this.#nowMs = performance.now();
  };

  readonly #chunkHandled = (): void => {
    const queue = this.#queue;
    if (queue === null) return;
    queue.log.answered(queue.gone(), this.#nowMs, this.#answered);
    this.#listener.answersArrived();
  };

  readonly #answered = (latencyMs: number): void => {
    this.#handle?.answered(latencyMs * 1_000);
  };

  #replyFailed(error: Error): void {
    const errorClass = classify(error);
    // Older servers refuse CLIENT SETINFO and the like on connecting; that tells nothing.
    if (this.#redis.condition?.handshake && errorClass === 'syntax') return;
    // Its command was shifted a moment ago: it is the last of those that are gone.
    this.#queue?.log.failed(this.#queue.gone() - 1);
    this.#handle?.failed(errorClass);
  }

  #queueFlushed(error: Flush[0], options: Flush[1]): void {
    const written = options?.commandQueue === false ? 0 : this.#redis.commandQueue.length;
    const unwritten = options?.offlineQueue === false ? 0 : this.#redis.offlineQueue.length;
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
    this.#listener.closing();
    this.#queue?.seal();
    this.#queue = null;
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
