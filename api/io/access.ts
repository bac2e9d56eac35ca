/**
 * Asks each way in turn that is configured: a client certificate, a token of ours, a JWT of the named
 * issuer. Refusals say which kind of access was missing and never repeat what was shown.
 */
import { PipelineError } from '@regionpilot/protocol';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Authenticate, Caller } from '../access/caller.ts';
import { relayOf } from '../access/certificate.ts';
import { identityOf } from '../access/claims.ts';
import { type AccessConfig, isOpen, type OidcConfig } from '../access/config.ts';
import { isGood } from '../access/tokens.ts';
import { ProblemError } from '../problem.ts';
import type { Identity } from '../route.ts';
import { TokenBook } from './tokens.ts';

export type AccessEvent =
  | { readonly event: 'tokensUnreadable'; readonly reason: string }
  /** The issuer's keys cannot be had: its people are refused, tokens of ours go on. */
  | { readonly event: 'issuerUnreachable'; readonly issuer: string; readonly reason: string };

/** Algorithms an issuer may sign with; none that share a secret with us. */
const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'];

/**
 * null when nothing is configured: everybody on loopback is admin then.
 * @throws {PipelineError} FILE_UNREADABLE, CONFIG_INVALID.
 */
export async function openAccess(
  config: AccessConfig,
  log: (event: AccessEvent) => void,
): Promise<Authenticate | null> {
  if (isOpen(config)) return null;
  const { tokensFile, oidc, tls } = config;
  const unreadable = (reason: string): void => log({ event: 'tokensUnreadable', reason });
  const book = tokensFile === undefined ? null : new TokenBook(tokensFile, unreadable, Date.now());
  const issuer = oidc === undefined ? null : openIssuer(oidc, log);
  return async (caller, nowMs) => {
    const certificate = caller.certificate && relayOf(caller.certificate, tls?.relaySubjects ?? []);
    if (certificate !== null) return certificate;
    const token = bearerIn(caller);
    if (token === null) {
      throw new ProblemError(
        'unauthenticated',
        'Got no bearer token, wanted "authorization: Bearer …"',
      );
    }
    const identity = book === null ? null : identityIn(book, token, nowMs);
    if (identity !== null) return identity;
    if (issuer !== null && token.split('.').length === 3) return issuer(token);
    throw new ProblemError('unauthenticated', 'This token is not known here');
  };
}

function bearerIn({ authorization }: Caller): string | null {
  return /^Bearer +([A-Za-z0-9._~+/=-]{1,8192})$/i.exec(authorization ?? '')?.[1] ?? null;
}

function identityIn(book: TokenBook, token: string, nowMs: number): Identity | null {
  const entry = book.find(token, nowMs);
  if (entry === null) return null;
  const { name, scope, expiresMs, revokedMs } = entry;
  if (isGood(entry, nowMs)) return { actor: name, scope, auth: 'token', expiresMs };
  const ended = new Date(Math.min(expiresMs, revokedMs ?? expiresMs)).toISOString();
  const what = revokedMs === null ? 'expired' : 'was revoked';
  throw new ProblemError('token-expired', `The token of ${name} ${what} at ${ended}`);
}

function openIssuer(
  config: OidcConfig,
  log: (event: AccessEvent) => void,
): (token: string) => Promise<Identity> {
  const { issuer, audience } = config;
  let keys: Promise<JWTVerifyGetKey> | null = null;
  const keysOf = (): Promise<JWTVerifyGetKey> => {
    keys ??= openKeys(config).catch((error: unknown) => {
      keys = null;
      throw error;
    });
    return keys;
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, await keysOf(), {
        issuer,
        audience,
        algorithms,
        clockTolerance: 5,
      });
      const identity = identityOf(payload, config);
      if (identity !== null) return identity;
    } catch (error) {
      throw refusalFor(error, issuer, log);
    }
    throw new ProblemError(
      'forbidden',
      'You are known, but none of your roles may do anything here',
    );
  };
}

function refusalFor(
  error: unknown,
  issuer: string,
  log: (event: AccessEvent) => void,
): ProblemError {
  if (error instanceof errors.JWTExpired) {
    return new ProblemError('token-expired', 'This token has expired; sign in again', {
      cause: error,
    });
  }
  if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) {
    return new ProblemError('unauthenticated', `This token does not hold: ${error.code}`, {
      cause: error,
    });
  }
  log({ event: 'issuerUnreachable', issuer, reason: (error as Error).message });
  const detail = 'The issuer of this token cannot be asked for its keys';
  return new ProblemError('busy', detail, { retryAfterS: 5, cause: error });
}

/** jose asks again for keys it does not know, at most every 30 s: that is how keys rotate. */
async function openKeys({ issuer, jwksUri }: OidcConfig): Promise<JWTVerifyGetKey> {
  const address = jwksUri ?? (await discovered(issuer));
  return createRemoteJWKSet(new URL(address), { timeoutDuration: 3_000, cooldownDuration: 30_000 });
}

async function discovered(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(3_000), redirect: 'error' });
  const { jwks_uri } = (await response.json()) as { jwks_uri?: unknown };
  if (typeof jwks_uri === 'string') return jwks_uri;
  throw new PipelineError('CONFIG_INVALID', `${url} names no jwks_uri`, { retriable: true });
}
