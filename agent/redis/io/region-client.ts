// Makes the ioredis client of one region, with everything that ioredis would do on its own about a
// dead server turned off: no blind resends, no retries counted per command, short connects, so that
// it is RegionalRedis alone that decides where a command goes next.

import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RegionSpec } from './lane.ts';

/** Longest a single attempt to connect may take, ms, unless the caller says otherwise. */
const connectTimeoutMs = 1_000;
const retryMaxMs = 1_000;

/** First retry after about 20 ms, doubling to a second, spread so that a fleet does not beat in time. */
function retryDelayMs(attempt: number): number {
  const delay = Math.min(20 * 2 ** Math.min(attempt - 1, 6), retryMaxMs);
  return Math.round(delay * (0.75 + Math.random() * 0.5));
}

/** Options for all clients under the region's own, under what we must insist on. */
export function createRegionClient(spec: RegionSpec, common: RedisOptions): Redis | Cluster {
  if (typeof spec === 'function') return insist(spec());
  if ('cluster' in spec) return createCluster(spec, common);
  const { keyPrefix: _applied, ...options } = { ...common, ...spec };
  const complete = {
    connectTimeout: connectTimeoutMs,
    disconnectTimeout: 200,
    retryStrategy: retryDelayMs,
    ...options,
    ...insistedOptions,
    lazyConnect: true,
    enableAutoPipelining: false,
  };
  return new Redis(complete as Exact);
}

export const insistedOptions = {
  enableOfflineQueue: true,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: null,
} as const;

function createCluster(
  { cluster, options = {} }: Extract<RegionSpec, { readonly cluster: unknown }>,
  common: RedisOptions,
): Cluster {
  const { keyPrefix: _applied, ...redisOptions } = { ...common, ...options.redisOptions };
  const complete = {
    clusterRetryStrategy: retryDelayMs,
    ...options,
    lazyConnect: true,
    enableAutoPipelining: false,
    redisOptions: { connectTimeout: connectTimeoutMs, disconnectTimeout: 200, ...redisOptions },
  };
  return new Cluster([...cluster], complete as ClusterExact);
}

// ioredis's own types do not say `| undefined` where its code allows it.
type Exact = RedisOptions & { replyMapping?: 'legacy' };
type ClusterExact = NonNullable<ConstructorParameters<typeof Cluster>[1]>;

/** A client the host made: the options are read anew on each use, so they can still be set. */
function insist(client: Redis | Cluster): Redis | Cluster {
  Object.assign(client.options, client.isCluster ? {} : insistedOptions);
  return client;
}
