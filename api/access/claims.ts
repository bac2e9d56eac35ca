// From the claims of a verified JWT to an identity. Only values the configuration names give power;
// whatever else an issuer says about a person gives none.

import { type Scope, scopes } from '../contract/session.ts';
import type { Identity } from '../route.ts';
import type { OidcConfig } from './config.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** null: the person is known, but to nobody here. */
export function identityOf(claims: Claims, config: OidcConfig): Identity | null {
  const actor = actorIn(claims, config);
  const scope = strongest(valuesOf(claimAt(claims, config.scopeClaim ?? 'groups')), config);
  if (actor === null || scope === null) return null;
  const { exp } = claims;
  return { actor, scope, auth: 'oidc', expiresMs: typeof exp === 'number' ? exp * 1_000 : null };
}

function actorIn(claims: Claims, { actorClaim }: OidcConfig): string | null {
  const named = actorClaim === undefined ? [claims['email'], claims['sub']] : [claims[actorClaim]];
  const actor = named.find((value) => typeof value === 'string' && value.trim() !== '');
  return typeof actor === 'string' ? actor.trim().slice(0, 128) : null;
}

/** `realm_access.roles` is a claim inside a claim, unless a claim has that very name. */
function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return null;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** `scope` is one text with spaces, `groups` a list. */
function valuesOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((value) => typeof value === 'string') : [];
}

function strongest(values: readonly string[], { scopes: given }: OidcConfig): Scope | null {
  const held = values.flatMap((value) => (Object.hasOwn(given, value) ? [given[value]] : []));
  return scopes.findLast((scope) => held.includes(scope)) ?? null;
}
