// How a process reaches its event log. Plain data, checked as a whole by whoever embeds it.

import Type, { type TSchema } from 'typebox';

export type SaslConfig = {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
};

export type TlsConfig = {
  /** PEM text of the authorities to trust; default: the system's. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  /** Default true. */
  readonly rejectUnauthorized?: boolean;
};

export type KafkaConfig = {
  readonly kind: 'kafka';
  /** `host:port` of at least one broker. */
  readonly brokers: readonly string[];
  /** Shown in the broker's logs and quotas. */
  readonly clientId: string;
  readonly tls?: boolean | TlsConfig;
  readonly sasl?: SaslConfig;
  /** Time to give up on one request, ms, 100–60,000, default 5,000. */
  readonly requestTimeoutMs?: number;
  /** Time to give up on a connection attempt, ms, 100–60,000, default 3,000. */
  readonly connectTimeoutMs?: number;
  /** Silence after which a group gives a member's partitions away, ms, 6,000–300,000, default 6,000. */
  readonly sessionTimeoutMs?: number;
};

export type EmbeddedConfig = {
  readonly kind: 'embedded';
  /** Path of the SQLite file, or `:memory:` for one process. */
  readonly file: string;
};

export type BusConfig = KafkaConfig | EmbeddedConfig;

const timeout = (minimum: number, maximum: number) =>
  Type.Optional(Type.Integer({ minimum, maximum }));

const kafka = Type.Object(
  {
    kind: Type.Literal('kafka'),
    brokers: Type.Array(Type.String({ pattern: '^[^:\\s]+:\\d{1,5}$' }), { minItems: 1 }),
    clientId: Type.String({ minLength: 1, maxLength: 200 }),
    tls: Type.Optional(
      Type.Union([
        Type.Boolean(),
        Type.Object(
          {
            ca: Type.Optional(Type.String()),
            cert: Type.Optional(Type.String()),
            key: Type.Optional(Type.String()),
            servername: Type.Optional(Type.String()),
            rejectUnauthorized: Type.Optional(Type.Boolean()),
          },
          { additionalProperties: false },
        ),
      ]),
    ),
    sasl: Type.Optional(
      Type.Object(
        {
          mechanism: Type.Enum(['plain', 'scram-sha-256', 'scram-sha-512']),
          username: Type.String({ minLength: 1 }),
          password: Type.String(),
        },
        { additionalProperties: false },
      ),
    ),
    requestTimeoutMs: timeout(100, 60_000),
    connectTimeoutMs: timeout(100, 60_000),
    sessionTimeoutMs: timeout(6_000, 300_000),
  },
  { additionalProperties: false },
);

const embedded = Type.Object(
  { kind: Type.Literal('embedded'), file: Type.String({ minLength: 1 }) },
  { additionalProperties: false },
);

export const kafkaConfigSchema: TSchema = kafka;
export const embeddedConfigSchema: TSchema = embedded;
