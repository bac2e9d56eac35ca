// The ways kafkajs goes wrong, each on a real broker. docs/decisions/0003-kafkajs.md has the table.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, inject, test } from 'vitest';
import type { Bus } from '../../../bus/index.ts';
import { createHealthBook } from '../../../bus/kafka/io/health.ts';
import { openLane } from '../../../bus/kafka/io/lane.ts';
import { kafkajs } from '../../../bus/kafka/io/load.ts';
import { patientLane } from '../../../bus/kafka/io/read.ts';
import { watchMember } from '../../../bus/kafka/io/watchdog.ts';
import { consumed, followed, newTopic, record, talkingBus, topicSpec } from '../../support/bus.ts';
import { eventually } from '../../support/eventually.ts';

const brokers = inject('kafkaBrokers');

describe.skipIf(brokers.length === 0)('what kafkajs does wrong is mended', () => {
  const opened: Bus[] = [];
  const open = () => {
    const talking = talkingBus(brokers);
    opened.push(talking.bus);
    return talking;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((bus) => bus.close()));
  });

  const withAdmin = async (use: (admin: ReturnType<typeof rawAdmin>) => Promise<unknown>) => {
    const admin = rawAdmin();
    await admin.connect();
    try {
      await use(admin);
    } finally {
      await admin.disconnect();
    }
  };
  const rawKafka = () => new kafkajs.Kafka({ brokers: [...brokers], clientId: 'raw', logLevel: 0 });
  const rawAdmin = () => rawKafka().admin();

  test('an idle follower arms a handful of timers a second, none negative', async () => {
    const { bus } = open();
    const topic = await newTopic(bus);
    const { isCaughtUp } = await followed(bus, topic);
    await eventually(() => expect(isCaughtUp()).toBe(true));
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): number => warnings.push(name);
    process.on('warning', onWarning);
    const original = globalThis.setTimeout;
    let armed = 0;
    globalThis.setTimeout = Object.assign((...args: Parameters<typeof original>) => {
      armed++;
      return original(...args);
    }, original);
    await sleep(3_000);
    globalThis.setTimeout = original;
    process.off('warning', onWarning);
    expect(armed).toBeLessThan(30); // As shipped: about 2,700.
    expect(warnings).not.toContain('TimeoutNegativeWarning');
  });

  test('a follower starts without the three seconds a group takes', async () => {
    const { bus } = open();
    const topic = await newTopic(bus);
    await bus.publish(topic, [record('a', '1')]);
    const startedMs = performance.now();
    const { isCaughtUp } = await followed(bus, topic);
    await eventually(() => expect(isCaughtUp()).toBe(true));
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  test('closing does not wait for a long poll', async () => {
    const { bus } = open();
    const topic = await newTopic(bus);
    const { isCaughtUp, close } = await followed(bus, topic);
    await eventually(() => expect(isCaughtUp()).toBe(true));
    await sleep(100);
    const startedMs = performance.now();
    await close();
    expect(performance.now() - startedMs).toBeLessThan(700);
  });

  test('a batch in a codec nobody has is stepped over with a word, by followers and groups', async () => {
    const { bus, said } = open();
    const topic = topicSpec().name;
    await withAdmin((admin) =>
      admin.createTopics({
        topics: [
          { topic, numPartitions: 1, configEntries: [{ name: 'compression.type', value: 'lz4' }] },
        ],
      }),
    );
    await bus.publish(topic, [record('a', 'unreadable 0'), record('b', 'unreadable 1')]);
    await withAdmin((admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: 2,
            name: topic,
            configEntries: [{ name: 'compression.type', value: 'producer' }],
          },
        ],
      }),
    );
    const group = await consumed(bus, topic);
    const tail = await followed(bus, topic);
    await eventually(async () => {
      await bus.publish(topic, [record('a', 'readable')]);
      expect(tail.texts()).toContain('readable');
      expect(group.texts()).toContain('readable');
    });
    expect(tail.isCaughtUp()).toBe(true);
    expect(tail.texts().every((value) => value === 'readable')).toBe(true);
    const skipped = said.filter(({ event }) => event === 'batchSkipped');
    expect(skipped.length).toBeGreaterThanOrEqual(2);
    expect(skipped[0]).toMatchObject({ topic, partition: 0, firstOffset: '0', lastOffset: '1' });
    expect(String(skipped[0]?.['reason'])).toContain('LZ4');
  });

  test('large and small payloads come back whole, whatever the compression', async () => {
    const { bus } = open();
    const topic = await newTopic(bus);
    const { texts } = await followed(bus, topic);
    const values = [1, 1_000, 1_024, 40_000, 900_000].map((size) =>
      'ab'.repeat(size / 2).padEnd(size, 'z'),
    );
    for (const value of values) await bus.publish(topic, [record('a', value)]);
    await eventually(() => expect(texts()).toEqual(values));
  });

  test('a call of ten megabytes goes out in pieces, in order', async () => {
    const { bus } = open();
    const topic = await newTopic(bus);
    const { records, texts } = await followed(bus, topic);
    const large = 'x'.repeat(10_000);
    await bus.publish(
      topic,
      Array.from({ length: 1_000 }, (_, i) => record('a', `${i} ${large}`)),
    );
    await eventually(() => expect(records).toHaveLength(1_000));
    expect(texts().map((value) => Number(value.split(' ')[0]))).toEqual([...records.keys()]);
  });

  test('members come and go: nothing is lost, and each partition ends up with somebody', async () => {
    const { bus } = open();
    const { bus: other } = open();
    const topic = await newTopic(bus, { partitions: 4 });
    const group = `group.${topic}`;
    const one = await consumed(bus, topic, group);
    const publishing = { on: true };
    let published = 0;
    const publisher = (async () => {
      while (publishing.on) {
        await bus.publish(topic, [record(`key-${published % 16}`, String(published++))]);
        await sleep(5);
      }
    })();
    await eventually(() => expect(one.assigned.length).toBeGreaterThanOrEqual(4));
    const two = await consumed(other, topic, group);
    await eventually(() => expect(two.assigned.length).toBeGreaterThanOrEqual(2));
    await two.close();
    await eventually(() => expect(one.assigned.length).toBeGreaterThanOrEqual(10));
    publishing.on = false;
    await publisher;
    await eventually(() => {
      const seen = new Set([...one.texts(), ...two.texts()]);
      expect(seen.size).toBe(published);
    });
  });

  test('a consumer whose topic is taken away comes back with the topic', async () => {
    const { bus } = open();
    const topic = await newTopic(bus);
    const { texts } = await consumed(bus, topic);
    await bus.publish(topic, [record('a', 'before')]);
    await eventually(() => expect(texts()).toContain('before'));
    await withAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
    await eventually(() => newTopic(bus, { name: topic }));
    await eventually(async () => {
      await bus.publish(topic, [record('a', 'after')]);
      expect(texts()).toContain('after');
    }, 40_000);
  });

  test('weak topics are told with the exact difference, copies that cannot be had included', async () => {
    const { bus } = open();
    const name = topicSpec().name;
    await withAdmin((admin) => admin.createTopics({ topics: [{ topic: name, numPartitions: 2 }] }));
    const wanted = topicSpec({
      name,
      partitions: 3,
      replication: 3,
      minInsyncReplicas: 2,
      cleanup: 'compact',
      maxRecordBytes: 4_000_000,
    });
    expect(await bus.verifyTopics([wanted])).toEqual([
      { topic: name, setting: 'partitions', got: '2', wanted: 'at least 3' },
      { topic: name, setting: 'replication', got: '1', wanted: 'at least 3' },
      { topic: name, setting: 'minInsyncReplicas', got: '1', wanted: 'at least 2' },
      { topic: name, setting: 'cleanup', got: 'delete', wanted: 'compact' },
      { topic: name, setting: 'maxRecordBytes', got: '1048588', wanted: 'at least 4000000' },
      { topic: name, setting: 'timestampType', got: 'CreateTime', wanted: 'LogAppendTime' },
    ]);
    await bus.applyTopics([{ ...wanted, minInsyncReplicas: 1 }]);
    await eventually(async () => {
      const left = await bus.verifyTopics([wanted]);
      expect(left.map(({ setting }) => setting)).toEqual(['replication', 'minInsyncReplicas']);
    });
  });

  test('applying keeps the settings that a person made on the topic', async () => {
    const { bus } = open();
    const name = topicSpec().name;
    const configEntries = [{ name: 'flush.messages', value: '12345' }];
    await withAdmin((admin) => admin.createTopics({ topics: [{ topic: name, configEntries }] }));
    await bus.applyTopics([topicSpec({ name, partitions: 1 })]);
    await withAdmin(async (admin) => {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: 2, name, configNames: ['flush.messages', 'message.timestamp.type'] }],
      });
      const values = resources[0]?.configEntries.map(({ configValue }) => configValue).sort();
      expect(values).toEqual(['12345', 'LogAppendTime']);
    });
  });

  test('a wrong address is one clear line, not a wait', async () => {
    const { bus } = talkingBus(['127.0.0.1:1']);
    opened.push(bus);
    const wanted = { code: 'BUS_UNREACHABLE', retriable: true };
    const line = /^Kafka cannot be reached at 127\.0\.0\.1:1: [^\n]*ECONNREFUSED[^\n]*$/;
    for (const ask of [() => bus.verifyTopics([topicSpec()]), () => bus.ends('any')]) {
      await expect(ask()).rejects.toMatchObject(wanted);
      await expect(ask()).rejects.toThrow(line);
    }
  });

  test('while no broker answers, publishing fails by its deadline, following waits, closing is quick', async () => {
    const { bus } = talkingBus(['127.0.0.1:1'], 300);
    opened.push(bus);
    const { isCaughtUp } = await followed(bus, 'any');
    const sent = bus.publish('any', [record('a', 'x')]);
    await expect(sent).rejects.toMatchObject({ code: 'BUS_SEND_FAILED', retriable: true });
    expect(bus.health()).toMatchObject({ kind: 'down' });
    const group = await consumed(bus, 'any');
    const startedMs = performance.now();
    await group.close();
    await bus.close();
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    expect(isCaughtUp()).toBe(false);
  });

  test('a consumer that stands still while the log goes on is found out', async () => {
    const { bus } = open();
    const topic = await newTopic(bus);
    await bus.publish(topic, [record('a', '0'), record('a', '1')]);
    const reasons: string[] = [];
    const config = { kind: 'kafka', brokers, clientId: 'watched' } as const;
    const adapter = {
      config,
      log: () => {},
      libraryLog: undefined,
      background: false,
      health: createHealthBook(),
      openLane: () => openLane(config, {}),
    };
    const questions = patientLane(adapter, topic);
    const at = { topic, partition: 0 };
    const watch = watchMember({
      adapter,
      group: 'g',
      questions,
      held: new Map([[`${topic}/0`, { at, position: 1, seen: 0 }]]),
      breakWith: (reason) => reasons.push(reason),
    });
    watch.joined();
    await eventually(() => expect(reasons).toContain(`stands still at ${topic}/0 offset 1`));
    await eventually(() =>
      expect(reasons.join()).toMatch(/silent for \d+ ms while brokers answer/),
    );
    watch.stop();
    questions.close();
  });
});
