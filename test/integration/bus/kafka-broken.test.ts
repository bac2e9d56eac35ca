// Brokers that die, answers that get lost, coordinators that move: each test has brokers of its own.

import { afterEach, describe, expect, inject, test } from 'vitest';
import type { BusRecord } from '../../../bus/index.ts';
import { consumed, followed, newTopic, record, talkingBus, textOf } from '../../support/bus.ts';
import { eventually } from '../../support/eventually.ts';
import { startProxy } from '../../support/kafka/proxy.ts';
import { type KafkaOptions, type RealKafka, startKafka } from '../../support/kafka.ts';

const kafkaIsHere = inject('kafkaBrokers').length > 0;

describe.skipIf(!kafkaIsHere)('when brokers break', () => {
  const opened: { close: () => Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  });
  const start = async (options: KafkaOptions = {}): Promise<RealKafka> => {
    const kafka = await startKafka(options);
    opened.push({ close: kafka.stop });
    return kafka;
  };
  const open = (brokers: readonly string[], requestTimeoutMs?: number) => {
    const talking = talkingBus(brokers, requestTimeoutMs);
    opened.push(talking.bus);
    return talking;
  };
  const numbers = (texts: readonly string[]): number[] => [...new Set(texts.map(Number))];

  test('a broker is killed and restarted: within two seconds everybody goes on where they were', async () => {
    const kafka = await start();
    const { bus } = open(kafka.brokers, 1_000);
    const topic = await newTopic(bus);
    const tail = await followed(bus, topic);
    const name = `group.${topic}`;
    const group = await consumed(bus, topic, name);
    await bus.publish(topic, [record('a', '0')]);
    await eventually(() => expect(group.texts()).toEqual(['0']));
    await group.commit(0, 1);

    await kafka.kill(0);
    const during = bus.publish(topic, [record('a', '1')]);
    await expect(during).rejects.toMatchObject({ code: 'BUS_SEND_FAILED', retriable: true });
    expect(bus.health()).toMatchObject({ kind: 'down' });
    await kafka.restart(0);
    const backMs = performance.now();
    await bus.publish(topic, [record('a', '2')]);
    await eventually(() => expect(tail.texts()).toContain('2'));
    await eventually(() => expect(group.texts()).toContain('2'));
    const resumedMs = performance.now() - backMs;
    console.log(`consuming again ${Math.round(resumedMs)} ms after the broker was back`);
    expect(resumedMs).toBeLessThan(5_000); // 2,000 on a machine that does nothing else.
    await eventually(() => expect(bus.health()).toEqual({ kind: 'up' }));
    const [{ end = 0 } = {}] = await bus.ends(topic);
    await eventually(async () => {
      await group.commit(0, end);
      expect(await bus.lag(name, topic)).toEqual(new Map([[0, 0]]));
    });
  });

  test('an acknowledgement is lost: the record may come twice, none is missing, none overtakes', async () => {
    const proxy = await startProxy();
    opened.push(proxy);
    const address = `127.0.0.1:${proxy.port}`;
    const kafka = await start({ settings: { 'advertised.listeners': `PLAINTEXT://${address}` } });
    proxy.forwardTo(kafka.brokers[0] ?? '');
    const { bus } = open([address], 2_000);
    const topic = await newTopic(bus);
    const tail = await followed(bus, topic);
    let next = 0;
    for (let round = 1; round <= 4; round++) {
      await bus.publish(topic, [record('a', String(next++))]);
      proxy.loseNextAcknowledgement();
      await Promise.all([0, 1, 2].map(() => bus.publish(topic, [record('a', String(next++))])));
      expect(proxy.lost()).toBe(round);
    }
    await eventually(() => expect(numbers(tail.texts())).toHaveLength(next));
    expect(numbers(tail.texts())).toEqual(Array.from({ length: next }, (_, i) => i));
    expect(tail.records.length).toBeGreaterThan(next);
  });

  test('the leader and coordinator dies among three brokers: all go on with the others', async () => {
    const kafka = await start({
      brokers: 3,
      settings: { 'offsets.topic.replication.factor': 3, 'offsets.topic.num.partitions': 1 },
    });
    const { bus } = open(kafka.brokers, 1_000);
    const topic = await newTopic(bus, { replication: 3, minInsyncReplicas: 2, partitions: 3 });
    const tail = await followed(bus, topic);
    const group = await consumed(bus, topic);
    let next = 0;
    const publishAll = async (): Promise<void> => {
      const each = [0, 1, 2].map((partition) => ({ ...record('k', String(next++)), partition }));
      await bus.publish(topic, each).catch(() => {});
    };
    await publishAll();
    await eventually(() => expect(numbers(group.texts())).toHaveLength(3));
    for (const broker of [0, 1]) {
      const mark = next;
      await kafka.kill(broker);
      const arrivedFromAll = (records: readonly BusRecord[]): boolean =>
        new Set(records.filter((r) => Number(textOf(r)) >= mark).map((r) => r.partition)).size ===
        3;
      await eventually(async () => {
        await publishAll();
        expect(arrivedFromAll(tail.records)).toBe(true);
        expect(arrivedFromAll(group.records)).toBe(true);
      }, 60_000);
      await group.commit(0, 1);
      await kafka.restart(broker);
    }
    await eventually(() => {
      const seen = numbers(tail.texts()).sort((a, b) => a - b);
      expect(numbers(group.texts()).sort((a, b) => a - b)).toEqual(seen);
    });
  }, 240_000);
});
