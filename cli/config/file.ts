// The config file: everything about one deployment in one place, checked as a whole, so that ten
// mistakes are ten lines at once. Secrets are named by file and never written here.

import { parseAggregatorConfig, parsePolicy } from '@regionpilot/aggregator';
import {
  type ApiSettings,
  apiSettingsSchema,
  apiTlsSchema,
  oidcSchema,
} from '@regionpilot/api/access';
import { embeddedConfigSchema } from '@regionpilot/bus';
import {
  namePattern,
  PipelineError,
  type Problem,
  problemsOf,
  type TopicOptions,
} from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';

export type KafkaPlan = {
  readonly kind: 'kafka';
  readonly brokers: readonly string[];
  /** Default `regionpilot`. */
  readonly clientId?: string;
  /** Files hold PEM text. */
  readonly tls?:
    | boolean
    | {
        readonly caFile?: string;
        readonly certFile?: string;
        readonly keyFile?: string;
        readonly servername?: string;
        readonly rejectUnauthorized?: boolean;
      };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    /** The password is this file's first line. */
    readonly passwordFile: string;
  };
  readonly requestTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly sessionTimeoutMs?: number;
};

export type BusPlan = KafkaPlan | { readonly kind: 'embedded'; readonly file: string };

export type ConfigFile = {
  readonly bus?: BusPlan;
  readonly topics?: Partial<TopicOptions>;
  readonly aggregator?: {
    readonly instance?: string;
    readonly consumerGroup?: string;
    readonly snapshotMs?: number;
  };
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly groups?: Readonly<
    Record<
      string,
      {
        readonly regions?: readonly string[];
        readonly policy?: Readonly<Record<string, unknown>>;
      }
    >
  >;
  readonly api?: ApiSettings;
  /** What only `doctor` looks at. */
  readonly doctor?: {
    /** Region → `host:port`, or `rediss://host:port`. */
    readonly redis?: Readonly<Record<string, string>>;
    readonly redisPasswordFile?: string;
    readonly alertsFile?: string;
    /** Where agents of this machine keep decisions. */
    readonly cacheFile?: string;
  };
};

const closed = { additionalProperties: false };
const text = Type.String({ minLength: 1 });
const name = Type.String({ pattern: namePattern });
const integer = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const anyObject = Type.Object({});

const tls = Type.Object(
  Object.fromEntries([
    ...['caFile', 'certFile', 'keyFile', 'servername'].map((key) => [key, Type.Optional(text)]),
    ['rejectUnauthorized', Type.Optional(Type.Boolean())],
  ]),
  closed,
);

const sasl = Type.Object(
  {
    mechanism: Type.Enum(['plain', 'scram-sha-256', 'scram-sha-512']),
    username: text,
    passwordFile: text,
  },
  closed,
);

const kafkaFields = Type.Object(
  {
    kind: Type.Literal('kafka'),
    brokers: Type.Array(Type.String({ pattern: '^[^:\\s]+:\\d{1,5}$' }), { minItems: 1 }),
    clientId: Type.Optional(text),
    tls: Type.Optional(Type.Union([Type.Boolean(), anyObject])),
    sasl: Type.Optional(sasl),
    requestTimeoutMs: Type.Optional(integer(100, 60_000)),
    connectTimeoutMs: Type.Optional(integer(100, 60_000)),
    sessionTimeoutMs: Type.Optional(integer(6_000, 300_000)),
  },
  closed,
);

const topicFields = Type.Partial(
  Type.Object(
    {
      prefix: name,
      eventPartitions: integer(1, 1_000),
      partialPartitions: integer(1, 64),
      replication: integer(1, 7),
      minInsyncReplicas: integer(1, 7),
    },
    closed,
  ),
  closed,
);

const aggregatorFields = Type.Partial(
  Type.Object({ instance: name, consumerGroup: name, snapshotMs: integer(500, 60_000) }, closed),
  closed,
);

