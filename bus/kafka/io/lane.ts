// kafkajs' private cluster: what its producer and consumer are made of, and the only way to read
// without a group (6 ms to the first record instead of the group's 3 s, and no group left behind per
// client). Everything private that we use is in this file, checked when it is first used.
//
// A lane is one such cluster with its own connections. A lane that failed is thrown away, not mended.

import assert from 'node:assert';
import type { KafkaConfig } from '../../config.ts';
import type { BusOptions } from '../../log.ts';
import type { WireRecord } from '../records.ts';
import { createClient } from './client.ts';

export type PartitionLeader = { readonly partition: number; readonly leader: number };
export type PartitionOffset = { readonly partition: number; readonly offset: number };

export type FetchedPartition = {
  readonly partition: number;
  readonly highWatermark: number;
  readonly records: readonly WireRecord[];
};

export type ProducePartition = {
  readonly partition: number;
  readonly messages: readonly {
    readonly key: Buffer;
    readonly value: Buffer | null;
    readonly headers: Readonly<Record<string, string>>;
  }[];
};

export type Compression = 'none' | 'gzip';

export type Lane = {
  /** Leaders of a topic's partitions, ascending; asks the brokers when not known or too old. */
  readonly leaders: (topic: string) => Promise<readonly PartitionLeader[]>;
  readonly refresh: () => Promise<void>;
  readonly offsets: (topic: string, when: When) => Promise<readonly PartitionOffset[]>;
  /** Committed offsets; partitions without one are left out. */
  readonly committed: (group: string, topic: string) => Promise<readonly PartitionOffset[]>;
  /** Waits at most `maxWaitMs` for the first byte. One fetch at a time. */
  readonly fetch: (
    node: number,
    topic: string,
    from: readonly PartitionOffset[],
    maxWaitMs: number,
  ) => Promise<readonly FetchedPartition[]>;
  readonly produce: (
    node: number,
    topic: string,
    partitions: readonly ProducePartition[],
    compression: Compression,
  ) => Promise<void>;
  /** Ends all connections at once; what was under way fails. */
  readonly cut: () => void;
};

/** Earliest, latest, or the first at or after a time (ms since 1970). */
export type When = 'start' | 'end' | number;

const metadataMaxAgeMs = 300_000;
const readUncommitted = 0; // Our producers use no transactions, and a foreign one must not stall us.
const partitionBytes = 8 * 1024 * 1024;
const answerBytes = 32 * 1024 * 1024;
const allReplicas = -1;

export function openLane(config: KafkaConfig, options: BusOptions): Lane {
  const client = createClient(config, options);
  const cluster = privateCluster(client.kafka);
  const timeoutMs = config.requestTimeoutMs ?? 5_000;
  let connecting: Promise<void> | undefined;

  const connected = (): Promise<void> => {
    connecting ??= cluster.connect();
    return connecting;
  };
  const leaders = async (topic: string): Promise<readonly PartitionLeader[]> => {
    await connected();
    await cluster.addTargetTopic(topic);
    await cluster.refreshMetadataIfNecessary();
    const found = cluster.findTopicPartitionMetadata(topic);
    if (found.length === 0) {
      throw Object.assign(new Error('no metadata'), { type: 'UNKNOWN_TOPIC_OR_PARTITION' });
    }
    return found
      .map(({ partitionId, leader }) => ({ partition: partitionId, leader }))
      .sort((a, b) => a.partition - b.partition);
  };
  const partitionsOf = async (topic: string): Promise<{ partition: number }[]> =>
    (await leaders(topic)).map(({ partition }) => ({ partition }));

  return {
    leaders,
    refresh: async () => {
      await connected();
      await cluster.refreshMetadata();
    },
    offsets: async (topic, when) => {
      const partitions = await partitionsOf(topic);
      const point =
        typeof when === 'number' ? { fromTimestamp: when } : { fromBeginning: when === 'start' };
      const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions, ...point }]);
      return numbered(answer?.partitions ?? []);
    },
    committed: async (group, topic) => {
      const partitions = await partitionsOf(topic);
      const coordinator = await cluster.findGroupCoordinator({ groupId: group });
      const { responses } = await coordinator.offsetFetch({
        groupId: group,
        topics: [{ topic, partitions }],
      });
      return numbered(responses[0]?.partitions ?? []).filter(({ offset }) => offset >= 0);
    },
    fetch: async (node, topic, from, maxWaitMs) => {
      const broker = await cluster.findBroker({ nodeId: node });
      const { responses } = await broker.fetch({
        maxWaitTime: maxWaitMs,
        minBytes: 1,
        maxBytes: answerBytes,
        isolationLevel: readUncommitted,
        topics: [
          {
            topic,
            partitions: from.map(({ partition, offset }) => ({
              partition,
              fetchOffset: String(offset),
              maxBytes: partitionBytes,
            })),
          },
        ],
      });
      return responses.flatMap(({ partitions }) =>
        partitions.map(({ partition, highWatermark, messages }) => ({
          partition,
          highWatermark: Number(highWatermark),
          records: messages,
        })),
      );
    },
    produce: async (node, topic, partitions, compression) => {
      const broker = await cluster.findBroker({ nodeId: node });
      await broker.produce({
        acks: allReplicas,
        timeout: timeoutMs,
        compression: compression === 'gzip' ? 1 : 0,
        topicData: [
          { topic, partitions: partitions.map((each) => ({ ...each, firstSequence: 0 })) },
        ],
      });
    },
    cut: () => {
      client.cut();
      // Tells kafkajs to forget its timers; there is nothing left to wait for.
      void cluster.disconnect().catch(() => {});
    },
  };
}

function numbered(
  partitions: readonly { readonly partition: number; readonly offset: string }[],
): readonly PartitionOffset[] {
  return partitions
    .map(({ partition, offset }) => ({ partition, offset: Number(offset) }))
    .sort((a, b) => a.partition - b.partition);
}

type PrivateBroker = {
  fetch(request: object): Promise<{
    responses: {
      partitions: { partition: number; highWatermark: string; messages: WireRecord[] }[];
    }[];
  }>;
  produce(request: object): Promise<unknown>;
  offsetFetch(request: object): Promise<{
    responses: { partitions: { partition: number; offset: string }[] }[];
  }>;
};

type PrivateCluster = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(topic: string): { partitionId: number; leader: number }[];
  findBroker(which: { nodeId: number }): Promise<PrivateBroker>;
  findGroupCoordinator(which: { groupId: string }): Promise<PrivateBroker>;
  fetchTopicsOffset(
    topics: object[],
  ): Promise<{ partitions: { partition: number; offset: string }[] }[]>;
};

const privateMethods: readonly (keyof PrivateCluster)[] = [
  'connect',
  'disconnect',
  'addTargetTopic',
  'refreshMetadata',
  'refreshMetadataIfNecessary',
  'findTopicPartitionMetadata',
  'findBroker',
  'findGroupCoordinator',
  'fetchTopicsOffset',
];

function privateCluster(kafka: object): PrivateCluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  assert(symbol !== undefined, 'kafkajs changed shape: no createCluster');
  const create = (kafka as Record<symbol, (options: object) => PrivateCluster>)[symbol];
  assert(typeof create === 'function', 'kafkajs changed shape: createCluster');
  const cluster = create({
    metadataMaxAge: metadataMaxAgeMs,
    allowAutoTopicCreation: false,
    maxInFlightRequests: null,
    isolationLevel: readUncommitted,
  });
  for (const method of privateMethods) {
    assert(typeof cluster[method] === 'function', `kafkajs changed shape: ${method}`);
  }
  return cluster;
}
