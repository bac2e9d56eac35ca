// Bearer tokens as they lie in a file: what is kept of a token is its hash, so the file gives nobody
// access. A token is `rp_<scope>_<id>_<secret>`: recognisable to people and to secret scanners, the
// id finds its entry without a search, and 256 random bits need no slow hash.

import {
  formatProblems,
  isName,
  PipelineError,
  type Problem,
  problemsOf,
} from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';
import { type Scope, scopes } from '../contract/session.ts';

export type TokenScope = Scope | 'relay';

export const tokenScopes: readonly TokenScope[] = [...scopes, 'relay'];

export type TokenEntry = {
  /** 12 characters of a-z and 0-9, unique in the file. */
  readonly id: string;
  /** Whose it is: the actor in audit records. */
  readonly name: string;
  readonly scope: TokenScope;
  /** SHA-256 of the whole token, hex. */
  readonly hash: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  /** null while it is good. */
  readonly revokedMs: number | null;
};

export type TokensFile = { readonly v: 1; readonly tokens: readonly TokenEntry[] };

export const noTokens: TokensFile = { v: 1, tokens: [] };

const ms = Type.Integer({ minimum: 0 });
const schema: TSchema = Type.Object({
  v: Type.Literal(1),
  tokens: Type.Array(
    Type.Object({
      id: Type.String({ pattern: '^[a-z0-9]{12}$' }),
      name: Type.String({ minLength: 1, maxLength: 128 }),
      scope: Type.Enum([...tokenScopes]),
      hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      createdMs: ms,
      expiresMs: ms,
      revokedMs: Type.Union([ms, Type.Null()]),
    }),
    { maxItems: 10_000 },
  ),
});

/** @throws {PipelineError} CONFIG_INVALID with one line per problem; no hash is repeated. */
export function parseTokens(name: string, text: string): TokensFile {
  const parsed = jsonIn(name, text);
  const problems = problemsOf(schema, parsed).map(({ path, expected }) => hidden(path, expected));
  if (problems.length > 0) throw invalid(`${name} is no tokens file\n${formatProblems(problems)}`);
  const file = parsed as TokensFile;
  const ids = new Set(file.tokens.map(({ id }) => id));
  if (ids.size < file.tokens.length) throw invalid(`${name} has two tokens with one id`);
  return file;
}

export type NewToken = {
  readonly name: string;
  readonly scope: TokenScope;
  readonly lifeMs: number;
  readonly id: string;
  readonly hash: string;
};

const dayMs = 86_400_000;
/** A token that never ends is a leak that never ends. */
export const tokenLifeMaxMs: number = 400 * dayMs;

/** @throws {PipelineError} CONFIG_INVALID. */
export function withToken(file: TokensFile, token: NewToken, nowMs: number): TokensFile {
  const { name, scope, lifeMs, id, hash } = token;
  if (!isName(name))
    throw invalid(
      `Got token name ${JSON.stringify(name)}, wanted letters, digits and ._-/ up to 128`,
    );
  if (!(lifeMs >= 1_000 && lifeMs <= tokenLifeMaxMs)) {
    throw invalid(`Got a life of ${lifeMs} ms, wanted 1s to 400d`);
  }
  const holder = file.tokens.find((each) => each.name === name && isGood(each, nowMs));
  if (holder !== undefined) {
    throw invalid(
      `${name} has a token already (${holder.id}); revoke it first, or choose another name`,
    );
  }
  const entry = {
    id,
    name,
    scope,
    hash,
    createdMs: nowMs,
    expiresMs: nowMs + lifeMs,
    revokedMs: null,
  };
  return { ...file, tokens: [...file.tokens, entry] };
}

/** By id or by name. @throws {PipelineError} CONFIG_INVALID when nothing good has it. */
export function withoutToken(file: TokensFile, idOrName: string, nowMs: number): TokensFile {
  const found = file.tokens.find(
    (each) => (each.id === idOrName || each.name === idOrName) && isGood(each, nowMs),
  );
  if (found === undefined)
    throw invalid(`There is no token in force with the id or name ${idOrName}`);
  const revoked = { ...found, revokedMs: nowMs };
  return { ...file, tokens: file.tokens.map((each) => (each === found ? revoked : each)) };
}

export function isGood({ expiresMs, revokedMs }: TokenEntry, nowMs: number): boolean {
  return revokedMs === null && expiresMs > nowMs;
}

export function tokenText(scope: TokenScope, id: string, secret: string): string {
  return `rp_${scope}_${id}_${secret}`;
}

/** The id inside what claims to be one of our tokens; null: it is not. */
export function tokenIdIn(text: string): string | null {
  return /^rp_[a-z]{3,10}_([a-z0-9]{12})_[A-Za-z0-9_-]{43}$/.exec(text)?.[1] ?? null;
}

function jsonIn(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`${name} is not JSON`, cause);
  }
}

function hidden(path: string, expected: string): Problem {
  return { path, value: 'something else', expected };
}

function invalid(message: string, cause?: unknown): PipelineError {
  return new PipelineError('CONFIG_INVALID', message, { cause, retriable: false });
}
