import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Bus } from '../../../bus/index.ts';
import { consumed, followed, newTopic, record, talkingBus } from '../../support/bus.ts';
import { eventually } from '../../support/eventually.ts';
import { type RealKafka, startKafka } from '../../support/kafka.ts';

const kafkaIsHere = inject('kafkaBrokers').length > 0;

/** What every test on Kafka relies on, be the brokers containers or processes. */
describe.skipIf(!kafkaIsHere)('a Kafka for tests', () => {
  let kafka: RealKafka;
  let bus: Bus;
  beforeAll(async () => {
    kafka = await startKafka();
    bus = talkingBus(kafka.brokers).bus;
  });
  afterAll(async () => {
    await bus?.close();
    await kafka?.stop();
  });

  test('records published are followed and consumed', async () => {
    const topic = await newTopic(bus);
    const tail = await followed(bus, topic);
    const group = await consumed(bus, topic);
    await bus.publish(topic, [record('a', '1'), record('a', '2')]);
    await eventually(() => expect(tail.texts()).toEqual(['1', '2']));
    await eventually(() => expect(group.texts()).toEqual(['1', '2']));
  });

  test('a killed broker is gone, and comes back at its address with its log', async () => {
    const topic = await newTopic(bus);
    await bus.publish(topic, [record('a', 'before')]);
    await kafka.kill(0);
    const during = talkingBus(kafka.brokers, 500).bus;
    await expect(during.publish(topic, [record('a', 'during')])).rejects.toThrow();
    await during.close();
    await kafka.restart(0);
    const tail = await followed(bus, topic);
    await eventually(() => expect(tail.texts()).toEqual(['before']));
    await bus.publish(topic, [record('a', 'after')]);
    await eventually(() => expect(tail.texts()).toEqual(['before', 'after']));
  });
});
