// An agent reduced to what a test wants to look at: a route moved by hand, and what each connection
// reported.

import type { ConnectionState, ErrorClass } from '@regionpilot/protocol';
import { noVersion } from '@regionpilot/protocol';
import { type GroupConfig, groupDefaults } from '../../agent/index.ts';
import { LiveRoute } from '../../agent/io/live-route.ts';
import type { AgentHost } from '../../agent/redis/index.ts';

export type RecordedConnection = {
  readonly region: string;
  readonly target: string;
  readonly states: ConnectionState[];
  readonly failures: Map<ErrorClass, number>;
  readonly latenciesUs: number[];
  readonly waitingSinceMs: () => number;
  gone: boolean;
};

export type RecordedAgent = AgentHost & {
  readonly connections: RecordedConnection[];
  readonly to: (region: string) => void;
};

export function recordedAgent(
  regions: readonly string[],
  settings: Partial<GroupConfig> = {},
): RecordedAgent {
  const connections: RecordedConnection[] = [];
  const route = new LiveRoute(
    {
      group: 'cache',
      region: regions[0] as string,
      admitted: regions,
      version: noVersion,
      source: 'default',
      stale: false,
      noSafeTarget: false,
    },
    (error) => {
      throw error;
    },
  );
  return {
    connections,
    settings: () => ({ ...groupDefaults, regions, ...settings }),
    route: () => route,
    to: (region) => {
      const admitted = [region, ...regions.filter((other) => other !== region)];
      route.replace({ ...route.current, region, admitted, source: 'log' });
    },
    connection: ({ region, target, probe }) => {
      const recorded: RecordedConnection = {
        region,
        target,
        states: [],
        failures: new Map(),
        latenciesUs: [],
        waitingSinceMs: probe.waitingSinceMs,
        gone: false,
      };
      connections.push(recorded);
      return {
        answered: (us) => recorded.latenciesUs.push(us),
        failed: (errorClass, count = 1) =>
          recorded.failures.set(errorClass, (recorded.failures.get(errorClass) ?? 0) + count),
        changed: (state) => recorded.states.push(state),
        look: () => {},
        close: () => {
          recorded.gone = true;
        },
      };
    },
  };
}
