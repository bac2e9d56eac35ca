// What an agent tells the people who run it. Nothing here is thrown: the agent lives in somebody
// else's process, so it says what happened and carries on.

import type { BreakerReport, DropReason, Problem, Version } from '@regionpilot/protocol';
import type { RouteSource } from './route.ts';

export type DecisionRecord = {
  /** When the log took it in, ms since 1970, by the log's clock. */
  readonly appendedMs: number;
  /** W3C Trace Context of the decision; absent outside of an incident. */
  readonly traceparent?: string;
};

export type AgentEvent =
  | { readonly kind: 'busOpened' }
  | { readonly kind: 'busUnavailable'; readonly text: string }
  | { readonly kind: 'sendFailed'; readonly text: string; readonly failuresInARow: number }
  | { readonly kind: 'batchDropped'; readonly reason: DropReason; readonly rows: number }
  | { readonly kind: 'configReloaded' }
  /** The running config stays as it was, whole. */
  | { readonly kind: 'configRejected'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'decisionApplied';
      readonly group: string;
      readonly version: Version;
      readonly source: RouteSource;
      /** The record it came in, as it came: absent for one that was there before we listened. */
      readonly record?: DecisionRecord;
    }
  /** Untrusted bytes that were no decision, or a decision that names none of our regions. */
  | { readonly kind: 'decisionRejected'; readonly reason: string; readonly text: string }
  /** A heartbeat names a decision we do not hold. */
  | {
      readonly kind: 'decisionMissed';
      readonly group: string;
      readonly held: Version;
      readonly wanted: Version;
    }
  | {
      readonly kind: 'routeChanged';
      readonly group: string;
      readonly from: string;
      readonly to: string;
      readonly source: RouteSource;
    }
  | { readonly kind: 'streamStale'; readonly group: string }
  | { readonly kind: 'streamFresh'; readonly group: string }
  | ({ readonly kind: 'breakerMoved' } & BreakerReport)
  | { readonly kind: 'cacheUnusable'; readonly file: string; readonly text: string }
  | { readonly kind: 'bootstrapUnusable'; readonly source: string; readonly text: string }
  /** `agent.route` or `agent.settings` was asked for a group the config does not name. */
  | { readonly kind: 'groupUnknown'; readonly group: string }
  /** A host's listener, probe or log function threw; or a bug of ours, survived. */
  | { readonly kind: 'survivedError'; readonly where: string; readonly text: string };

export type AgentListener = (event: AgentEvent) => void;
