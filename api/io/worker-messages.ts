// What the API's thread and the one beside it say to each other.

import type { BusConfig } from '@regionpilot/bus';
import type { ErrorCode } from '@regionpilot/protocol';
import type { ApiEvent } from './log.ts';
import type { ApiPlan } from './plan.ts';

/** What it is started with. */
export type WorkerOrders = { readonly plan: ApiPlan; readonly bus: BusConfig };

export type FromWorker =
  | { readonly kind: 'listening'; readonly port: number; readonly url: string }
  | {
      readonly kind: 'failed';
      /** null: a bug. */
      readonly code: ErrorCode | null;
      readonly message: string;
      readonly retriable: boolean;
    }
  | { readonly kind: 'said'; readonly event: ApiEvent };

export type ToWorker = { readonly kind: 'close' };
