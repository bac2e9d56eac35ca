// How anything that talks to a region tells the agent what it experiences. Everything here runs
// inside somebody else's request path, so it is counters in arrays: no promise, no allocation, no
// clock reading of the agent's own.

import type { ConnectionState, ErrorClass } from '@regionpilot/protocol';

/** What the agent may ask a connection, a few times a second, never per command. */
export type ConnectionProbe = {
  /**
   * Monotonic ms (`performance.now()`) since which a command has been waiting with nothing answered
   * after it was sent; 0 when nothing waits. Commands meant to wait (BLPOP) do not count.
   */
  readonly waitingSinceMs: () => number;
};

/** One connection's counters. All methods are cheap, never throw and ignore use after `close`. */
export type ConnectionHandle = {
  /** A command was answered, an error reply that proves the server works included. Microseconds. */
  readonly answered: (latencyUs: number) => void;
  /** A command failed. Classes that are not region evidence count as answers of a working region. */
  readonly failed: (errorClass: ErrorClass, count?: number) => void;
  /** The link changed state; `errorClass` says why, where something went wrong. */
  readonly changed: (state: ConnectionState, errorClass?: ErrorClass) => void;
  /** Asks for a look at the probe now, for example when a stall timer fires. */
  readonly look: () => void;
  /** The owner closed it on purpose: reported as `gone`. */
  readonly close: () => void;
};

/** Where a question was asked on nobody's behalf. */
export type ProbedRegion = Pick<ConnectionOptions, 'group' | 'region'>;

/** Connections of one region of a group that are up. `used`: a command waits for its answer now. */
export type RegionConnections = {
  readonly group: string;
  readonly region: string;
  readonly used: number;
  readonly idle: number;
};

export type ConnectionOptions = {
  readonly group: string;
  readonly region: string;
  /** Shown to humans: `host:port`. Never keys, arguments or values. */
  readonly target: string;
  readonly probe: ConnectionProbe;
};
