// What the words of bus/port.ts mean, as tests. Both adapters run all of them; whoever adds an
// adapter starts here.

import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import type { Bus, BusRecord, ConsumeOptions, Tail, TopicPartition } from '../../../bus/index.ts';
import { PipelineError, partitionOf, type TopicSpec } from '../../../protocol/index.ts';
import { eventually } from '../../support/eventually.ts';

export type BusFactory = {
  /** Another handle on the same log. */
  readonly open: () => Bus;
  /** Fits the log under test: a single broker cannot keep three copies. */
  readonly replication: number;
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (record: BusRecord): string => new TextDecoder().decode(record.value ?? undefined);
const out = (key: string, value: string | null, headers = {}) => ({
  key,
  value: value === null ? null : bytes(value),
  headers,
});

export function busContract(factory: BusFactory): void {
  const opened: Bus[] = [];
  const open = (): Bus => {
    const bus = factory.open();
    opened.push(bus);
    return bus;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((bus) => bus.close()));
  });

  const newTopic = async (bus: Bus, change: Partial<TopicSpec> = {}): Promise<string> => {
    const name = `contract.${randomUUID()}`;
    const spec: TopicSpec = {
      name,
      partitions: 1,
      replication: factory.replication,
      minInsyncReplicas: 1,
      cleanup: 'delete',
      retentionMs: 86_400_000,
      maxRecordBytes: 1_000_000,
      ...change,
    };
    await bus.applyTopics([spec]);
    return name;
  };

  const follow = async (bus: Bus, topic: string, from: 'start' | 'end' = 'start') => {
    const records: BusRecord[] = [];
    const seen = { caughtUpAt: -1 };
    const tail: Tail = await bus.tail({
      topic,
      from,
      handler: {
        record: (record) => records.push(record),
        caughtUp: () => {
          expect(seen.caughtUpAt).toBe(-1);
          seen.caughtUpAt = records.length;
        },
      },
    });
    return { records, seen, tail };
  };

  const member = async (bus: Bus, options: Partial<ConsumeOptions> & { topics: string[] }) => {
    const records: BusRecord[] = [];
    const assigned: TopicPartition[] = [];
    const revoked: TopicPartition[] = [];
    const consumption = await bus.consume({
      group: `group.${randomUUID()}`,
      handler: {
        assigned: async (at) => {
          assigned.push(at);
          return 'committed';
        },
        revoked: (at) => revoked.push(at),
        records: (some) => records.push(...some),
      },
      ...options,
    });
    const holds = (): number[] => {
      const now = new Set(assigned.map(({ partition }) => partition));
      return [...now];
    };
    return { records, assigned, revoked, consumption, holds };
  };

  test('a published record comes back whole: key, value, headers, offset and the log’s time', async () => {
    const bus = open();
    const topic = await newTopic(bus);
    const { records } = await follow(bus, topic);
    const before = Date.now();
    await bus.publish(topic, [out('client-1', 'hello', { ce_id: 'client-1/b/1', note: 'grüß' })]);
    await eventually(() => expect(records).toHaveLength(1));
    const [record] = records;
    expect(record).toMatchObject({ topic, partition: 0, offset: 0, key: 'client-1' });
    expect(record?.headers).toEqual({ ce_id: 'client-1/b/1', note: 'grüß' });
    expect(record && text(record)).toBe('hello');
    expect(record?.appendedMs).toBeGreaterThan(before - 5_000);
    expect(record?.appendedMs).toBeLessThan(Date.now() + 5_000);
  });

  test('records of one key stay in the order of the calls that published them', async () => {
    const bus = open();
    const topic = await newTopic(bus, { partitions: 3 });
    const { records } = await follow(bus, topic);
    const calls = Array.from({ length: 30 }, (_, i) =>
      bus.publish(topic, [out('a', `a${i}`), out('b', `b${i}`)]),
    );
    await Promise.all(calls);
    await eventually(() => expect(records).toHaveLength(60));
    const ofA = records.filter(({ key }) => key === 'a').map(text);
    expect(ofA).toEqual(Array.from({ length: 30 }, (_, i) => `a${i}`));
  });

  test('a key goes to the partition the protocol says, an explicit partition goes first', async () => {
    const bus = open();
    const topic = await newTopic(bus, { partitions: 4 });
    const { records } = await follow(bus, topic);
    await bus.publish(topic, [out('client-7', 'x'), { ...out('client-7', 'y'), partition: 3 }]);
    await eventually(() => expect(records).toHaveLength(2));
    expect(records.find((r) => text(r) === 'x')?.partition).toBe(partitionOf('client-7', 4));
    expect(records.find((r) => text(r) === 'y')?.partition).toBe(3);
  });

  test('a tail from the start says when it caught up, once, and goes on', async () => {
    const bus = open();
    const topic = await newTopic(bus);
    await bus.publish(topic, [out('a', '1'), out('b', '2')]);
    const { records, seen } = await follow(bus, topic);
    await eventually(() => expect(seen.caughtUpAt).toBe(2));
    await bus.publish(topic, [out('a', '3')]);
    await eventually(() => expect(records.map(text)).toEqual(['1', '2', '3']));
    expect(seen.caughtUpAt).toBe(2);
  });

  test('a tail of an empty topic is caught up at once; one from the end sees only what comes', async () => {
    const bus = open();
    const topic = await newTopic(bus);
    const fromStart = await follow(bus, topic);
    await eventually(() => expect(fromStart.seen.caughtUpAt).toBe(0));
    await bus.publish(topic, [out('a', 'old')]);
    const { records, seen } = await follow(bus, topic, 'end');
    await eventually(() => expect(seen.caughtUpAt).toBe(0));
    await bus.publish(topic, [out('a', 'new')]);
    await eventually(() => expect(records.map(text)).toEqual(['new']));
  });

  test('an idle tail keeps in contact with the log', async () => {
    const bus = open();
    const topic = await newTopic(bus);
    const { tail, seen } = await follow(bus, topic);
    await eventually(() => expect(seen.caughtUpAt).toBe(0));
    const since = Date.now();
    await eventually(() => expect(tail.lastContactMs()).toBeGreaterThan(since));
  });

  test('a closed tail hands over nothing more', async () => {
    const bus = open();
    const topic = await newTopic(bus);
    const { records, tail, seen } = await follow(bus, topic);
    await eventually(() => expect(seen.caughtUpAt).toBe(0));
    await tail.close();
    await tail.close();
    const witness = await follow(bus, topic);
    await bus.publish(topic, [out('a', '1')]);
    await eventually(() => expect(witness.records).toHaveLength(1));
    expect(records).toEqual([]);
  });

  test('a tombstone arrives as null', async () => {
    const bus = open();
    const topic = await newTopic(bus, { cleanup: 'compact' });
    await bus.publish(topic, [out('a', '1'), out('a', null)]);
    const { records } = await follow(bus, topic);
    await eventually(() =>
      expect(records.map(({ value }) => value === null)).toEqual([false, true]),
    );
  });

  test('a stretch is read once, by offsets, ending before `until`', async () => {
    const bus = open();
    const topic = await newTopic(bus);
    await bus.publish(
      topic,
      ['0', '1', '2', '3', '4'].map((v) => out('a', v)),
    );
    const read = async (options: { offset: number; until?: number }) => {
      const { offset, ...rest } = options;
      const values: string[] = [];
      const stretch = bus.read({ topic, partition: 0, from: { offset }, ...rest });
      for await (const record of stretch) values.push(text(record));
      return values;
    };
    expect(await read({ offset: 0 })).toEqual(['0', '1', '2', '3', '4']);
    expect(await read({ offset: 2, until: 4 })).toEqual(['2', '3']);
    expect(await read({ offset: 5 })).toEqual([]);
    expect(await read({ offset: 1, until: 99 })).toEqual(['1', '2', '3', '4']);
  });

  test('a stretch can begin at a time', async () => {
    const bus = open();
    const topic = await newTopic(bus);
    const { records } = await follow(bus, topic);
    await bus.publish(topic, [out('a', 'early')]);
    await eventually(() => expect(records).toHaveLength(1));
    const early = records[0]?.appendedMs ?? 0;
    await eventually(() => expect(Date.now()).toBeGreaterThan(early + 20));
    await bus.publish(topic, [out('a', 'late')]);
    const values: string[] = [];
    const from = { appendedMs: early + 1 };
    for await (const record of bus.read({ topic, partition: 0, from })) values.push(text(record));
    expect(values).toEqual(['late']);
  });

  test('ends and lag count records per partition', async () => {
    const bus = open();
    const topic = await newTopic(bus, { partitions: 2 });
    await bus.publish(
      topic,
      [0, 0, 1].map((partition) => ({ ...out('a', 'x'), partition })),
    );
    expect(await bus.ends(topic)).toEqual([
      { topic, partition: 0, start: 0, end: 2 },
      { topic, partition: 1, start: 0, end: 1 },
    ]);
    expect(await bus.lag('nobody', topic)).toEqual(
      new Map([
        [0, 2],
        [1, 1],
      ]),
    );
    const group = `group.${randomUUID()}`;
    const { records, consumption } = await member(bus, { topics: [topic], group });
    await eventually(() => expect(records).toHaveLength(3));
    await consumption.commit({ topic, partition: 0 }, 1);
    await eventually(async () =>
      expect(await bus.lag(group, topic)).toEqual(
        new Map([
          [0, 1],
          [1, 1],
        ]),
      ),
    );
  });

  test('a group goes on from what it committed, not from what it read', async () => {
    const bus = open();
    const topic = await newTopic(bus);
    const group = `group.${randomUUID()}`;
    await bus.publish(
      topic,
      ['0', '1', '2'].map((v) => out('a', v)),
    );
    const first = await member(bus, { topics: [topic], group });
    await eventually(() => expect(first.records).toHaveLength(3));
    await first.consumption.commit({ topic, partition: 0 }, 2);
    await first.consumption.close();
    await first.consumption.close();
    expect(first.revoked).toEqual([{ topic, partition: 0 }]);
    const second = await member(bus, { topics: [topic], group });
    await eventually(() => expect(second.records.map(text)).toEqual(['2']));
  });

  test.each([
    ['start', ['0', '1', '2']],
    ['end', []],
    [1, ['1', '2']],
    [99, []],
  ] as const)('a partition is read from where its owner says: %s', async (answer, expected) => {
    const bus = open();
    const topic = await newTopic(bus);
    await bus.publish(
      topic,
      ['0', '1', '2'].map((v) => out('a', v)),
    );
    const records: BusRecord[] = [];
    const assigned: TopicPartition[] = [];
    await member(bus, {
      topics: [topic],
      handler: {
        assigned: async (at) => {
          assigned.push(at);
          return answer;
        },
        revoked: () => {},
        records: (some) => records.push(...some),
      },
    });
    await eventually(() => expect(assigned).toEqual([{ topic, partition: 0 }]));
    await eventually(async () => {
      await bus.publish(topic, [out('a', 'after')]);
      expect(records.map(text)).toContain('after');
    });
    expect(records.map(text).filter((value) => value !== 'after')).toEqual(expected);
  });

  test('nothing is handed over before the owner said where to begin', async () => {
    const bus = open();
    const topic = await newTopic(bus, { partitions: 2 });
    await bus.publish(
      topic,
      [0, 1].map((partition) => ({ ...out('a', `p${partition}`), partition })),
    );
    const records: BusRecord[] = [];
    let answer: (offset: number) => void = () => {};
    await member(bus, {
      topics: [topic],
      handler: {
        assigned: ({ partition }) =>
          partition === 1 ? Promise.resolve(0) : new Promise((resolve) => (answer = resolve)),
        revoked: () => {},
        records: (some) => records.push(...some),
      },
    });
    await eventually(() => expect(records.map(text)).toEqual(['p1']));
    answer(0);
    await eventually(() => expect(records.map(text)).toEqual(['p1', 'p0']));
  });

  test('two members share the partitions; when one leaves, the other gets its share back', async () => {
    const [bus, other] = [open(), open()];
    const topic = await newTopic(bus, { partitions: 4 });
    const group = `group.${randomUUID()}`;
    const one = await member(bus, { topics: [topic], group });
    await eventually(() => expect(one.holds()).toHaveLength(4));
    const two = await member(other, { topics: [topic], group });
    await eventually(() => expect(two.holds()).toHaveLength(2));
    await eventually(() => expect(one.revoked).toHaveLength(2));
    const before = one.assigned.length;
    await two.consumption.close();
    await eventually(() => expect(one.assigned.length - before).toBeGreaterThanOrEqual(4));
    await bus.publish(
      topic,
      [0, 1, 2, 3].map((partition) => ({ ...out('k', 'v'), partition })),
    );
    await eventually(() => expect(new Set(one.records.map((r) => r.partition)).size).toBe(4));
  });

  test('partitions that stay are assigned again after a rebalance', async () => {
    const [bus, other] = [open(), open()];
    const topic = await newTopic(bus, { partitions: 2 });
    const group = `group.${randomUUID()}`;
    const one = await member(bus, { topics: [topic], group });
    await eventually(() => expect(one.assigned).toHaveLength(2));
    await member(other, { topics: [topic], group });
    await eventually(() => expect(one.revoked).toHaveLength(1));
    await eventually(() => expect(one.assigned.length).toBeGreaterThanOrEqual(3));
  });

  test('a missing topic and a record too large are refused by name', async () => {
    const bus = open();
    const topic = await newTopic(bus, { maxRecordBytes: 5_000 });
    const missing = bus.publish(`absent.${randomUUID()}`, [out('a', 'x')]);
    await expect(missing).rejects.toMatchObject({ code: 'TOPIC_MISSING', retriable: false });
    const large = bus.publish(topic, [out('a', randomBytes(20_000).toString('hex'))]);
    await expect(large).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE', retriable: false });
    await bus.publish(topic, [out('a', 'fits')]);
    expect((await bus.ends(topic))[0]?.end).toBe(1);
  });

  test('a partition that is not there is refused, and the calls beside it are not', async () => {
    const bus = open();
    const topic = await newTopic(bus);
    const wrong = bus.publish(topic, [{ ...out('a', 'x'), partition: 7 }]);
    const right = bus.publish(topic, [out('a', 'y')]);
    await expect(wrong).rejects.toMatchObject({ code: 'RECORD_INVALID', retriable: false });
    await right;
    expect((await bus.ends(topic))[0]?.end).toBe(1);
  });

  test('what is weaker than wanted is told exactly; apply strengthens what it can', async () => {
    const bus = open();
    const name = await newTopic(bus, { partitions: 2, retentionMs: 60_000, maxRecordBytes: 5_000 });
    const wanted: TopicSpec = {
      name,
      partitions: 3,
      replication: factory.replication,
      minInsyncReplicas: 1,
      cleanup: 'delete',
      retentionMs: 120_000,
      maxRecordBytes: 9_000,
    };
    expect(await bus.verifyTopics([wanted])).toEqual([
      { topic: name, setting: 'partitions', got: '2', wanted: 'at least 3' },
      { topic: name, setting: 'retentionMs', got: '60000', wanted: 'at least 120000' },
      { topic: name, setting: 'maxRecordBytes', got: '5000', wanted: 'at least 9000' },
    ]);
    const changes = await bus.applyTopics([wanted]);
    expect(changes.map(({ topic }) => topic)).toEqual([name, name, name]);
    await eventually(async () => expect(await bus.verifyTopics([wanted])).toEqual([]));
    expect(await bus.verifyTopics([{ ...wanted, partitions: 1, retentionMs: 1 }])).toEqual([]);
    expect(await bus.applyTopics([wanted])).toEqual([]);
  });

  test('a topic that is not there is a problem of its own, and nothing creates it by accident', async () => {
    const bus = open();
    const name = `absent.${randomUUID()}`;
    const wanted: TopicSpec = {
      name,
      partitions: 1,
      replication: factory.replication,
      minInsyncReplicas: 1,
      cleanup: 'compact',
      retentionMs: 0,
      maxRecordBytes: 1_000,
    };
    await bus.publish(name, [out('a', 'x')]).catch(() => {});
    const problems = await bus.verifyTopics([wanted]);
    expect(problems.map(({ topic, setting }) => [topic, setting])).toEqual([[name, 'missing']]);
    await expect(bus.ends(name)).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
  });

  test('a tail of a topic that is created later follows it from then on', async () => {
    const bus = open();
    const name = `later.${randomUUID()}`;
    const { records } = await follow(bus, name);
    await newTopic(bus, { name });
    await bus.publish(name, [out('a', 'x')]);
    await eventually(() => expect(records.map(text)).toEqual(['x']));
  });

  test('a closed bus refuses to publish and is closed only once', async () => {
    const bus = open();
    const topic = await newTopic(bus);
    const { records } = await follow(bus, topic);
    const last = bus.publish(topic, [out('a', 'last')]);
    await Promise.all([bus.close(), bus.close()]);
    await last.catch((error: unknown) => expect(error).toBeInstanceOf(PipelineError));
    await expect(bus.publish(topic, [out('a', 'x')])).rejects.toMatchObject({ code: 'BUS_CLOSED' });
    expect(records.length).toBeLessThanOrEqual(1);
  });

  test('a healthy bus says so', async () => {
    const bus = open();
    await newTopic(bus);
    expect(bus.health()).toEqual({ kind: 'up' });
  });
}
