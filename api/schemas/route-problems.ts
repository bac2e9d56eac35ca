// Which problems an entry may answer with: those any request can meet, those that come with a body or
// a write, and its own. The document and the reference page list these and no others.

import type { ProblemSlug } from '../problem.ts';
import type { Route } from '../route.ts';

/** What any request may meet. */
export const anywhere: readonly ProblemSlug[] = [
  'invalid-request',
  'unauthenticated',
  'token-expired',
  'forbidden',
  'foreign-origin',
  'not-acceptable',
  'request-timeout',
  'uri-too-long',
  'headers-too-large',
  'too-many-requests',
  'internal',
  'busy',
  'log-unreachable',
];

export const withBody: readonly ProblemSlug[] = ['too-large', 'unsupported-media-type'];

export const withWrite: readonly ProblemSlug[] = [
  'idempotency-key-missing',
  'idempotency-in-flight',
  'idempotency-key-reused',
];

export const withStream: readonly ProblemSlug[] = ['not-ready'];

type Asked = Pick<Route, 'body' | 'write' | 'problems'> & { readonly stream?: boolean };

/** In no order, each once. */
export function problemsAt({ body, write, problems = [], stream }: Asked): readonly ProblemSlug[] {
  return [
    ...anywhere,
    ...(body === undefined ? [] : withBody),
    ...(write === true ? withWrite : []),
    ...(stream === true ? withStream : []),
    ...problems,
  ];
}
