// Compaction leaves batches without records. An answer that holds nothing else stops a plain kafkajs
// reader for good, spinning: the decisions topic is exactly such a topic. Here the answer ends after
// the empty batch because the next one is larger than a reader takes at once.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Bus } from '../../../bus/index.ts';
import { openLane } from '../../../bus/kafka/io/lane.ts';
import { kafkajs } from '../../../bus/kafka/io/load.ts';
import { consumed, followed, record, talkingBus, topicSpec } from '../../support/bus.ts';
import { eventually } from '../../support/eventually.ts';
import { type RealKafka, startKafka } from '../../support/kafka.ts';

const kafkaIsHere = inject('kafkaBrokers').length > 0;

describe.skipIf(!kafkaIsHere)('batches that compaction emptied', () => {
  let kafka: RealKafka;
  let bus: Bus;
  const topic = topicSpec().name;

  beforeAll(async () => {
    kafka = await startKafka({ settings: { 'log.cleaner.backoff.ms': 200 } });
    bus = talkingBus(kafka.brokers).bus;
    await leaveAnEmptyBatch();
  });
  afterAll(async () => {
    await bus?.close();
    await kafka?.stop();
  });

  /** Kafka keeps the last batch of an idempotent producer even when all its records are gone. */
  async function leaveAnEmptyBatch(): Promise<void> {
    const raw = new kafkajs.Kafka({ brokers: [...kafka.brokers], clientId: 'raw', logLevel: 0 });
    const admin = raw.admin();
    const settings = {
      'cleanup.policy': 'compact',
      'segment.ms': '100',
      'min.cleanable.dirty.ratio': '0.001',
      'delete.retention.ms': '0',
      'max.message.bytes': '12000000',
    };
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] });
    await admin.disconnect();
    const producer = raw.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    await producer.send({ topic, messages: [{ key: 'gone', value: null }] });
    await producer.disconnect();
    await bus.publish(topic, [record('gone', null)]);
    const large = { key: 'large', value: randomBytes(9_000_000), headers: {} };
    await bus.publish(topic, [large]);
    await eventually(async () => {
      await sleep(300);
      await bus.publish(topic, [record('work for the cleaner', 'x')]);
      expect(await firstFetchIsEmpty()).toBe(true);
    }, 90_000);
  }

  async function firstFetchIsEmpty(): Promise<boolean> {
    const lane = openLane({ kind: 'kafka', brokers: kafka.brokers, clientId: 'look' }, {});
    try {
      const [leader] = await lane.leaders(topic);
      const from = [{ partition: 0, offset: 0 }];
      const [answer] = await lane.fetch(leader?.leader ?? 0, topic, from, 100);
      const records = answer?.records ?? [];
      return records.length > 0 && records.every(({ isControlRecord }) => isControlRecord === true);
    } finally {
      lane.cut();
    }
  }

  test('followers and groups read past them, to the end and beyond', async () => {
    expect(await firstFetchIsEmpty()).toBe(true);
    const tail = await followed(bus, topic);
    const group = await consumed(bus, topic);
    await eventually(() => expect(tail.isCaughtUp()).toBe(true));
    await bus.publish(topic, [record('alive', 'yes')]);
    await eventually(() => expect(tail.texts().at(-1)).toBe('yes'));
    await eventually(() => expect(group.texts().at(-1)).toBe('yes'));
    expect(tail.records[0]).toMatchObject({ key: 'large' });
    expect(group.records[0]).toMatchObject({ key: 'large' });
  });
});