const groupFields = Type.Object(
  {
    regions: Type.Optional(Type.Array(name, { maxItems: 16 })),
    policy: Type.Optional(anyObject),
  },
  closed,
);

const doctorFields = Type.Partial(
  Type.Object(
    {
      redis: Type.Record(
        Type.String({ pattern: namePattern }),
        Type.String({ pattern: '^(rediss?://)?[^\\s/@]+:\\d{1,5}$' }),
      ),
      redisPasswordFile: text,
      alertsFile: text,
      cacheFile: text,
    },
    closed,
  ),
  closed,
);

/** Schemas by section, for whoever explains a setting. */
export const sectionSchemas: Readonly<Record<string, TSchema>> = {
  bus: kafkaFields,
  'bus.tls': tls,
  'bus.sasl': sasl,
  topics: topicFields,
  aggregator: aggregatorFields,
  api: apiSettingsSchema,
  'api.tls': apiTlsSchema,
  'api.oidc': oidcSchema,
};

const wholeFile = Type.Object(
  {
    bus: Type.Optional(anyObject),
    topics: Type.Optional(topicFields),
    aggregator: Type.Optional(aggregatorFields),
    policy: Type.Optional(anyObject),
    groups: Type.Optional(Type.Record(Type.String({ pattern: namePattern }), groupFields, closed)),
    api: Type.Optional(apiSettingsSchema),
    doctor: Type.Optional(doctorFields),
  },
  closed,
);

/** Every problem of a parsed config file; relations between sections only once each is sound. */
export function configProblems(input: unknown): readonly Problem[] {
  const problems = problemsOf(wholeFile, input);
  if (!isRecord(input)) return problems;
  const groups = isRecord(input['groups']) ? Object.entries(input['groups']) : [];
  const all = [
    ...busProblems(input['bus']),
    ...problems,
    ...policyProblems('policy', input['policy'], {}),
    ...groups.flatMap(([group, settings]) =>
      isRecord(settings)
        ? policyProblems(`groups.${group}.policy`, settings['policy'], soundPolicy(input['policy']))
        : [],
    ),
  ];
  if (all.length > 0) return all;
  const { policy, groups: sound } = input as ConfigFile;
  return problemsThrown(() =>
    parseAggregatorConfig({ ...(policy && { policy }), ...(sound && { groups: sound }) }),
  );
}

/** Problems of a policy section; `base` is what it is laid over. */
export function policyProblems(path: string, policy: unknown, base: object): readonly Problem[] {
  if (policy === undefined || !isRecord(policy)) return [];
  const problems = problemsThrown(() => parsePolicy({ ...base, ...policy }));
  return problems.map((problem) => ({ ...problem, path: `${path}.${problem.path}` }));
}

function problemsThrown(parse: () => unknown): readonly Problem[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return error.details['problems'] as readonly Problem[];
  }
}

/** A policy that is wrong is reported once, not again under each group that builds on it. */
function soundPolicy(policy: unknown): object {
  return isRecord(policy) && policyProblems('', policy, {}).length === 0 ? policy : {};
}

function busProblems(bus: unknown): readonly Problem[] {
  if (!isRecord(bus)) return [];
  const kind = bus['kind'];
  if (kind !== 'kafka' && kind !== 'embedded') {
    const value = JSON.stringify(kind) ?? 'nothing';
    return [{ path: 'bus.kind', value, expected: 'one of kafka, embedded' }];
  }
  const under = (path: string, schema: TSchema, value: unknown): readonly Problem[] =>
    problemsOf(schema, value).map((each) => ({ ...each, path: `${path}.${each.path}` }));
  return [
    ...under('bus', kind === 'kafka' ? kafkaFields : embeddedConfigSchema, bus),
    ...(kind === 'kafka' && isRecord(bus['tls']) ? under('bus.tls', tls, bus['tls']) : []),
  ];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
