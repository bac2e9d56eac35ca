// Everything that can go wrong between a caller and the API, as a closed list: RFC 9457 problems
// whose types have a page each. A problem never carries a secret or a stack.

import type { InvalidPart, ProblemDocument } from './contract/answers.ts';

const table = {
  'invalid-request': [400, 'The request is not what this address takes'],
  'idempotency-key-missing': [400, 'A write wants an Idempotency-Key'],
  unauthenticated: [401, 'Who are you?'],
  'token-expired': [401, 'This access has expired'],
  forbidden: [403, 'This access may not do that'],
  'foreign-origin': [403, 'Requests from other pages are refused'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'This address does not take that method'],
  'not-acceptable': [406, 'None of the accepted types is offered'],
  'request-timeout': [408, 'The request did not come in time'],
  conflict: [409, 'Something else is in force'],
  'idempotency-in-flight': [409, 'The first request with this key is still under way'],
  'precondition-failed': [412, 'It was changed meanwhile'],
  'too-large': [413, 'The request is too large'],
  'uri-too-long': [414, 'The address is too long'],
  'unsupported-media-type': [415, 'The body must be application/json'],
  'idempotency-key-reused': [422, 'This key belongs to another request'],
  'not-possible': [422, 'The request makes sense, but not now'],
  'precondition-required': [428, 'This write wants If-Match'],
  'too-many-requests': [429, 'Slower, please'],
  'headers-too-large': [431, 'The headers are too large'],
  internal: [500, 'A bug of ours'],
  busy: [503, 'Too many requests at once'],
  'not-ready': [503, 'The log is not read to its end yet'],
  'log-unreachable': [503, 'The event log cannot be reached'],
} as const;

export type ProblemSlug = keyof typeof table;

/** Slug → status and title. */
export const problems: Readonly<Record<ProblemSlug, readonly [number, string]>> = table;

export type ProblemExtra = {
  readonly errors?: readonly InvalidPart[];
  readonly retryAfterS?: number;
  readonly cause?: unknown;
};

/** Thrown by handlers, answered by the server. */
export class ProblemError extends Error {
  readonly slug: ProblemSlug;
  readonly extra: ProblemExtra;

  constructor(slug: ProblemSlug, detail: string, extra: ProblemExtra = {}) {
    super(detail, extra.cause === undefined ? {} : { cause: extra.cause });
    this.name = 'ProblemError';
    this.slug = slug;
    this.extra = extra;
  }
}

/** @param requestId Goes into `instance`. */
export function problemDocument(
  { slug, message, extra }: ProblemError,
  requestId: string,
): ProblemDocument {
  const [status, title] = problems[slug];
  return {
    type: `/problems/${slug}`,
    title,
    status,
    detail: message,
    instance: `urn:request:${requestId}`,
    ...(extra.errors === undefined ? {} : { errors: extra.errors }),
    ...(extra.retryAfterS === undefined ? {} : { retryAfterS: extra.retryAfterS }),
  };
}
