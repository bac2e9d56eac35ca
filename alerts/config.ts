// What one alerting process is told, after parsing: every field is there. `alerts/config/` reads the
// file a person writes and fills in the rest.

import type { Receiver } from './receiver.ts';
import type { InhibitRule, Route } from './route.ts';
import type { Rule } from './rule.ts';

export type Flapping = {
  /** More changes between firing and not than this within `windowMs` is flapping. */
  readonly changes: number;
  readonly windowMs: number;
};

export type Beat = {
  readonly receiver: string;
  readonly everyMs: number;
};

export type AlertingConfig = {
  /** Part of every dedup key, so that two deployments can share a PagerDuty service. Default `regionpilot`. */
  readonly deployment: string;
  /** Put before relative runbook and dashboard links; empty: left as they are. */
  readonly runbookBase: string;
  readonly dashboardBase: string;
  readonly rules: readonly Rule[];
  readonly flapping: Flapping;
  readonly route: Route;
  readonly inhibit: readonly InhibitRule[];
  readonly receivers: readonly Receiver[];
  /** Nothing is sent for this long after a start, while the past is still being read. ms. */
  readonly startDelayMs: number;
  /** Dead-man's switch: a receiver of its own that misses us when we fall silent; null: none. */
  readonly heartbeat: Beat | null;
  /** A synthetic alert that goes all the way, again and again; null: none. */
  readonly probe: Beat | null;
};
