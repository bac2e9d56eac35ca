import type { Agent, AgentOptions } from './agent.ts';
import { RunningAgent } from './io/agent.ts';
import type { AgentConfigInput } from './parse-config.ts';

export type { Agent, AgentOptions, AgentStatus } from './agent.ts';
export type { AgentConfig, GroupConfig, RelayConfig, WhileUndecided } from './config.ts';
export { agentDefaults, groupDefaults } from './config-schema.ts';
export type {
  ConnectionHandle,
  ConnectionOptions,
  ConnectionProbe,
  RegionConnections,
} from './connection.ts';
export type { AgentEvent, AgentListener, DecisionRecord } from './events.ts';
export type { InstrumentOptions, MeterProvider, TracerProvider } from './instrument.ts';
export type { AttachedRoutes, SharedRoutes } from './io/worker-routes.ts';
export { attachRoutes } from './io/worker-routes.ts';
export type { AgentConfigInput, ParsedConfig, Surroundings } from './parse-config.ts';
export { parseAgentConfig } from './parse-config.ts';
export type {
  Observation,
  ObserveOptions,
  RegionalCounts,
  RegionalEvents,
  RegionalRedis,
  RegionalRedisOptions,
  RegionalStatus,
  RegionSpec,
  ReplayClass,
} from './redis/index.ts';
export {
  AmbiguousWriteError,
  createRegionalRedis,
  RegionalRedisError,
  replayClassOf,
} from './redis/index.ts';
export type { Route, RouteListener, RouteSnapshot, RouteSource } from './route.ts';
export type { Tracked, TrackOptions } from './tracker.ts';

/**
 * Starts an agent from settings or from the path of a YAML or JSON file (which is watched and
 * reloaded). It reports, follows decisions and gives routes at once; the event log is opened in the
 * background.
 * @throws {PipelineError} CONFIG_INVALID, naming every problem at once; FILE_UNREADABLE. After this
 *   call nothing is ever thrown.
 */
export function createAgent(source: AgentConfigInput | string, options: AgentOptions = {}): Agent {
  return new RunningAgent(source, options);
}
