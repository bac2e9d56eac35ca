// The `api` section of a deployment's config file: where the API listens and who may use it.

import { namePattern } from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';
import { scopes } from '../contract/session.ts';
import type { AccessConfig } from './config.ts';

export type ApiSettings = AccessConfig & {
  /** Default 127.0.0.1; another address wants `tokensFile`, `oidc` or client certificates. */
  readonly host?: string;
  /** Default 7400; 0: any free one. */
  readonly port?: number;
  /** Where the dashboards are, for links. */
  readonly grafanaUrl?: string;
};

const closed = { additionalProperties: false };
const text = Type.String({ minLength: 1, maxLength: 4_096 });
const httpsUrl = Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 2_048 });

export const oidcSchema: TSchema = Type.Object(
  {
    issuer: httpsUrl,
    audience: text,
    jwksUri: Type.Optional(httpsUrl),
    scopeClaim: Type.Optional(text),
    scopes: Type.Record(Type.String({ minLength: 1 }), Type.Enum([...scopes]), {
      minProperties: 1,
    }),
    actorClaim: Type.Optional(text),
  },
  closed,
);

export const apiTlsSchema: TSchema = Type.Object(
  {
    certFile: text,
    keyFile: text,
    clientCaFile: Type.Optional(text),
    relaySubjects: Type.Optional(
      Type.Array(Type.String({ pattern: `${namePattern.slice(0, -1)}\\*?$` }), { maxItems: 1_000 }),
    ),
  },
  closed,
);

export const apiSettingsSchema: TSchema = Type.Object(
  {
    host: Type.Optional(text),
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
    grafanaUrl: Type.Optional(httpsUrl),
    tokensFile: Type.Optional(text),
    oidc: Type.Optional(oidcSchema),
    tls: Type.Optional(apiTlsSchema),
  },
  closed,
);
