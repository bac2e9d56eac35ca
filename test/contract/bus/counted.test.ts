// A counted bus is the bus it counts, with a memory of what passed.

import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { createHistogram } from '@regionpilot/protocol';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { countedBus } from '../../../bus/io/counted.ts';
import { LogTally } from '../../../bus/log-tally.ts';
import type { Bus } from '../../../bus/port.ts';
import { newTopic, record } from '../../support/bus.ts';
import { eventually } from '../../support/eventually.ts';

let plain: Bus;
let tally: LogTally;
let bus: Bus;
let topic: string;

beforeEach(async () => {
  plain = openEmbeddedBus({ file: ':memory:' });
  onTestFinished(() => plain.close());
  tally = new LogTally(plain.kind);
  bus = countedBus(plain, tally);
  topic = await newTopic(bus);
});

const calls = (latency: ArrayLike<number>) => Array.from(latency).reduce((sum, each) => sum + each);

test('every record is counted, and every call timed once', async () => {
  await bus.publish(topic, [record('a', '1'), record('b', '2')]);
  await bus.publish(topic, [record('a', '3')]);
  const { kind, writes } = tally.reading();
  expect(kind).toBe('embedded');
  expect(writes.map(({ latency, ...each }) => ({ ...each, calls: calls(latency) }))).toEqual([
    { topic, error: null, records: 3, calls: 2 },
  ]);
});

test('a call that fails is counted by its error, and fails as before', async () => {
  const missing = expect.objectContaining({ code: 'TOPIC_MISSING' });
  await expect(bus.publish('nowhere', [record('a', '1')])).rejects.toEqual(missing);
  const { writes } = tally.reading();
  expect(writes).toEqual([
    { topic: 'nowhere', error: 'TOPIC_MISSING', records: 1, latency: expect.anything() },
  ]);
});

test('an error that is not ours has one name, whatever it says', () => {
  tally.wrote(topic, 1, 2, new Error('at 10:32 something'));
  tally.wrote(topic, 1, 2, 'or other');
  const [write] = tally.reading().writes;
  expect(write).toMatchObject({ error: '_OTHER', records: 2 });
  expect(write?.latency).toHaveLength(createHistogram().length);
});

test('what a group and what a follower of the whole topic were handed are told apart', async () => {
  await bus.publish(topic, [record('a', '1'), record('b', '2')]);
  const seen: number[] = [];
  const consumption = await bus.consume({
    topics: [topic],
    group: 'readers',
    handler: {
      assigned: async () => 'start',
      revoked: () => undefined,
      records: (records) => void seen.push(records.length),
    },
  });
  const tail = await bus.tail({
    topic,
    handler: { record: () => void seen.push(1), caughtUp: () => undefined },
  });
  await eventually(() => expect(seen.reduce((sum, each) => sum + each, 0)).toBe(4));
  await Promise.all([consumption.close(), tail.close()]);
  const { reads } = tally.reading();
  expect(reads).toHaveLength(2);
  expect(reads).toContainEqual({ topic, group: 'readers', records: 2 });
  expect(reads).toContainEqual({ topic, group: null, records: 2 });
});

test('what is read again to restore a state is no news', async () => {
  await bus.publish(topic, [record('a', '1')]);
  for await (const each of bus.read({ topic, partition: 0, from: { offset: 0 } })) {
    expect(each.key).toBe('a');
  }
  expect(tally.reading().reads).toEqual([]);
});
