import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedBus } from '../../../bus/embedded/index.ts';
import { openStore, type Store } from '../../../bus/embedded/io/store.ts';
import type { Bus } from '../../../bus/index.ts';
import { followed, newTopic, record, textOf } from '../../support/bus.ts';
import { eventually } from '../../support/eventually.ts';

describe('the embedded log keeps its house', () => {
  let folder: string;
  let file: string;
  let bus: Bus;
  let store: Store;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'regionpilot-bus-'));
    file = join(folder, 'bus.db');
    bus = openEmbeddedBus({ file });
    store = openStore(file);
  });
  afterEach(async () => {
    await bus.close();
    await store.release();
    rmSync(folder, { recursive: true, force: true });
  });

  test('compaction keeps the last record of each key, its offset, and the end', async () => {
    const topic = await newTopic(bus, { cleanup: 'compact', retentionMs: 0 });
    const records = Array.from({ length: 2_000 }, (_, i) => record(`key ${i % 10}`, String(i)));
    await bus.publish(topic, records);
    await store.writer.write([], () => store.housekeeping.tidy(Date.now()));
    const tail = await followed(bus, topic);
    await eventually(() => expect(tail.isCaughtUp()).toBe(true));
    expect(tail.records.map(({ offset }) => offset)).toEqual(
      Array.from({ length: 10 }, (_, i) => 1_990 + i),
    );
    expect(await bus.ends(topic)).toEqual([{ topic, partition: 0, start: 0, end: 2_000 }]);
  });

  test('a tombstone outlives a day, then its key is forgotten, and a tail still catches up', async () => {
    const topic = await newTopic(bus, { cleanup: 'compact', retentionMs: 0 });
    const day = 24 * 3_600_000;
    const many = Array.from({ length: 1_000 }, () => record('a', 'x'));
    await bus.publish(topic, [...many, record('a', null)]);
    await store.writer.write([], () => store.housekeeping.tidy(Date.now()));
    const before = await followed(bus, topic);
    await eventually(() => expect(before.texts()).toEqual(['(tombstone)']));
    await bus.publish(topic, [...many, record('a', null)]);
    await store.writer.write([], () => store.housekeeping.tidy(Date.now() + day + 60_000));
    const after = await followed(bus, topic);
    await eventually(() => expect(after.isCaughtUp()).toBe(true));
    expect(after.records).toEqual([]);
  });

  test('retention moves the start, readers from before it begin there', async () => {
    const topic = await newTopic(bus, { retentionMs: 60_000 });
    await bus.publish(topic, [record('a', 'old 0'), record('a', 'old 1')]);
    await store.writer.write([], () => store.housekeeping.tidy(Date.now() + 61_000));
    await bus.publish(topic, [record('a', 'new')]);
    expect(await bus.ends(topic)).toEqual([{ topic, partition: 0, start: 2, end: 3 }]);
    const read: string[] = [];
    for await (const each of bus.read({ topic, partition: 0, from: { offset: 0 } })) {
      read.push(textOf(each));
    }
    expect(read).toEqual(['new']);
  });

  test('hundreds of followers in one process hear of a record at the cost of one read', async () => {
    const topic = await newTopic(bus);
    const buses = Array.from({ length: 300 }, () => openEmbeddedBus({ file }));
    const tails = await Promise.all(buses.map((each) => followed(each, topic)));
    await bus.publish(topic, [record('a', 'x')]);
    await eventually(() => expect(tails.every(({ records }) => records.length === 1)).toBe(true));
    const [first] = tails[0]?.records ?? [];
    expect(tails.every(({ records }) => records[0] === first)).toBe(true);
    await Promise.all(buses.map((each) => each.close()));
  });

  test('a file that another process is writing is waited for', async () => {
    const topic = await newTopic(bus);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    let done = false;
    const sent = bus.publish(topic, [record('a', 'x')]).then(() => {
      done = true;
    });
    await eventually(() => expect(bus.health()).toMatchObject({ kind: 'down' }));
    expect(done).toBe(false);
    other.exec('COMMIT');
    other.close();
    await sent;
    expect(bus.health()).toEqual({ kind: 'up' });
  });

  test('a file that is something else is refused by name', () => {
    const wrong = join(folder, 'letter.txt');
    writeFileSync(
      wrong,
      'Dear reader, this is no database at all, and long enough to show it.'.repeat(50),
    );
    expect(() => openEmbeddedBus({ file: wrong })).toThrow(
      /^Cannot open the embedded bus in .*letter\.txt: /,
    );
    expect(() => openEmbeddedBus({ file: join(folder, 'no/such/folder.db') })).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE', retriable: false }),
    );
  });

  test('a log of a newer version is refused, not damaged', () => {
    const newer = join(folder, 'newer.db');
    const db = new DatabaseSync(newer);
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(() => openEmbeddedBus({ file: newer })).toThrow(/file version 99, wanted at most 1/);
  });
});
