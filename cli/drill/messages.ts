// What the processes of a drill say to one another. All times (`atMs`) are milliseconds of the
// machine's monotonic clock, which its processes share.

import type { BusConfig } from '@regionpilot/bus';
import type { Decision } from '@regionpilot/protocol';
import type { Address, ClientPlan } from './plan.ts';
import type { Tally } from './tally.ts';

export type WorkerPlan = {
  readonly bus: BusConfig;
  readonly topicPrefix: string;
  readonly group: string;
  readonly home: string;
  /** Home first. */
  readonly regions: readonly Address[];
  /** Where the client whose link is cut meets its home; null when no link is. */
  readonly aloneAt: Address | null;
  readonly clients: readonly ClientPlan[];
  readonly ratePerSecond: number;
};

export type ToWorker =
  | { readonly kind: 'start'; readonly plan: WorkerPlan }
  /** Forget what was counted: a run begins. */
  | { readonly kind: 'begin' }
  /** Say what was counted since. */
  | { readonly kind: 'collect' }
  | { readonly kind: 'stop' };

export type FromWorker =
  /** Every client knows its route and was answered by its home. */
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'moved';
      readonly client: string;
      readonly region: string;
      readonly atMs: number;
    }
  | { readonly kind: 'collected'; readonly tally: Tally; readonly alone: Tally }
  | { readonly kind: 'failed'; readonly text: string };

export type AggregatorPlan = {
  readonly bus: BusConfig;
  readonly topicPrefix: string;
  readonly consumerGroup: string;
  readonly group: string;
  readonly home: string;
  readonly regions: readonly string[];
  readonly policy: object;
};

export type ToAggregator =
  | { readonly kind: 'start'; readonly plan: AggregatorPlan }
  | { readonly kind: 'stop' };

export type FromAggregator =
  | { readonly kind: 'started' }
  /** Sent on every change: it has seen enough to act, and holds every region healthy. */
  | { readonly kind: 'calm'; readonly calm: boolean; readonly text: string }
  | { readonly kind: 'health'; readonly text: string; readonly atMs: number }
  | { readonly kind: 'decided'; readonly decision: Decision; readonly atMs: number }
  | {
      readonly kind: 'published';
      readonly term: number;
      readonly epoch: number;
      readonly atMs: number;
    }
  | { readonly kind: 'failed'; readonly text: string };

export type ProxyPlan = {
  readonly target: Address;
  /** Connections the kernel keeps for a proxy that does not accept. */
  readonly backlog: number;
};

export type ToProxy =
  | { readonly kind: 'start'; readonly plan: ProxyPlan }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Every connection is reset, new ones are refused. */
  | { readonly kind: 'refuse' }
  | { readonly kind: 'heal' };

export type FromProxy =
  | { readonly kind: 'listening'; readonly port: number }
  /** The last order was carried out. */
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly text: string };
