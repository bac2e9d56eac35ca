// The way to one region: an ioredis client of our own, whatever its kind, with the few questions and
// orders that RegionalRedis has for it.

import type { Cluster, ClusterNode, ClusterOptions, Command, Redis, RedisOptions } from 'ioredis';
import type { SocketLike } from './internals.ts';

/** How to reach one region. A factory must return a new client each time. */
export type RegionSpec =
  | RedisOptions
  | { readonly cluster: readonly ClusterNode[]; readonly options?: ClusterOptions }
  | (() => Redis | Cluster);

/** What a lane gave back. */
export type Taken = {
  /** Written and not answered: each may or may not have been applied. */
  readonly sent: readonly Command[];
  /** Never written. */
  readonly unsent: readonly Command[];
};

export type LaneListener = {
  /** The lane became usable or stopped being so. */
  readonly changed: (lane: Lane) => void;
  /** A connection closed with commands of callers on it. */
  readonly orphaned: (lane: Lane, taken: Taken) => void;
  readonly error: (lane: Lane, error: Error) => void;
};

export type Lane = {
  readonly region: string;
  readonly client: Redis | Cluster;
  /** The client itself when commands can be handed to it as they are. */
  readonly direct: Redis | null;
  /** Connected, authenticated, proven by an answer, and not silent. */
  readonly usable: boolean;
  /** Connected, yet nothing was answered for too long. */
  readonly silent: boolean;
  /** Names one connection's life: MULTI and WATCH do not outlive it. Null while there is none. */
  readonly session: string | null;
  /** Socket that a pipeline may be written to in one piece. */
  readonly stream: SocketLike;
  readonly send: (command: Command, pipeline?: unknown) => unknown;
  readonly sendAll: (commands: readonly Command[]) => void;
  /** Takes back what callers sent here; late answers go nowhere. */
  readonly take: () => Taken;
  /** Takes back the reads only. */
  readonly takeReads: (isRead: (command: Command) => boolean) => readonly Command[];
  /** A question of our own, that is never handed back to anyone. */
  readonly ask: (command: Command) => Promise<unknown>;
  /** Is anything of a caller's in flight? */
  readonly busy: () => boolean;
  /** Looks at the clock: silence, probes, dead sockets. */
  readonly tick: (nowMs: number, pace: LanePace) => void;
  /** Closes for good; what is left on it should have been taken before. */
  readonly close: () => void;
};

export type LanePace = {
  readonly holdAfterMs: number;
  readonly probe: 'ping' | 'write';
  readonly probeIntervalMs: number;
};

/** A socket that swallows everything, for pipelines whose commands all went elsewhere. */
export const noSocket: SocketLike = {
  writable: false,
  destroyed: true,
  prependListener: () => noSocket,
  on: () => noSocket,
  removeListener: () => noSocket,
  write: () => true,
  destroy: () => noSocket,
  cork: () => {},
  uncork: () => {},
};

/** A command sent apart from its pipeline still counts as written there, or the rest would wait. */
export function leavePipeline(pipeline: unknown): void {
  if (isPipeline(pipeline)) pipeline.write('');
}

function isPipeline(stream: unknown): stream is { write(data: string): unknown } {
  return (stream as { isPipeline?: boolean } | undefined)?.isPipeline === true;
}
