import { describe, expect, test } from 'vitest';
import { cellOf, Partition, type Row, ten } from './build.ts';

const none = { connectivity: 0, stall: 0, errorRatio: 0 };

describe('connectivity', () => {
  test('a client whose only connection was refused after working votes down at once', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ ok: 10 }]);
    expect(cellOf(log.partial(ten))).toMatchObject({ live: 1, engaged: 1, down: 0 });
    log.batch(ten + 50, {}, [{ state: 'closed', errors: { refused: 1 } }]);
    const cell = cellOf(log.partial(ten + 50));
    expect(cell).toMatchObject({ live: 1, engaged: 1, down: 1 });
    expect(cell.byRule).toEqual({ ...none, connectivity: 1 });
    expect(cell.downClients).toEqual(['checkout-1']);
  });

  test('a first connection that is still being made has no opinion', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ state: 'connecting' }]);
    expect(cellOf(log.partial(ten))).toMatchObject({ live: 1, engaged: 0, down: 0 });
  });

  test('a first connection that failed has one', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ state: 'failed', errors: { refused: 1 } }]);
    expect(cellOf(log.partial(ten)).byRule).toEqual({ ...none, connectivity: 1 });
  });

  test('one ready connection of two is enough to stay', () => {
    const log = new Partition();
    log.batch(ten, {}, [
      { connection: 0, ok: 5 },
      { connection: 1, state: 'reconnecting' },
    ]);
    expect(cellOf(log.partial(ten)).down).toBe(0);
  });

  test('a connection its owner closed speaks against nobody', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ ok: 5 }]);
    log.batch(ten + 100, {}, [{ state: 'gone' }]);
    expect(cellOf(log.partial(ten + 100))).toMatchObject({ live: 0, engaged: 0, down: 0 });
  });

  test('a password refused everywhere is no reason to leave, a refused connection after it is', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ ok: 5 }]);
    log.batch(ten + 100, {}, [{ state: 'closed', errors: { auth: 1 } }]);
    log.batch(ten + 200, {}, [{ state: 'reconnecting' }]);
    expect(cellOf(log.partial(ten + 1_000))).toMatchObject({ live: 1, down: 0 });
    log.batch(ten + 1_100, {}, [{ state: 'closed', errors: { refused: 1 } }]);
    expect(cellOf(log.partial(ten + 1_100)).byRule).toEqual({ ...none, connectivity: 1 });
    log.batch(ten + 1_200, {}, [{ state: 'ready' }]);
    log.batch(ten + 1_300, {}, [{ state: 'closed' }]);
    expect(cellOf(log.partial(ten + 1_300)).down).toBe(1);
  });

  test('a number used again for another region leaves no ghost behind in the first', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ connection: 3, region: 'east', state: 'failed' }]);
    log.batch(ten + 100, {}, [{ connection: 3, region: 'west', ok: 1 }]);
    const partial = log.partial(ten + 100);
    expect(cellOf(partial, 'east')).toMatchObject({ live: 0, down: 0 });
    expect(cellOf(partial, 'west')).toMatchObject({ live: 1, engaged: 1 });
  });

  test('a vote ends with the reconnection', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ ok: 5 }]);
    log.batch(ten + 100, {}, [{ state: 'closed' }]);
    expect(cellOf(log.partial(ten + 100)).down).toBe(1);
    log.batch(ten + 200, {}, [{ state: 'ready', ok: 1 }]);
    expect(cellOf(log.partial(ten + 200)).down).toBe(0);
  });

  test('a new process does not inherit the dead connections of the old one', () => {
    const log = new Partition();
    log.batch(ten, { boot: 'one' }, [{ ok: 5 }]);
    log.batch(ten + 100, { boot: 'one' }, [{ state: 'closed' }]);
    log.batch(ten + 200, { boot: 'two' }, [{ connection: 7, state: 'connecting' }]);
    expect(cellOf(log.partial(ten + 200))).toMatchObject({ live: 1, down: 0 });
  });
});

