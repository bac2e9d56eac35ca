// What is known of a caller before anybody asked who it is.

import type { Identity } from '../route.ts';

export type Caller = {
  /** The `authorization` header as it came. */
  readonly authorization: string | undefined;
  /** Of a verified client certificate; null without one. */
  readonly certificate: { readonly subject: string; readonly validToMs: number } | null;
  /** Remote address, for limits and logs. */
  readonly address: string;
};

/**
 * Who is it?
 * @throws {ProblemError} unauthenticated, token-expired.
 */
export type Authenticate = (caller: Caller, nowMs: number) => Promise<Identity>;
