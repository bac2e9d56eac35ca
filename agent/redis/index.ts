import { RegionalRedis, type RegionalRedisOptions } from './io/regional-redis.ts';

export { classify } from './classify.ts';
export type { RegionalErrorCode, UnavailableReason } from './errors.ts';
export { AmbiguousWriteError, RegionalRedisError, regionalErrorCodes } from './errors.ts';
export type { AgentHost } from './host.ts';
export type { RegionSpec } from './io/lane.ts';
export type { Observation, ObserveOptions, Observer } from './io/observe.ts';
export { observeRedis } from './io/observe.ts';
export type { RegionalRedisOptions, RegionalStatus } from './io/regional-redis.ts';
export { RegionalRedis } from './io/regional-redis.ts';
export type { RegionalCounts, RegionalEvents } from './regional-event.ts';
export type { ReplayClass } from './replay-class.ts';
export { replayClassOf } from './replay-class.ts';

/**
 * One client over all regions of a group, typed as ioredis, that follows the group's route.
 * Connections are opened at once and kept by themselves; commands may be sent right away.
 */
export function createRegionalRedis(options: RegionalRedisOptions): RegionalRedis {
  return new RegionalRedis(options);
}
