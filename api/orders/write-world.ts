// What a write must know before it is made, and where it goes. The world is read from the log; a
// write goes into the log: nothing is changed in between.

import type { Policy } from '@regionpilot/aggregator';
import type { AlertsView } from '@regionpilot/alerts';
import type { Ack, AuditRecord, Override, PolicyOrder, Silence } from '@regionpilot/protocol';
import type { AlertView } from '../contract/alerts.ts';
import type { KnownOrders } from './in-force.ts';
import type { PreviewClient } from './preview.ts';

export type WriteWorld = {
  readonly orders: () => KnownOrders;
  readonly alerts: () => AlertsView;
  /** As pages show it; null: nobody knows it. */
  readonly alertView: (fingerprint: string, nowMs: number) => AlertView | null;
  /** Clients of a group that report. */
  readonly clients: (group: string) => Iterable<PreviewClient>;
  /** Running changes of policies, by group or `*`. */
  readonly policies: () => ReadonlyMap<string, PolicyOrder>;
  /** What a group is judged by now, as far as the log says. */
  readonly policyOf: (group: string) => Policy;
};

/** Each resolves when the log has it for good. */
export type WritePort = {
  readonly order: (order: Override) => Promise<unknown>;
  /** `partitions` null: all of them. */
  readonly word: (word: Ack | Silence, partitions: Iterable<number> | null) => Promise<unknown>;
  readonly policy: (order: PolicyOrder) => Promise<unknown>;
  readonly audit: (record: AuditRecord) => Promise<unknown>;
  /** A new name, for silences: letters and digits that nobody guesses. */
  readonly newId: () => string;
};
