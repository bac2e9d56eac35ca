// A write that is sent twice happens once. The first answer is kept under (who, key) and given again
// to whoever repeats the very same request; another request under the same key is refused. After
// draft-ietf-httpapi-idempotency-key-header-07.

import { ProblemError } from '../problem.ts';
import type { ApiAnswer, ApiRequest, Route } from '../route.ts';

/** 8 to 128 visible characters. */
export const idempotencyKeyPattern = '^[!-~]{8,128}$';
const idempotencyKey = new RegExp(idempotencyKeyPattern);

/** How long an answer is kept, ms, and how many at most (the oldest leave). */
export const idempotencyMs: number = 86_400_000;
const keptMax = 10_000;

type Kept = {
  readonly request: string;
  readonly atMs: number;
  /** null while the first is under way. */
  answer: ApiAnswer | null;
};

/** The same routes; those that write want an `Idempotency-Key` and remember their answers. */
export function idempotent(routes: readonly Route[]): readonly Route[] {
  const kept = new Map<string, Kept>();
  return routes.map((route) =>
    route.write === true ? { ...route, handle: (request) => once(kept, route, request) } : route,
  );
}

async function once(
  kept: Map<string, Kept>,
  route: Route,
  request: ApiRequest,
): Promise<ApiAnswer> {
  const key = `${request.identity.actor} ${keyIn(request)}`;
  forgetOld(kept, request.nowMs);
  const text = JSON.stringify([route.method, route.path, request.params, request.body]);
  const before = kept.get(key);
  if (before !== undefined) return repeated(before, text);
  const entry: Kept = { request: text, atMs: request.nowMs, answer: null };
  kept.set(key, entry);
  try {
    entry.answer = await route.handle(request);
    return entry.answer;
  } catch (error) {
    // Nothing was done, or nobody knows: the caller may try again with the same key.
    kept.delete(key);
    throw error;
  }
}

function repeated({ request, answer }: Kept, text: string): ApiAnswer {
  if (request !== text) {
    throw new ProblemError(
      'idempotency-key-reused',
      'Got a key that belongs to another request, wanted a new one',
    );
  }
  if (answer === null) {
    throw new ProblemError(
      'idempotency-in-flight',
      'The first request with this key is still under way',
      { retryAfterS: 1 },
    );
  }
  return { ...answer, headers: { ...answer.headers, 'idempotency-replayed': 'true' } };
}

function keyIn({ headers }: ApiRequest): string {
  const given = headers['idempotency-key'];
  if (typeof given === 'string' && idempotencyKey.test(given)) return given;
  const got = given === undefined ? 'none' : 'one that does not fit';
  throw new ProblemError(
    'idempotency-key-missing',
    `Got ${got}, wanted Idempotency-Key: 8 to 128 visible characters, new for each write`,
  );
}

function forgetOld(kept: Map<string, Kept>, nowMs: number): void {
  for (const [key, { atMs }] of kept) {
    if (kept.size < keptMax && nowMs - atMs < idempotencyMs) return;
    kept.delete(key);
  }
}
