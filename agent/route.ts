// Which region this client uses now, as a value that changes in one assignment.

import type { Version } from '@regionpilot/protocol';

export type RouteSource =
  /** Nothing heard yet: home, or the first region of the config. */
  | 'default'
  /** Last decision, from the local file or a bootstrap source. */
  | 'cache'
  | 'bootstrap'
  /** The decision log. */
  | 'log'
  /** The local breaker, while the decision stream is stale. */
  | 'breaker';

export type RouteSnapshot = {
  readonly group: string;
  /** The region to use. */
  readonly region: string;
  /** Every region that admits this client, preferred first; `region` leads unless a breaker moved. */
  readonly admitted: readonly string[];
  readonly version: Version;
  readonly source: RouteSource;
  /** No heartbeat or decision for `decisionStaleMs`: the log may have moved on without us. */
  readonly stale: boolean;
  readonly noSafeTarget: boolean;
};

export type RouteListener = (now: RouteSnapshot, before: RouteSnapshot) => void;

/** A group's route: read `current` per command (a property read), listen for changes. */
export type Route = {
  readonly current: RouteSnapshot;
  /** Called after `current` changed. Returns the way to stop. A listener that throws is counted. */
  readonly onChange: (listener: RouteListener) => () => void;
};
