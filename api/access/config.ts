// Who may use the API, as configured. Without any of it there is no access control, and then the
// server stays on loopback.

import type { Scope } from '../contract/session.ts';

export type AccessConfig = {
  /** Made by `regionpilot token create`; read again when it changes. */
  readonly tokensFile?: string;
  readonly oidc?: OidcConfig;
  /** Serve TLS; with `clientCaFile` clients may show certificates. */
  readonly tls?: TlsConfig;
};

export type OidcConfig = {
  /** Exactly as in the tokens' `iss`, for example `https://id.example.com/realms/ops`. */
  readonly issuer: string;
  /** Must be among the tokens' `aud`. */
  readonly audience: string;
  /** Where its keys are; default: asked of `<issuer>/.well-known/openid-configuration`. */
  readonly jwksUri?: string;
  /** Claim with the person's roles or groups: text or a list. Default `groups`. */
  readonly scopeClaim?: string;
  /** Value of that claim → what it allows; the strongest counts, none is no access. */
  readonly scopes: Readonly<Record<string, Scope>>;
  /** Claim that names the person in audit records. Default `email`, else `sub`. */
  readonly actorClaim?: string;
};

export type TlsConfig = {
  readonly certFile: string;
  readonly keyFile: string;
  /** Certificates signed by it are believed. */
  readonly clientCaFile?: string;
  /** Common names of relay clients; with `*` at the end: whatever begins so. */
  readonly relaySubjects?: readonly string[];
};

export function isOpen({ tokensFile, oidc, tls }: AccessConfig): boolean {
  return tokensFile === undefined && oidc === undefined && tls?.clientCaFile === undefined;
}
