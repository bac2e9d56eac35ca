// What a run works with: the command line over the environment over the config file over the
// defaults. Whoever looks for a value finds one rule, not one per option.

import {
  type AggregatorConfig,
  type AggregatorInput,
  parseAggregatorConfig,
} from '@regionpilot/aggregator';
import type { ApiSettings } from '@regionpilot/api/access';
import {
  formatProblems,
  isName,
  PipelineError,
  type Problem,
  type TopicOptions,
  topicDefaults,
} from '@regionpilot/protocol';
import { usageError } from '../exit.ts';
import type { BusPlan, ConfigFile, KafkaPlan } from './file.ts';

/** Common options as typed; numbers are already numbers. */
export type Flags = {
  readonly bus?: 'kafka' | 'embedded';
  readonly brokers?: string;
  readonly file?: string;
  readonly prefix?: string;
  readonly config?: string;
  readonly context?: string;
  readonly replication?: number;
  readonly minInsync?: number;
  readonly eventPartitions?: number;
  readonly partialPartitions?: number;
  readonly tls?: boolean;
  readonly tlsCaFile?: string;
  readonly saslMechanism?: string;
  readonly saslUsername?: string;
  readonly saslPasswordFile?: string;
  readonly json?: boolean;
};

export type Env = Readonly<Record<string, string | undefined>>;

export type Settings = {
  readonly bus: BusPlan;
  readonly topics: TopicOptions;
  readonly aggregator: AggregatorConfig;
  /** As the config file has it. */
  readonly api: ApiSettings;
};

/** @throws {PipelineError} CONFIG_INVALID. */
export function settingsFrom(flags: Flags, env: Env, file: ConfigFile): Settings {
  const topics = topicOptions(flags, env, file);
  const input: AggregatorInput = {
    ...file.aggregator,
    ...(file.policy === undefined ? {} : { policy: file.policy }),
    ...(file.groups === undefined ? {} : { groups: file.groups }),
    topicPrefix: topics.prefix,
  };
  return {
    bus: busPlan(flags, env, file),
    topics,
    aggregator: parseAggregatorConfig(input),
    api: file.api ?? {},
  };
}

function topicOptions(flags: Flags, env: Env, { topics = {} }: ConfigFile): TopicOptions {
  const replication = flags.replication ?? topics.replication ?? topicDefaults.replication;
  const options: TopicOptions = {
    prefix: flags.prefix ?? env['REGIONPILOT_PREFIX'] ?? topics.prefix ?? topicDefaults.prefix,
    eventPartitions:
      flags.eventPartitions ?? topics.eventPartitions ?? topicDefaults.eventPartitions,
    partialPartitions:
      flags.partialPartitions ?? topics.partialPartitions ?? topicDefaults.partialPartitions,
    replication,
    // Not chosen: as many as the copies allow, at most the default.
    minInsyncReplicas:
      flags.minInsync ??
      topics.minInsyncReplicas ??
      Math.min(topicDefaults.minInsyncReplicas, replication),
  };
  failOn(topicProblems(options));
  return options;
}

function topicProblems({ prefix, minInsyncReplicas, replication }: TopicOptions): Problem[] {
  const problems: Problem[] = [];
  if (!isName(prefix) || prefix.includes('/')) {
    const expected = 'letters, digits and ._- (for example regionpilot.)';
    problems.push({ path: 'topics.prefix', value: JSON.stringify(prefix), expected });
  }
  if (minInsyncReplicas > replication) {
    const expected = `at most the replication (${replication})`;
    problems.push({ path: 'topics.minInsyncReplicas', value: `${minInsyncReplicas}`, expected });
  }
  return problems;
}

/** Does anybody say which bus? What explains settings must not insist on one. */
export function namesBus(flags: Flags, env: Env, file: ConfigFile): boolean {
  const kinds = [flags.bus, kindOf(flags.brokers, flags.file), kindFromEnv(env), file.bus?.kind];
  return kinds.some((kind) => kind !== undefined);
}

