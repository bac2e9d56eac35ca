import { decodePartial, encodeRecord } from '@regionpilot/protocol';
import { expect, test } from 'vitest';
import { restoreFolder, snapshotFolder } from '../../../aggregator/fold/folder.ts';
import { liveSlots } from '../../../aggregator/fold/table.ts';
import { policyDefaults } from '../../../aggregator/policy.ts';
import { batchOf, cellOf, Partition, type Row, ten } from './build.ts';

const valid = (log: Partition, nowMs: number) =>
  log.tick(nowMs).map((partial) => decodePartial(encodeRecord(partial)).kind);

test('a client gets 1,024 connections; rows of more are counted and kept out', () => {
  const log = new Partition();
  const rows = Array.from({ length: 3_000 }, (_, connection): Row => ({ connection, ok: 1 }));
  log.batch(ten, {}, rows);
  expect(log.folder.rowsRejected).toBe(3_000 - 1_024);
  expect(cellOf(log.partial(ten)).raw).toEqual([1_024, 0]);
});

test('a group gets 16 regions', () => {
  const log = new Partition();
  const rows = Array.from(
    { length: 40 },
    (_, i): Row => ({ connection: i, region: `r-${i}`, ok: 1 }),
  );
  log.batch(ten, {}, rows);
  expect(log.partial(ten).regions).toHaveLength(16);
  expect(log.folder.rowsRejected).toBe(24);
});

test('a client gets 64 groups, a folder 1,000', () => {
  const log = new Partition();
  for (let client = 0; client < 20; client++) {
    const rows = Array.from(
      { length: 100 },
      (_, i): Row => ({ connection: i, group: `g-${client}-${i}`, ok: 1 }),
    );
    log.batch(ten, { client: `c-${client}` }, rows);
  }
  expect(log.folder.groupSlots.size).toBe(1_000);
  expect(log.tick(ten)).toHaveLength(1_000);
});

test('a 257th home is refused, and the batch is in the accounts', () => {
  const log = new Partition();
  for (let i = 0; i < 256; i++) log.batch(ten, { client: `c-${i}`, home: `h-${i}` }, []);
  expect(log.batch(ten, { client: 'one-more', home: 'h-256' }, [])).toBe('rejected');
  expect(log.folder.accounts).toMatchObject({ batches: 256, rejected: 1, offset: 257 });
});

test('connections that come and go by the thousand leave nothing behind', () => {
  const log = new Partition();
  for (let i = 0; i < 5_000; i++) {
    log.batch(ten + i, {}, [
      { connection: i % 60_000, ok: 1 },
      { connection: i % 60_000, state: 'gone' },
    ]);
  }
  log.tick(ten + 5_000);
  const { connections, witnesses, connectionIndex } = log.folder;
  expect(connections.used).toBe(1);
  expect(witnesses.used).toBe(1);
  expect(connectionIndex.size).toBe(0);
});

test('a witness without connections goes when its last counts have left the window', () => {
  const log = new Partition();
  log.batch(ten, {}, [
    { connection: 0, region: 'west', ok: 1 },
    { connection: 1, ok: 1 },
  ]);
  log.batch(ten + 100, {}, [{ connection: 0, region: 'west', state: 'gone' }]);
  log.tick(ten + 100);
  expect(liveSlots(log.folder.witnesses)).toBe(2);
  for (let ms = 200; ms <= 2_500; ms += 100) log.tick(ten + ms);
  expect(liveSlots(log.folder.witnesses)).toBe(1);
});

test('names that objects already have are names like any other', () => {
  const log = new Partition();
  const rows = [
    { connection: 0, group: 'constructor', region: 'toString', ok: 1 },
    { connection: 1, group: 'constructor', region: 'hasOwnProperty', state: 'failed' },
  ] as const;
  log.batch(ten, { client: 'valueOf', home: 'constructor', domain: 'toString' }, rows);
  const partial = log.partial(ten, 'constructor');
  expect(partial.homes).toEqual({ constructor: [1, 1] });
  expect(cellOf(partial, 'hasOwnProperty', 'constructor').downClients).toEqual(['valueOf']);
  expect(valid(log, ten + 100)).toEqual(['ok']);
});

test('the largest numbers a batch can carry leave partials and snapshots whole', () => {
  const log = new Partition();
  const most = Number.MAX_SAFE_INTEGER;
  for (let seq = 0; seq < 20; seq++) {
    const batch = {
      ...batchOf(ten, { seq: seq === 19 ? most : seq, applied: { payments: [most, most] } }, [
        { ok: most, stalledMs: most, errors: { timeout: most, auth: most, cancelled: most } },
      ]),
      sentMs: 8_640_000_000_000_000,
      baseMs: 8_640_000_000_000_000 - seq,
      produced: most,
      dropped: { ringFull: most - seq, sendFailed: most },
      latency: [[0, 1, 415, 2 ** 32 - 1]],
    };
    log.append(ten + seq, batch);
  }
  expect(valid(log, ten + 100)).toEqual(['ok']);
  const options = { partition: 0, owner: 'next', policy: policyDefaults };
  expect(restoreFolder(snapshotFolder(log.folder), options).kind).toBe('restored');
});
