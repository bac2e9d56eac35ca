// One entry of the HTTP API: what it takes, who may call it, what it answers. The server, the OpenAPI
// document and the reference page are all made from these entries, so they cannot disagree.

import type { TSchema } from 'typebox';
import type { Scope, SessionInfo } from './contract/session.ts';
import type { ProblemSlug } from './problem.ts';

/** Who is asking, as far as access knows. */
export type Identity = {
  /** Name for audit records. */
  readonly actor: string;
  readonly scope: Scope | 'relay';
  readonly auth: SessionInfo['auth'];
  /** ms since 1970; null: not by itself. */
  readonly expiresMs: number | null;
};

/** `public` needs nothing; `relay` is for relay clients and everybody from `viewer` on. */
export type RouteScope = Scope | 'relay' | 'public';

export type ApiRequest = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly identity: Identity;
  readonly requestId: string;
  readonly nowMs: number;
};

export type ApiAnswer = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
};

export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `:name` parameters, for example `/api/v1/groups/:group`. */
  readonly path: string;
  readonly scope: RouteScope;
  readonly tag: string;
  /** One sentence for the reference. */
  readonly summary: string;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  readonly response: TSchema;
  /** What success is called. Default 200. */
  readonly status?: 200 | 201 | 202;
  /** What may go wrong here beyond what may anywhere (`problemsAt`). */
  readonly problems?: readonly ProblemSlug[];
  /** Changes something: wants `Idempotency-Key`, is limited more tightly, leaves an audit record. */
  readonly write?: boolean;
  /** Wants the `ETag` of what it changes in `If-Match`. */
  readonly ifMatch?: boolean;
  /** @throws {ProblemError} with what the caller is told. */
  readonly handle: (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;
};
