// Every private part of ioredis that we lean on, in one place. ioredis promises none of it, so each
// client is checked when it is attached: if a part is missing, observing falls back to its public
// events and says so. Written against ioredis 6.0.0 (Redis.js, DataHandler.js, event_handler.js).

import type { Cluster, Command, Redis } from 'ioredis';

/** One written command awaiting its answer, or one not yet written. */
export type QueueItem = { command: Command; stream?: unknown; select?: number };

export type CommandQueue = {
  readonly length: number;
  push(item: QueueItem): number;
  shift(): QueueItem | undefined;
  remove(index: number, count: number): QueueItem[] | undefined;
  peekAt(index: number): QueueItem | undefined;
};

export type SocketLike = {
  readonly writable: boolean;
  readonly destroyed: boolean;
  prependListener(event: 'data', listener: () => void): unknown;
  on(event: 'data', listener: () => void): unknown;
  removeListener(event: 'data', listener: () => void): unknown;
  write(data: unknown): unknown;
  destroy(): unknown;
  cork(): void;
  uncork(): void;
};

export type RedisInternals = {
  /** Written and not yet answered. A new one is made by `resetCommandQueue` for each socket. */
  commandQueue: CommandQueue;
  /** Never written. */
  offlineQueue: CommandQueue;
  stream: SocketLike | undefined;
  status: string;
  /** Grows with each attempt to connect. */
  connectionEpoch: number;
  /** True from `quit`/`disconnect` until the close that follows. */
  manuallyClosing: boolean;
  condition: { handshake?: boolean } | null;
  resetCommandQueue: () => void;
  /** Called with each error reply, just after its command was shifted. */
  handleReconnection: (error: Error, item: QueueItem) => void;
  /** Rejects everything queued. */
  flushQueue: (error: Error, options?: { offlineQueue?: boolean; commandQueue?: boolean }) => void;
  silentEmit: (event: string, argument?: unknown) => boolean;
  /** `close` is set before anything queued is touched. */
  setStatus: (status: string, argument?: unknown) => void;
};

/** Methods a tap wraps, on the instance only. */
export const hookedMethods = [
  'resetCommandQueue',
  'handleReconnection',
  'flushQueue',
  'silentEmit',
  'setStatus',
] as const;

const queueMethods = ['push', 'shift', 'remove', 'peekAt'] as const;

export function internalsOf(redis: Redis): RedisInternals {
  return redis as unknown as RedisInternals;
}

/** Names of the private parts this client lacks; empty when all is as expected. */
export function missingInternals(redis: Redis): readonly string[] {
  const inner = internalsOf(redis);
  const queue: Partial<CommandQueue> = inner.commandQueue ?? {};
  return [
    ...hookedMethods.filter((name) => typeof inner[name] !== 'function'),
    ...queueMethods
      .filter((name) => typeof queue[name] !== 'function')
      .map((name) => `commandQueue.${name}`),
    ...(typeof inner.offlineQueue?.shift === 'function' ? [] : ['offlineQueue.shift']),
  ];
}

export function isCluster(client: Redis | Cluster): client is Cluster {
  return client.isCluster;
}

/** `host:port` for people to read, never credentials. */
export function targetOf(redis: Redis): string {
  const { path, host, port, sentinels, name } = redis.options;
  if (path) return path;
  if (sentinels) return `sentinel/${name ?? ''}`;
  return `${host ?? 'localhost'}:${port ?? 6379}`;
}

/** The host itself asked a Cluster to end. */
export function isLeaving(cluster: Cluster): boolean {
  return (cluster as unknown as { readonly manuallyClosing?: boolean }).manuallyClosing === true;
}
