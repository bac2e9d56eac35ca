// What the rules may look at, in the order and with the time of the log. Facts are levels or events
// that other parts wrote; hearing one twice must change nothing.

import type { Heartbeat, IncidentRecord, Override, Partial } from '@regionpilot/protocol';

export type Fact =
  /** `atMs` is always the append time, ms since 1970. */
  | { readonly kind: 'incident'; readonly record: IncidentRecord; readonly atMs: number }
  | { readonly kind: 'partial'; readonly partial: Partial; readonly atMs: number }
  /** Key of the `overrides` topic: a group or `*`; null: cleared. */
  | {
      readonly kind: 'override';
      readonly group: string;
      readonly override: Override | null;
      readonly atMs: number;
    }
  /** Proof of life of a decider. */
  | { readonly kind: 'beat'; readonly heartbeat: Heartbeat; readonly atMs: number }
  /** How one of our own receivers is doing; said whenever it changes. */
  | {
      readonly kind: 'receiver';
      readonly receiver: string;
      /** Since when nothing gets through; null: all is well. */
      readonly failingSinceMs: number | null;
      /** Notices given up so far. */
      readonly deadLettered: number;
      readonly lastError: string | null;
      readonly atMs: number;
    }
  /** A config that was refused (or is fine again): the running one stays, and somebody should know. */
  | { readonly kind: 'config'; readonly problem: string | null; readonly atMs: number }
  /** Time passes also where nothing is said. About every 100 ms to 1 s, never backwards. */
  | { readonly kind: 'tick'; readonly atMs: number };
