// Who is told of which alerts, and in what rhythm.

import type { Matcher } from '@regionpilot/protocol';

export type Rhythm = {
  /** Wait before the first notice of a group, so that what happens together is told together. ms. */
  readonly groupWaitMs: number;
  /** Shortest time between two notices of a group that changed. ms. */
  readonly groupIntervalMs: number;
  /** Said again after this long without change; 0: never. ms. */
  readonly repeatIntervalMs: number;
};

/**
 * A node of the routing tree. An alert goes to the deepest first child that matches, and on to later
 * siblings where `continue` says so. Besides the alert's labels a matcher sees `severity`.
 */
export type Route = Rhythm & {
  readonly match: readonly Matcher[];
  readonly receivers: readonly string[];
  readonly continue: boolean;
  /** Labels whose values make a group; `['...']`: every alert by itself. */
  readonly groupBy: readonly string[];
  readonly routes: readonly Route[];
};

/** While a source fires, targets with the same values of the `equal` labels are not told. */
export type InhibitRule = {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
};
