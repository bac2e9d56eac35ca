import { expect, test } from 'vitest';
import { batchOf, cellOf, Partition, ten } from './build.ts';

const hour = 3_600_000;

test('a clock that runs an hour ahead is shifted and counted, and the counts are of now', () => {
  const log = new Partition();
  log.batch(ten, { clockMs: ten + hour }, [{ ok: 7 }]);
  const partial = log.partial(ten);
  expect(partial.atMs).toBe(ten);
  expect(partial.accounts).toMatchObject({ clamped: 1, late: 0 });
  expect(cellOf(partial).raw).toEqual([7, 0]);
});

test('a clock that always ran an hour behind is shifted too', () => {
  const log = new Partition();
  log.batch(ten, { clockMs: ten - hour }, [{ ok: 7 }]);
  expect(cellOf(log.partial(ten)).raw).toEqual([7, 0]);
});

test('a queue drained after an outage is old news, not a slow clock', () => {
  const log = new Partition();
  log.batch(ten, {}, [{ ok: 7 }]);
  // Stamped while the log was away for ten seconds, appended when it came back.
  const outcome = log.batch(ten + 10_000, { clockMs: ten + 100 }, [{ errors: { timeout: 99 } }]);
  expect(outcome).toBe('late');
  const partial = log.partial(ten + 10_000);
  expect(partial.accounts).toMatchObject({ late: 1, batches: 1, clamped: 0 });
  expect(cellOf(partial)).toMatchObject({ down: 0, raw: [0, 0] });
});

test('the state in a late batch still counts: it is the newest we know', () => {
  const log = new Partition();
  log.batch(ten, {}, [{ ok: 7 }]);
  log.batch(ten + 10_000, { clockMs: ten + 100 }, [{ state: 'closed' }]);
  expect(cellOf(log.partial(ten + 10_000)).byRule.connectivity).toBe(1);
});

test('a clock that was set back an hour costs its client some seconds of window, never a vote', () => {
  const log = new Partition();
  for (let s = 0; s < 60; s++) {
    const clockMs = ten + s * 1_000 - (s < 10 ? 0 : hour);
    log.batch(ten + s * 1_000, { clockMs }, [{ ok: 10 }]);
    expect(cellOf(log.partial(ten + s * 1_000))).toMatchObject({ live: 1, down: 0 });
  }
  expect(cellOf(log.partial(ten + 59_990 + 1_000)).engaged).toBe(1);
});

test('rows a little older than their record go to their own buckets', () => {
  const log = new Partition();
  log.batch(ten, {}, []);
  log.batch(ten + 1_500, { clockMs: ten }, [
    { at: 100, ok: 1 },
    { at: 1_500, ok: 1 },
  ]);
  expect(cellOf(log.partial(ten + 1_500))).toMatchObject({ long: [2, 0], short: [1, 0] });
});

test('one stamp from the future is moved to the log`s now and counted', () => {
  const log = new Partition();
  log.batch(ten, {}, [{ at: 900, ok: 1 }, { ok: 1 }]);
  const partial = log.partial(ten);
  expect(partial.accounts.clamped).toBe(1);
  expect(cellOf(partial)).toMatchObject({ raw: [2, 0], short: [2, 0] });
});

test('silence does not stop time: the watermark goes on with our clock', () => {
  const log = new Partition();
  log.batch(ten, {}, [{ ok: 1 }]);
  for (let ms = 100; ms <= 5_000; ms += 100) log.tick(ten + ms);
  expect(log.partial(ten + 6_000).atMs).toBe(ten + 6_000);
});

test('a jump of our clock is not silence, and time finds back to the log`s', () => {
  const log = new Partition();
  log.batch(ten, {}, [{ ok: 1 }]);
  expect(log.partial(ten + hour).atMs).toBe(ten + 1_000);
  log.batch(ten + 2_000, {}, [{ ok: 1 }]);
  expect(log.folder.clock.watermarkMs).toBe(ten + 2_000);
});

test('records read half a minute late are judged at the time the log gave them', () => {
  const log = new Partition();
  const nowMs = ten + 30_000;
  for (let ms = 0; ms <= 3_000; ms += 100) {
    const rows = [ms < 1_500 ? { errors: { reset: 5 } } : { ok: 5 }];
    log.append(ten + ms, batchOf(ten + ms, { seq: ms / 100 }, rows), nowMs);
  }
  const partial = log.partial(nowMs);
  expect(partial).toMatchObject({ atMs: ten + 3_000, warm: true });
  expect(cellOf(partial).raw).toEqual([80, 20]);
});

test('warm after one whole window of log time, not before', () => {
  const log = new Partition();
  log.batch(ten, {}, [{ ok: 1 }]);
  expect(log.partial(ten).warm).toBe(false);
  log.batch(ten + 1_999, {}, [{ ok: 1 }]);
  expect(log.partial(ten + 1_999).warm).toBe(false);
  log.batch(ten + 2_000, {}, [{ ok: 1 }]);
  log.batch(ten + 3_000, {}, [{ ok: 1 }]);
  expect(log.partial(ten + 3_000).warm).toBe(true);
});
