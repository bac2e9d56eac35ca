// Every setting there is: its path in a config file, the flag and the variable that say the same, its
// default and its range. `config explain`, `config diff` and the documentation read this one list.

import { policySchema, policySettings } from '@regionpilot/aggregator';
import { topicDefaults } from '@regionpilot/protocol';
import { sectionSchemas } from './file.ts';
import { otherMeanings } from './meanings.ts';
import type { Flags } from './settings.ts';

export type Setting = {
  /** Path in the config file, for example `topics.prefix`. */
  readonly key: string;
  readonly meaning: string;
  /** For example `integer from 20 to 1000`. */
  readonly range: string;
  /** Null: none. */
  readonly fallback: unknown;
  /** Name in `Flags`, and on the command line. */
  readonly flag: keyof Flags | null;
  readonly env: string | null;
};

const flagOf: Readonly<Record<string, keyof Flags>> = {
  'bus.kind': 'bus',
  'bus.file': 'file',
  'bus.brokers': 'brokers',
  'bus.tls': 'tls',
  'bus.tls.caFile': 'tlsCaFile',
  'bus.sasl.mechanism': 'saslMechanism',
  'bus.sasl.username': 'saslUsername',
  'bus.sasl.passwordFile': 'saslPasswordFile',
  'topics.prefix': 'prefix',
  'topics.eventPartitions': 'eventPartitions',
  'topics.partialPartitions': 'partialPartitions',
  'topics.replication': 'replication',
  'topics.minInsyncReplicas': 'minInsync',
};

const envOf: Readonly<Record<string, string>> = {
  'bus.file': 'REGIONPILOT_BUS_FILE',
  'bus.brokers': 'REGIONPILOT_KAFKA_BROKERS',
  'bus.tls': 'REGIONPILOT_KAFKA_TLS',
  'bus.tls.caFile': 'REGIONPILOT_KAFKA_TLS_CA_FILE',
  'bus.sasl.mechanism': 'REGIONPILOT_KAFKA_SASL_MECHANISM',
  'bus.sasl.username': 'REGIONPILOT_KAFKA_SASL_USERNAME',
  'bus.sasl.passwordFile': 'REGIONPILOT_KAFKA_SASL_PASSWORD_FILE',
  'topics.prefix': 'REGIONPILOT_PREFIX',
};

const fallbacks: Readonly<Record<string, unknown>> = {
  'bus.clientId': 'regionpilot',
  'bus.tls': false,
  'bus.tls.rejectUnauthorized': true,
  'bus.requestTimeoutMs': 5_000,
  'bus.connectTimeoutMs': 3_000,
  'bus.sessionTimeoutMs': 6_000,
  'topics.prefix': topicDefaults.prefix,
  'topics.eventPartitions': topicDefaults.eventPartitions,
  'topics.partialPartitions': topicDefaults.partialPartitions,
  'topics.replication': topicDefaults.replication,
  'topics.minInsyncReplicas': topicDefaults.minInsyncReplicas,
  'aggregator.instance': 'aggregator',
  'aggregator.consumerGroup': 'regionpilot-aggregator',
  'aggregator.snapshotMs': 3_000,
  'api.host': '127.0.0.1',
  'api.port': 7_400,
  'api.oidc.scopeClaim': 'groups',
  'api.oidc.actorClaim': 'email, else sub',
};

export const settingsCatalogue: readonly Setting[] = [
  ...Object.entries(otherMeanings).map(([key, meaning]) => ({
    key,
    meaning,
    range: rangeOf(key),
    fallback: fallbacks[key] ?? null,
    flag: flagOf[key] ?? null,
    env: envOf[key] ?? null,
  })),
  ...policySettings.map(({ name, default: fallback, unit, meaning }) => ({
    key: `policy.${name}`,
    meaning: unit === '' ? meaning : `${meaning} (${unit})`,
    range: rangeIn(policySchema, name),
    fallback,
    flag: null,
    env: null,
  })),
];

function rangeOf(key: string): string {
  if (key === 'bus.kind') return 'one of kafka, embedded';
  const at = key.lastIndexOf('.');
  const section = sectionSchemas[key.slice(0, at)];
  return section === undefined ? 'text' : rangeIn(section, key.slice(at + 1));
}

type Shape = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly properties?: Readonly<Record<string, Shape>>;
};

function rangeIn(section: object, name: string): string {
  const shape = (section as Shape).properties?.[name];
  return shape === undefined ? 'text' : rangeText(shape);
}

function rangeText(shape: Shape): string {
  if (shape.enum !== undefined) return `one of ${shape.enum.join(', ')}`;
  if (shape.anyOf !== undefined) return shape.anyOf.map(rangeText).join(', or ');
  switch (shape.type) {
    case 'integer':
    case 'number':
      return `${shape.type} from ${shape.minimum} to ${shape.maximum}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `list of ${shape.items === undefined ? 'values' : rangeText(shape.items)}`;
    case 'object': {
      const [values] = Object.values(shape.patternProperties ?? {});
      return values === undefined ? 'settings by name' : `by name: ${rangeText(values)}`;
    }
    default:
      return 'text';
  }
}