function busPlan(flags: Flags, env: Env, file: ConfigFile): BusPlan {
  if (flags.brokers !== undefined && flags.file !== undefined) {
    throw usageError('Got both --brokers and --file: choose Kafka or the embedded bus');
  }
  const kind = flags.bus ?? kindOf(flags.brokers, flags.file) ?? kindFromEnv(env) ?? file.bus?.kind;
  switch (kind) {
    case undefined:
      throw usageError(
        'No bus named: give --brokers host:port,… or --file bus.sqlite, or set REGIONPILOT_KAFKA_BROKERS or REGIONPILOT_BUS_FILE',
      );
    case 'embedded':
      return { kind, file: embeddedFile(flags, env, file) };
    case 'kafka':
      return kafkaPlan(flags, env, file.bus?.kind === 'kafka' ? file.bus : null);
  }
}

function kindFromEnv(env: Env): BusPlan['kind'] | undefined {
  return kindOf(env['REGIONPILOT_KAFKA_BROKERS'], env['REGIONPILOT_BUS_FILE']);
}

function kindOf(
  brokers: string | undefined,
  file: string | undefined,
): BusPlan['kind'] | undefined {
  if (brokers !== undefined && brokers !== '') return 'kafka';
  return file !== undefined && file !== '' ? 'embedded' : undefined;
}

function embeddedFile(flags: Flags, env: Env, { bus }: ConfigFile): string {
  const inConfig = bus?.kind === 'embedded' ? bus.file : undefined;
  const file = flags.file ?? env['REGIONPILOT_BUS_FILE'] ?? inConfig;
  if (file === undefined || file === '')
    throw usageError('The embedded bus wants --file bus.sqlite');
  return file;
}

function kafkaPlan(flags: Flags, env: Env, given: KafkaPlan | null): KafkaPlan {
  const named = flags.brokers ?? env['REGIONPILOT_KAFKA_BROKERS'];
  const brokers = named === undefined ? (given?.brokers ?? []) : brokerList(named);
  if (brokers.length === 0) throw usageError('Kafka wants --brokers host:port,…');
  const tls = tlsOf(flags, env) ?? given?.tls;
  const sasl = saslOf(flags, env) ?? given?.sasl;
  return {
    ...given,
    kind: 'kafka',
    brokers,
    ...(tls === undefined ? {} : { tls }),
    ...(sasl === undefined ? {} : { sasl }),
  };
}

function brokerList(text: string): readonly string[] {
  const brokers = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const wrong = brokers.find((broker) => !isAddress(broker));
  if (wrong === undefined) return brokers;
  throw usageError(`Got broker ${JSON.stringify(wrong)}, wanted host:port with a port of 1..65535`);
}

function isAddress(broker: string): boolean {
  const port = Number(/^[^:\s]+:(\d{1,5})$/.exec(broker)?.[1] ?? 0);
  return port >= 1 && port <= 65_535;
}

function tlsOf(flags: Flags, env: Env): KafkaPlan['tls'] | undefined {
  const caFile = flags.tlsCaFile ?? env['REGIONPILOT_KAFKA_TLS_CA_FILE'];
  if (caFile !== undefined) return { caFile };
  const wanted = flags.tls ?? (env['REGIONPILOT_KAFKA_TLS'] === '1' ? true : undefined);
  return wanted;
}

function saslOf(flags: Flags, env: Env): KafkaPlan['sasl'] | undefined {
  const mechanism = flags.saslMechanism ?? env['REGIONPILOT_KAFKA_SASL_MECHANISM'];
  const username = flags.saslUsername ?? env['REGIONPILOT_KAFKA_SASL_USERNAME'];
  const passwordFile = flags.saslPasswordFile ?? env['REGIONPILOT_KAFKA_SASL_PASSWORD_FILE'];
  if (mechanism === undefined && username === undefined && passwordFile === undefined) return;
  if (mechanism === undefined || username === undefined || passwordFile === undefined) {
    throw usageError('SASL wants all three: mechanism, username and password file');
  }
  if (!isMechanism(mechanism)) {
    throw usageError(
      `Got SASL mechanism ${mechanism}, wanted plain, scram-sha-256 or scram-sha-512`,
    );
  }
  return { mechanism, username, passwordFile };
}

type Mechanism = NonNullable<KafkaPlan['sasl']>['mechanism'];

function isMechanism(text: string): text is Mechanism {
  return ['plain', 'scram-sha-256', 'scram-sha-512'].includes(text);
}

function failOn(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const message = `Topic settings do not fit\n${formatProblems(problems)}`;
  throw new PipelineError('CONFIG_INVALID', message, { problems, retriable: false });
}
