// Who did what to the system, why, and what it changed: one record per write of a person, kept for
// a year. Free text comes from people and from tokens' names; whoever shows it makes it harmless.

export type AuditRecord = {
  readonly v: 1;
  /** Unique; the same for a write that was repeated under one Idempotency-Key. */
  readonly id: string;
  readonly atMs: number;
  /** Who, as authenticated; 1..200 characters. */
  readonly actor: string;
  /** How: `token:<id>`, `oidc:<issuer>`, `mtls:<subject>`, `loopback`, … Never a secret. */
  readonly auth: string;
  /** What, for example `order.set`, `silence.end`, `policy.set`. */
  readonly action: string;
  /** To what: a group, `*`, a silence's id, …; the record's key. */
  readonly target: string;
  readonly reason: string;
  /** The thing before and after, as JSON; null where there was, or is, none. */
  readonly before: unknown;
  readonly after: unknown;
  /** As in the log and in `x-request-id`; null when no request was behind it. */
  readonly requestId: string | null;
};
