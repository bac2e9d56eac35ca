// Groups and their regions, as they are now.

import type { AutomationMode, DecisionReason, Health, Hold } from '@regionpilot/protocol';

/** `GET /api/v1/groups`, and each `group` message of the live stream. */
export type GroupState = {
  readonly group: string;
  readonly term: number;
  readonly epoch: number;
  /** Instance that decides. */
  readonly owner: string;
  readonly decidedMs: number;
  readonly reason: DecisionReason;
  /** One sentence. */
  readonly text: string;
  readonly noSafeTarget: boolean;
  /** The incident that is open; null: none. */
  readonly incident: string | null;
  /** In order of preference. */
  readonly regions: readonly RegionState[];
  /** Homes clients live in: [reporting, known of late]. */
  readonly homes: Readonly<Record<string, readonly [number, number]>>;
  readonly clients: { readonly reporting: number; readonly known: number };
  /** Clients that follow the current decision. `share` null: nobody reports. */
  readonly convergence: { readonly applied: number; readonly share: number | null };
  /** At most 8 by name; all: `/clients?straggler=true`. */
  readonly stragglers: readonly string[];
  /** Why nothing is decided automatically at the moment; empty: it would be. */
  readonly suspended: readonly string[];
  readonly orders: readonly OrderInForce[];
  readonly automation: AutomationMode;
  /** Age of the newest fact (partial) at `asOfMs`; null: none yet. Above 5,000 is stale. */
  readonly dataAgeMs: number | null;
  /** Age of its decider's newest heartbeat. */
  readonly heartbeatAgeMs: number | null;
  readonly asOfMs: number;
};

export type RegionState = {
  readonly region: string;
  readonly health: Health;
  /** Since when it has this health; null: before what is remembered. */
  readonly sinceMs: number | null;
  /** Share of clients it admits, 0..10,000. */
  readonly admit: number;
  /** Homes with a share of their own. */
  readonly homes: Readonly<Record<string, number>>;
  /** Clients with a connection, and those whose verdict is "down" now. */
  readonly connected: number;
  readonly down: number;
  /** Votes wanted for "down". */
  readonly quorum: number;
  /** Over the long window: answers and failures per second, failures over total (null: no traffic). */
  readonly opsPerSecond: number;
  readonly errorRatio: number | null;
  readonly errors: Readonly<Record<string, number>>;
  /** ms; null without samples in the last 10 s. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Oldest command nobody answered. */
  readonly stalledMs: number;
  /** Last 60 s, one value a second, oldest first; error ratio null without traffic. */
  readonly history: {
    readonly atMs: readonly number[];
    readonly opsPerSecond: readonly number[];
    readonly errorRatio: readonly (number | null)[];
  };
};

/** An operator's order that is in force. */
export type OrderInForce = {
  readonly scope: 'group' | 'all';
  readonly hold: Hold | null;
  readonly automation: AutomationMode;
  readonly overrideRules: readonly string[];
  readonly author: string;
  readonly reason: string;
  readonly atMs: number;
  readonly expiresMs: number;
};
