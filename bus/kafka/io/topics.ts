// Verifies and applies the catalogue through kafkajs' admin client.

import type { TopicSpec } from '@regionpilot/protocol';
import type { Admin, KafkaJSAggregateError } from 'kafkajs';
import type { TopicChange, TopicProblem } from '../../port.ts';
import { type TopicState, topicProblems } from '../../topic-diff.ts';
import { topicsRefused, unreachable } from '../failures.ts';
import { type Settings, settingsOfNew, strengthened, topicState } from '../topic-settings.ts';
import type { Adapter } from './adapter.ts';
import { createClient } from './client.ts';
import { kafkajs } from './load.ts';

type Found = { readonly state: TopicState; readonly own: Settings; readonly effective: Settings };

const topicResource = 2;
/** Source of a setting made on the topic itself, not inherited from the broker. */
const ownSource = 1;

export async function verifyTopics(
  adapter: Adapter,
  wanted: readonly TopicSpec[],
): Promise<readonly TopicProblem[]> {
  return withAdmin(adapter, async (admin) => {
    const found = await describe(admin, wanted);
    return wanted.flatMap((spec) => topicProblems(spec, found.get(spec.name)?.state ?? null));
  });
}

export async function applyTopics(
  adapter: Adapter,
  wanted: readonly TopicSpec[],
): Promise<readonly TopicChange[]> {
  return withAdmin(adapter, async (admin) => {
    const found = await describe(admin, wanted);
    const missing = wanted.filter(({ name }) => !found.has(name));
    const changes = await create(admin, missing);
    for (const spec of wanted) {
      const topic = found.get(spec.name);
      if (topic !== undefined) changes.push(...(await strengthen(admin, spec, topic)));
    }
    return changes;
  });
}

async function create(admin: Admin, missing: readonly TopicSpec[]): Promise<TopicChange[]> {
  if (missing.length === 0) return [];
  await admin.createTopics({
    waitForLeaders: true,
    topics: missing.map((spec) => ({
      topic: spec.name,
      numPartitions: spec.partitions,
      replicationFactor: spec.replication,
      configEntries: entries(settingsOfNew(spec)),
    })),
  });
  return missing.map(({ name, partitions, replication }) => ({
    topic: name,
    change: `created with ${partitions} partitions in ${replication} copies`,
  }));
}

async function strengthen(
  admin: Admin,
  spec: TopicSpec,
  { state, own, effective }: Found,
): Promise<readonly TopicChange[]> {
  const problems = topicProblems(spec, state);
  // Copies are moved by the brokers' own tools: that is hours of network, not a setting.
  const curable = problems.filter(({ setting }) => setting !== 'replication');
  if (curable.length === 0) return [];
  if (state.partitions < spec.partitions) {
    const count = { topic: spec.name, count: spec.partitions };
    await admin.createPartitions({ topicPartitions: [count] });
  }
  if (curable.some(({ setting }) => setting !== 'partitions')) {
    // This request replaces all of a topic's own settings, so the others are named again.
    const configEntries = entries(strengthened(spec, own, effective));
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: topicResource, name: spec.name, configEntries }],
    });
  }
  return curable.map(({ topic, setting, got, wanted }) => ({
    topic,
    change: `${setting} from ${got} to ${wanted.replace('at least ', '')}`,
  }));
}

async function describe(
  admin: Admin,
  wanted: readonly TopicSpec[],
): Promise<ReadonlyMap<string, Found>> {
  const existing = new Set(await admin.listTopics());
  const names = wanted.map(({ name }) => name).filter((name) => existing.has(name));
  if (names.length === 0) return new Map();
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: topicResource, name })),
  });
  return new Map(
    topics.map(({ name, partitions }) => {
      const all = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
      const effective = toSettings(all);
      const own = toSettings(all.filter(({ configSource }) => configSource === ownSource));
      return [name, { state: topicState(partitions, effective), own, effective }];
    }),
  );
}

type Entry = { readonly configName: string; readonly configValue: string };

function toSettings(found: readonly Entry[]): Settings {
  return Object.fromEntries(found.map(({ configName, configValue }) => [configName, configValue]));
}

function entries(settings: Settings): { name: string; value: string }[] {
  return Object.entries(settings).map(([name, value]) => ({ name, value }));
}

async function withAdmin<Value>(
  { config, libraryLog }: Adapter,
  use: (admin: Admin) => Promise<Value>,
): Promise<Value> {
  const client = createClient(config, { log: libraryLog });
  const admin = client.kafka.admin({ retry: { retries: 5 } });
  try {
    await admin.connect();
    return await use(admin);
  } catch (error) {
    throw isAnswer(error) ? topicsRefused(error) : unreachable(config.brokers, error);
  } finally {
    client.cut();
    await admin.disconnect().catch(() => {});
  }
}

/** The brokers answered, and the answer is no: a policy, a wrong number of copies. */
function isAnswer(error: unknown): error is KafkaJSAggregateError {
  return error instanceof kafkajs.KafkaJSAggregateError;
}
