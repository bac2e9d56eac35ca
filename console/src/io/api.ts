// Requests to the API: the token goes into a header, every write carries an idempotency key, and a
// refusal comes back as the problem document it is, whole.

import type { ProblemDocument } from '@regionpilot/api/contract';
import { storedToken } from './storage.ts';

/** A request the server refused, or that did not reach it (`status` 0). */
export class ApiProblem extends Error {
  readonly problem: ProblemDocument;
  constructor(problem: ProblemDocument, cause?: unknown) {
    super(problem.detail, { cause });
    this.problem = problem;
  }
}

/** Headers of every request. */
export function authHeaders(): Record<string, string> {
  const token = storedToken();
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** The JSON at `path`. @throws {ApiProblem} */
export async function get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return (await send('GET', path, undefined, {}, signal)) as Answer;
}

/**
 * Asks for a change. The key is made once per intent by the caller's dialog, so pressing twice, or
 * again after a lost answer, changes once.
 * @throws {ApiProblem}
 */
export async function write<Answer>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: unknown,
  idempotencyKey: string,
): Promise<Answer> {
  return (await send(method, path, body, { 'idempotency-key': idempotencyKey })) as Answer;
}

async function send(
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<unknown> {
  const withBody = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(path, {
    method,
    headers: { accept: 'application/json', ...authHeaders(), ...withBody, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    throw new ApiProblem(unreached(path), error);
  });
  if (!answer.ok) throw new ApiProblem(await problemOf(answer, path));
  return answer.status === 204 ? null : await answer.json();
}

function unreached(path: string): ProblemDocument {
  return {
    type: 'about:blank',
    title: 'No answer',
    status: 0,
    detail: 'The server did not answer. It may be restarting, or the network is down.',
    instance: path,
  };
}

async function problemOf(answer: Response, path: string): Promise<ProblemDocument> {
  const document: unknown = await answer.json().catch(() => null);
  if (typeof document === 'object' && document !== null && 'title' in document) {
    return document as ProblemDocument;
  }
  return {
    type: 'about:blank',
    title: `${answer.status} ${answer.statusText}`,
    status: answer.status,
    detail: `The server answered ${answer.status} without saying why.`,
    instance: path,
  };
}

/** Whatever was thrown, as something that can be shown. */
export function asProblem(error: unknown, path: string): ProblemDocument {
  if (error instanceof ApiProblem) return error.problem;
  return {
    type: 'about:blank',
    title: 'Something went wrong on this page',
    status: 0,
    detail: error instanceof Error ? error.message : String(error),
    instance: path,
  };
}
