// Reports on an existing ioredis client without changing it: one connection for a standalone or
// Sentinel client, one per node for a Cluster, plus one for the Cluster as a whole.

import type { Cluster, Redis } from 'ioredis';
import type { AgentHost } from '../host.ts';
import { internalsOf, isCluster, missingInternals, targetOf } from './internals.ts';
import { observeCluster } from './observe-cluster.ts';
import { observePublicEvents } from './observe-events.ts';
import type { Tap, TapListener } from './tap.ts';
import { silentListener, tapRedis } from './tap.ts';

export type ObserveOptions = {
  readonly group: string;
  readonly region: string;
  /** Told when the client can be watched in part only; never throws into us. */
  readonly onDegraded?: (missing: readonly string[]) => void;
};

export type Observation = {
  /** `full` counts every command; `eventsOnly` knows only whether the link is up. */
  readonly kind: 'full' | 'eventsOnly';
  /** Private parts of ioredis that were not as expected. */
  readonly missing: readonly string[];
  readonly waitingSinceMs: () => number;
  readonly lastAnswerMs: () => number;
  /** Ends the observation; the connection is reported as gone. */
  readonly stop: () => void;
};

export type Observer = Pick<AgentHost, 'connection' | 'probed'>;

/** Observes an ioredis client until `stop()`. Calling it again for the same client changes nothing. */
export function observeRedis(
  agent: Observer,
  client: Redis | Cluster,
  options: ObserveOptions,
): Observation {
  const known = observed.get(client);
  if (known !== undefined) return known;
  const observation = isCluster(client)
    ? observeCluster(agent, client, options, observeNode)
    : observeNode(agent, client, options, silentListener);
  return remember(client, observation);
}

const observed = new WeakMap<object, Observation>();

function remember(client: object, observation: Observation): Observation {
  const stop = (): void => {
    observed.delete(client);
    observation.stop();
  };
  const remembered = { ...observation, stop };
  observed.set(client, remembered);
  return remembered;
}

/** One standalone or Sentinel client, or one node of a Cluster. */
export function observeNode(
  agent: Observer,
  redis: Redis,
  options: ObserveOptions,
  listener: TapListener,
): Observation {
  const missing = missingInternals(redis);
  const { group, region } = options;
  const open = (waitingSinceMs: () => number) =>
    agent.connection({ group, region, target: targetOf(redis), probe: { waitingSinceMs } });
  if (missing.length > 0) {
    tell(options, missing);
    return observePublicEvents(redis, open, missing, listener);
  }
  const tap: Tap = tapRedis(redis, open, listener);
  const { waitingSinceMs, lastAnswerMs, detach } = tap;
  const idle = (): boolean => internalsOf(redis).commandQueue.length === 0;
  return {
    kind: 'full',
    missing,
    waitingSinceMs: () => (idle() ? 0 : waitingSinceMs()),
    lastAnswerMs,
    stop: detach,
  };
}

function tell({ onDegraded }: ObserveOptions, missing: readonly string[]): void {
  try {
    onDegraded?.(missing);
  } catch {
    // The host's own listener failed; observing goes on.
  }
}
