// One look at the demo's world: plain data, so that drawing it is a pure function.

import type { Health } from '@regionpilot/protocol';
import type { FaultName } from './fault.ts';
import type { Gauge } from './gauges.ts';
import type { InboxSummary } from './inbox/summary.ts';
import type { CommandCounts } from './report.ts';

export type RegionSnapshot = Gauge & {
  readonly name: string;
  /** As the clients that live there see it. */
  readonly health: Health;
  /** Share of those clients it admits, 0..10,000. */
  readonly admitted: number;
  /** Clients that use it now, and clients whose home it is. */
  readonly users: number;
  readonly home: number;
  readonly fault: FaultName | null;
};

export type WorldSnapshot = {
  readonly nowMs: number;
  readonly bus: 'embedded' | 'kafka';
  /** File or brokers. */
  readonly where: string;
  readonly servers: 'redis-server' | 'stand-in';
  readonly clients: number;
  readonly regions: readonly RegionSnapshot[];
  /** Term and epoch of the decision in force, null before the first. */
  readonly version: readonly [number, number] | null;
  /** Nothing is safe: clients stay where they are. */
  readonly noSafeTarget: boolean;
  /** Why the aggregator only watches; empty when it acts. */
  readonly tilt: readonly string[];
  readonly commands: CommandCounts & {
    /** Clients whose command waits longer than usual now: held, or sent and unanswered. */
    readonly waiting: number;
    readonly perSecond: number;
    readonly longestMs: number;
  };
  readonly inbox: InboxSummary;
  /** Somebody watches who would be told. */
  readonly alerting: boolean;
  /** Address of the console; null: there is none. */
  readonly console: string | null;
};

/** Everybody where they belong, everything healthy, and the aggregator at work. */
export function unsettledBecause({
  regions,
  tilt,
  version,
  alerting,
}: WorldSnapshot): string | null {
  if (version === null) return 'the aggregator has not decided yet';
  if (!alerting) return 'nobody is on call yet';
  if (tilt.length > 0) return `the aggregator only watches (${tilt.join(', ')})`;
  const ill = regions.find(({ health }) => health !== 'healthy');
  if (ill !== undefined) return `${ill.name} is ${ill.health}`;
  const away = regions.find(({ users, home }) => users !== home);
  if (away !== undefined) return `${away.users} of ${away.home} clients are in ${away.name}`;
  return null;
}
