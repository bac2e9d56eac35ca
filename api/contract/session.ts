// Who is asking and what they may do.

/** In rising order of power. `failover` moves clients; `admin` changes policy and tokens. */
export const scopes = ['viewer', 'operator', 'failover', 'admin'] as const;
/** Each scope may do all that those before it may. Relay clients have `relay` and nothing else. */
export type Scope = (typeof scopes)[number];

/** `GET /api/v1/session`. */
export type SessionInfo = {
  /** Name that goes into audit records: a token's name, an OIDC subject, or `local` on loopback. */
  readonly actor: string;
  readonly scope: Scope;
  readonly auth: 'none' | 'token' | 'oidc' | 'mtls';
  /** When this access ends; null: with the process. */
  readonly expiresMs: number | null;
  readonly version: string;
  /** Instance that answers. */
  readonly instance: string;
  /** Parts of the page that exist only here. */
  readonly features: { readonly demo: boolean; readonly policyWrites: boolean };
  /** Where Grafana is, as configured; null: nowhere. */
  readonly grafanaUrl: string | null;
  readonly nowMs: number;
};
