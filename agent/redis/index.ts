export { classify } from './classify.ts';
export type { RegionalErrorCode, UnavailableReason } from './errors.ts';
export { AmbiguousWriteError, RegionalRedisError, regionalErrorCodes } from './errors.ts';
export type { AgentHost } from './host.ts';
export type { Observation, ObserveOptions, Observer } from './io/observe.ts';
export { observeRedis } from './io/observe.ts';
