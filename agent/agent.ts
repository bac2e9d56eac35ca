// What a host sees of its agent.

import type { Bus, BusHealth } from '@regionpilot/bus';
import type { DropReason, Problem } from '@regionpilot/protocol';
import type { Cluster, Redis } from 'ioredis';
import type { GroupConfig } from './config.ts';
import type {
  ConnectionHandle,
  ConnectionOptions,
  ProbedRegion,
  RegionConnections,
} from './connection.ts';
import type { AgentListener } from './events.ts';
import type { InstrumentOptions } from './instrument.ts';
import type { RelayStatus } from './io/relay-source.ts';
import type { SharedRoutes } from './io/worker-routes.ts';
import type { Observation, ObserveOptions } from './redis/io/observe.ts';
import type { Route, RouteSnapshot } from './route.ts';
import type { Counts } from './subscription-state.ts';
import type { Tracked, TrackOptions } from './tracker.ts';

export type AgentOptions = {
  /** An open event log to use instead of the config's; its owner closes it. */
  readonly bus?: Bus;
  /** Hears every event. What it throws is counted and forgotten. */
  readonly log?: AgentListener;
};

/**
 * One per process. No method throws or blocks; all are safe after `close`, where they do nothing.
 * The agent alone never keeps a process running.
 */
export type Agent = {
  readonly client: string;
  readonly home: string;
  readonly domain: string;
  /** Resolves when every group has a decision (a cached one counts), at the latest after `readyMs`. */
  readonly ready: () => Promise<void>;
  /** Which region this client uses. Of a group the config does not name: home, for ever. */
  readonly route: (group: string) => Route;
  /** The group's settings now. Read once per command: two reads may straddle a reload. */
  readonly settings: (group: string) => GroupConfig;
  /**
   * Takes a new config as a whole, or rejects it as a whole and answers every problem. Without an
   * argument the config file is read again. `client`, `home`, `domain`, `bus`, `decisions` and
   * `topicPrefix` cannot change.
   */
  readonly reload: (input?: unknown) => readonly Problem[];
  /** Reports on an ioredis client the host made: standalone, Sentinel or Cluster. */
  readonly observe: (client: Redis | Cluster, options: ObserveOptions) => Observation;
  /** Counters for a connection that its owner instruments. */
  readonly connection: (options: ConnectionOptions) => ConnectionHandle;
  /** A question asked on nobody's behalf was answered, or not: counted for regions with a connection. */
  readonly probed: (at: ProbedRegion, answered: boolean) => void;
  /** The same for any kind of connection, told by hand. */
  readonly track: (options: TrackOptions) => Tracked;
  /** For worker threads: see `attachRoutes`. */
  readonly workerData: () => SharedRoutes;
  readonly status: () => AgentStatus;
  /** Hears events from now on. Returns the way to stop. */
  readonly onEvent: (listener: AgentListener) => () => void;
  /**
   * Offers the agent's counters to the host's OpenTelemetry, and to its tracer one span per decision
   * where this client is a sampled one. The agent exports nothing by itself. Returns the way to stop.
   */
  readonly instrument: (options: InstrumentOptions) => () => void;
  /** Reports the rest, says goodbye and stops. Takes at most `deadlineMs`, default 1,000. */
  readonly close: (options?: { readonly deadlineMs?: number }) => Promise<void>;
};

export type AgentStatus = {
  readonly client: string;
  readonly routes: Readonly<Record<string, RouteSnapshot>>;
  readonly decisions: Counts & {
    readonly state: 'catchingUp' | 'following';
    /** Records that were no decision. */
    readonly invalid: number;
    /** Of those, not sent to the dead letter. */
    readonly deadLettersUnsent: number;
    /** ms since 1970; null before the first contact. */
    readonly lastContactMs: number | null;
  };
  readonly reports: {
    /** Batches in memory. */
    readonly waiting: number;
    readonly bytes: number;
    /** Rows that left this process or were given up. */
    readonly produced: number;
    readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
    readonly failuresInARow: number;
    /** Connections that could not be counted, for want of a number or a valid name. */
    readonly connectionsRefused: number;
  };
  /** Asks every connection, when this is read. */
  readonly connections: readonly RegionConnections[];
  /** `none`: the config has none, so nothing is reported. */
  readonly bus: BusHealth | { readonly kind: 'opening' | 'none' };
  /** null: decisions come from the log. */
  readonly relay: RelayStatus | null;
  /** Errors of the host's listeners and probes, or ours, that were caught. */
  readonly survivedErrors: number;
};
