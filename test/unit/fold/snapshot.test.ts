import { expect, test } from 'vitest';
import {
  foldBatch,
  foldTick,
  type Restored,
  restoreFolder,
  snapshotFolder,
} from '../../../aggregator/fold/folder.ts';
import { type Policy, policyDefaults } from '../../../aggregator/policy.ts';
import { batchOf, cellOf, Partition, ten } from './build.ts';

const options = (policy: Partial<Policy> = {}, partition = 0) => ({
  partition,
  owner: 'aggregator-2',
  policy: { ...policyDefaults, ...policy },
});

function busyPartition(): Partition {
  const log = new Partition();
  for (let ms = 0; ms <= 3_000; ms += 100) {
    log.batch(ten + ms, { client: 'a', domain: 'zone-1', applied: { payments: [1, 4] } }, [
      { connection: 0, region: 'east', ok: 3, errors: ms > 1_500 ? { timeout: 2 } : {} },
      { connection: 1, region: 'west', ok: 1, stalledMs: ms > 2_000 ? ms - 2_000 : 0 },
    ]);
    log.batch(ten + ms, { client: 'b', home: 'west', latency: [[0, 1, 90, 4]] }, [{ ok: 10 }]);
  }
  log.batch(ten + 3_000, { client: 'c' }, [{ state: 'failed' }]);
  log.batch(ten + 3_000, { client: 'd', bye: true, dropped: { ringFull: 9 } }, []);
  return log;
}

function restored(result: Restored) {
  if (result.kind === 'invalid') throw new Error(result.text);
  return result;
}

test('a folder goes on where its snapshot ended, as if nothing had happened', () => {
  const log = busyPartition();
  const { folder, offset } = restored(restoreFolder(snapshotFolder(log.folder), options()));
  expect(offset).toBe(log.offset);
  for (let ms = 3_100; ms <= 8_000; ms += 100) {
    const batch = batchOf(ten + ms, { client: 'a', seq: 31 + (ms - 3_100) / 100 }, [{ ok: 2 }]);
    const record = { offset: log.offset, appendedMs: ten + ms };
    expect(foldBatch(folder, batch, record, ten + ms)).toBe('folded');
    log.append(ten + ms, batch);
    const expected = foldTick(log.folder, ten + ms, 0);
    const got = foldTick(folder, ten + ms, 0);
    expect(got).toEqual(expected.map((partial) => ({ ...partial, owner: 'aggregator-2' })));
  }
});

test('the repeat of a batch is still a repeat after a restore', () => {
  const log = new Partition();
  const batch = batchOf(ten, { seq: 5 }, [{ ok: 1 }]);
  log.append(ten, batch);
  const { folder } = restored(restoreFolder(snapshotFolder(log.folder), options()));
  expect(foldBatch(folder, batch, { offset: 1, appendedMs: ten + 50 }, ten + 50)).toBe('repeat');
});

test('a fresh snapshot keeps its folder warm, an old one warms up again', () => {
  const bytes = snapshotFolder(busyPartition().folder);
  const soon = restored(restoreFolder(bytes, options())).folder;
  expect(foldTick(soon, ten + 3_000 + 2_900, 0)[0]?.warm).toBe(true);
  const late = restored(restoreFolder(bytes, options())).folder;
  expect(foldTick(late, ten + 3_000 + 3_100, 0)[0]?.warm).toBe(false);
  const record = { offset: late.accounts.offset, appendedMs: ten + 7_000 };
  foldBatch(late, batchOf(ten + 7_000, { client: 'b', seq: 31 }, []), record, ten + 7_000);
  expect(foldTick(late, ten + 7_200, 0)[0]?.warm).toBe(true);
});

test('a snapshot of an empty folder is a snapshot', () => {
  const { folder, offset } = restored(
    restoreFolder(snapshotFolder(new Partition().folder), options()),
  );
  expect(offset).toBe(0);
  expect(foldTick(folder, ten, 0)).toEqual([]);
});

test('under another window the states stay and the counts start anew', () => {
  const bytes = snapshotFolder(busyPartition().folder);
  const policy = { longWindowMs: 4_000, clientSilentMs: 5_000 };
  const { folder } = restored(restoreFolder(bytes, options(policy)));
  const [partial] = foldTick(folder, ten + 3_050, 0);
  if (partial === undefined) throw new Error('nothing said');
  expect(partial.warm).toBe(false);
  expect(cellOf(partial)).toMatchObject({ live: 2, down: 1, raw: [0, 0] });
});

test('a snapshot of another partition, another version or no snapshot at all is a value', () => {
  const bytes = snapshotFolder(busyPartition().folder);
  expect(restoreFolder(bytes, options({}, 3))).toEqual({
    kind: 'invalid',
    text: 'snapshot of partition 0, wanted 3',
  });
  expect(restoreFolder(Uint8Array.of(9, ...bytes.slice(1)), options())).toEqual({
    kind: 'invalid',
    text: 'snapshot version 9, wanted 1',
  });
  expect(restoreFolder(new Uint8Array(0), options()).kind).toBe('invalid');
});

test('every single damaged byte and every truncation is noticed', () => {
  const bytes = snapshotFolder(busyPartition().folder);
  for (let at = 0; at < bytes.length; at++) {
    const damaged = bytes.slice();
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
    expect(restoreFolder(damaged, options()).kind).toBe('invalid');
    expect(restoreFolder(bytes.slice(0, at), options()).kind).toBe('invalid');
  }
});