describe('stall', () => {
  test('a command unanswered for 500 ms with nothing answered since is a vote', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ ok: 10 }]);
    log.batch(ten + 520, {}, [{ stalledMs: 500 }]);
    const cell = cellOf(log.partial(ten + 520));
    expect(cell.byRule).toEqual({ ...none, stall: 1 });
    expect(cell.stalledMaxMs).toBe(500);
  });

  test('a server that stands still for 300 ms moves nobody', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ ok: 10 }]);
    log.batch(ten + 320, {}, [{ stalledMs: 300 }]);
    expect(cellOf(log.partial(ten + 320)).down).toBe(0);
  });

  test('the small age of a calm report does not grow into a stall while the log is silent', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ ok: 10, stalledMs: 3 }]);
    log.tick(ten + 500);
    expect(cellOf(log.partial(ten + 1_500))).toMatchObject({ live: 1, engaged: 1, down: 0 });
  });

  test('a stall holds until a later row of its connection ends it', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ ok: 10 }]);
    log.batch(ten + 600, {}, [{ stalledMs: 550 }]);
    expect(cellOf(log.partial(ten + 1_600)).byRule).toEqual({ ...none, stall: 1 });
    log.batch(ten + 1_700, {}, [{ ok: 3 }]);
    expect(cellOf(log.partial(ten + 1_700)).down).toBe(0);
  });

  test('an answer on the pool-mate keeps a single stuck connection from speaking for the region', () => {
    const log = new Partition();
    const mate = (ok: number): Row => ({ connection: 1, ok });
    log.batch(ten, {}, [{ ok: 10 }, mate(10)]);
    log.batch(ten + 300, {}, [{ stalledMs: 300 }, mate(10)]);
    log.batch(ten + 600, {}, [{ stalledMs: 600 }, mate(10)]);
    expect(cellOf(log.partial(ten + 600)).down).toBe(0);
  });

  test('an idle pool-mate does not keep a frozen region looking alive', () => {
    const log = new Partition();
    log.batch(ten, {}, [
      { connection: 0, ok: 10 },
      { connection: 1, ok: 10 },
    ]);
    // The mate answered before the freeze at +5 but reports it only now: its answers are older.
    log.batch(ten + 505, {}, [
      { connection: 0, stalledMs: 500 },
      { connection: 1, ok: 1 },
    ]);
    expect(cellOf(log.partial(ten + 505)).byRule).toEqual({ ...none, stall: 1 });
  });
});

describe('error ratio', () => {
  const failing = (ok: number, timeout: number): Row => ({ ok, errors: { timeout } });

  test('three failures of three are too few, four of four are a vote', () => {
    const three = new Partition();
    three.batch(ten, {}, [failing(0, 3)]);
    expect(cellOf(three.partial(ten))).toMatchObject({ down: 0, engaged: 1 });
    const four = new Partition();
    four.batch(ten, {}, [failing(0, 4)]);
    expect(cellOf(four.partial(ten)).byRule).toEqual({ ...none, errorRatio: 1 });
  });

  test('a total fault is seen in the short window though the long one is full of answers', () => {
    const log = new Partition();
    log.batch(ten, {}, [failing(1_000, 0)]);
    log.batch(ten + 900, {}, [failing(0, 40)]);
    expect(cellOf(log.partial(ten + 900)).byRule).toEqual({ ...none, errorRatio: 1 });
  });

  test('a tenth of the commands failing is suspicion, not a vote', () => {
    const log = new Partition();
    log.batch(ten, {}, [failing(90, 10)]);
    expect(cellOf(log.partial(ten))).toMatchObject({ down: 0, engaged: 1, failing: 1 });
  });

  test('failures on both sides of a bucket border add up', () => {
    const log = new Partition();
    log.batch(ten + 99, {}, [failing(0, 3)]);
    log.batch(ten + 101, {}, [failing(0, 3)]);
    expect(cellOf(log.partial(ten + 101)).byRule).toEqual({ ...none, errorRatio: 1 });
  });

  test('after an idle hour one error meets no old counts', () => {
    const log = new Partition();
    log.batch(ten, {}, [failing(0, 3)]);
    const later = ten + 3_600_000;
    log.batch(later, {}, [failing(5, 1)]);
    const cell = cellOf(log.partial(later));
    expect(cell).toMatchObject({ down: 0, long: [5, 1], raw: [5, 1] });
  });

  test('counts leave the window by the clock though nothing arrives', () => {
    const log = new Partition();
    log.batch(ten, {}, [failing(0, 10)]);
    expect(cellOf(log.partial(ten)).down).toBe(1);
    for (let ms = 100; ms <= 2_000; ms += 100) log.tick(ten + ms);
    const cell = cellOf(log.partial(ten + 3_000));
    expect(cell).toMatchObject({ down: 0, engaged: 0, long: [0, 0], short: [0, 0], raw: [0, 0] });
    expect(cell.errors).toEqual({});
  });

  test('wrong passwords and wrong types are answers of a region that works', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ ok: 0, errors: { auth: 50, wrongtype: 50 } }]);
    const cell = cellOf(log.partial(ten));
    expect(cell).toMatchObject({ down: 0, engaged: 1, failing: 0 });
    expect(cell.errors).toEqual({ auth: 50, wrongtype: 50 });
  });

  test('cancelled commands and an exhausted pool say nothing at all', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ ok: 0, errors: { cancelled: 50, poolExhausted: 50 } }]);
    expect(cellOf(log.partial(ten))).toMatchObject({ engaged: 0, sampled: 0, down: 0 });
  });
});
