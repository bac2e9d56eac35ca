// What people may order of automation. Every write wants an `Idempotency-Key` header and leaves an
// audit record.

import type { AutomationMode, Hold } from '@regionpilot/protocol';

/**
 * `PUT /api/v1/groups/:group/order` (failover; `*` is every group). Replaces the order in force, so
 * it must say all that is to hold; `DELETE` with `{ reason }` ends it.
 */
export type OrderRequest = {
  readonly hold: Hold | null;
  readonly automation: AutomationMode;
  /** Safety rules it may pass, by name. */
  readonly overrideRules: readonly string[];
  readonly reason: string;
  /** 10,000..604,800,000 ms. */
  readonly durationMs: number;
  /** Must be true to replace another operator's order that says something this one does not. */
  readonly replace?: boolean;
};

/** Answer to a write of an order: stored; what came of it shows in the timeline. */
export type OrderAnswer = {
  readonly group: string;
  readonly atMs: number;
  readonly author: string;
  readonly expiresMs: number;
};

/** `POST /api/v1/groups/:group/order/preview`: what the brain would say, without ordering it. */
export type OrderPreview = {
  readonly routesChange: boolean;
  /** Clients that would move, out of those reporting. */
  readonly moving: number;
  readonly reporting: number;
  readonly warnings: readonly string[];
};

/** `GET /api/v1/audit?limit&cursor` (operator): newest first. */
export type AuditEntry = {
  readonly id: string;
  readonly atMs: number;
  readonly actor: string;
  readonly auth: string;
  /** `order.set`, `order.end`, `silence.create`, `silence.end`, `alert.ack`, `policy.set`, … */
  readonly action: string;
  readonly target: string;
  readonly reason: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly requestId: string;
};
