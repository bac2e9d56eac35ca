import { expect, test } from 'vitest';
import { foldRejected } from '../../../aggregator/fold/folder.ts';
import { batchOf, cellOf, Partition, ten } from './build.ts';

test('a batch delivered twice counts once', () => {
  const log = new Partition();
  const batch = batchOf(ten, {}, [{ ok: 10, errors: { timeout: 1 } }]);
  expect(log.append(ten, batch)).toBe('folded');
  expect(log.append(ten + 5, batch)).toBe('repeat');
  const partial = log.partial(ten + 5);
  expect(partial.accounts).toMatchObject({ offset: 2, batches: 1, duplicates: 1, rows: 1 });
  expect(cellOf(partial).raw).toEqual([10, 1]);
});

test('a record read again after a rebalance changes nothing, not even the repeats', () => {
  const log = new Partition();
  log.batch(ten, {}, [{ ok: 1 }]);
  log.offset = 0;
  expect(log.batch(ten, { seq: 1 }, [{ ok: 1 }])).toBe('passed');
  expect(log.folder.accounts).toMatchObject({ batches: 1, duplicates: 0, offset: 1 });
});

test('a jump of the sequence is the exact number of batches nobody will see', () => {
  const log = new Partition();
  log.batch(ten, { seq: 0 }, []);
  log.batch(ten + 100, { seq: 4 }, []);
  expect(log.folder.accounts.gaps).toBe(3);
  log.batch(ten + 200, { seq: 2 }, []);
  expect(log.folder.accounts).toMatchObject({ gaps: 3, duplicates: 1 });
});

test('a client met in the middle of its life owes us nothing', () => {
  const log = new Partition();
  log.batch(ten, { seq: 900, dropped: { ringFull: 70 } }, []);
  log.batch(ten + 100, { seq: 901, dropped: { ringFull: 75 } }, []);
  expect(log.folder.accounts).toMatchObject({ gaps: 0, declaredDrops: 5 });
});

test('a restart begins a new count, and what the old boot still had under way is a repeat', () => {
  const log = new Partition();
  log.batch(ten, { boot: 'one', seq: 0, dropped: { ringFull: 3 } }, []);
  log.batch(ten + 100, { boot: 'two', seq: 0, dropped: { tooLarge: 2 } }, []);
  expect(log.batch(ten + 200, { boot: 'one', seq: 1 }, [{ ok: 1 }])).toBe('repeat');
  expect(log.batch(ten + 300, { boot: 'two', seq: 1 }, [{ ok: 1 }])).toBe('folded');
  expect(log.folder.accounts).toMatchObject({ declaredDrops: 5, duplicates: 1, gaps: 0 });
});

test('a record nobody could read is counted, and its offset is behind us', () => {
  const log = new Partition();
  foldRejected(log.folder, { offset: 0 }, ten);
  foldRejected(log.folder, { offset: 0 }, ten);
  expect(log.folder.accounts).toMatchObject({ rejected: 1, offset: 1 });
});

test('a client that said goodbye is not missed, and its last batch repeated does not revive it', () => {
  const log = new Partition();
  log.batch(ten, { client: 'a' }, [{ ok: 1 }]);
  log.batch(ten, { client: 'b' }, [{ ok: 1 }]);
  log.batch(ten + 100, { client: 'b', bye: true, seq: 1 }, [{ state: 'closed' }]);
  expect(log.batch(ten + 150, { client: 'b', bye: true, seq: 1 }, [])).toBe('repeat');
  const partial = log.partial(ten + 1_100);
  expect(partial.homes).toEqual({ east: [1, 1] });
  expect(cellOf(partial)).toMatchObject({ live: 1, down: 0 });
});

test('a client silent for 3 s has no vote, silent for 60 s it is forgotten', () => {
  const log = new Partition();
  log.batch(ten, { client: 'a' }, [{ state: 'failed' }]);
  log.batch(ten, { client: 'b' }, [{ ok: 1 }]);
  for (let ms = 0; ms < 70_000; ms += 1_000) {
    if (ms > 0) log.batch(ten + ms, { client: 'b' }, [{ ok: 1 }]);
    const partial = log.partial(ten + ms);
    expect(cellOf(partial).down).toBe(ms <= 3_000 ? 1 : 0);
    expect(partial.homes).toEqual({ east: [ms <= 3_000 ? 2 : 1, ms <= 60_000 ? 2 : 1] });
  }
  expect(log.folder.clientSlots.size).toBe(1);
});
