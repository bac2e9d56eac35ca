import { decodePartial, encodeRecord } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { cellOf, Partition, ten } from './build.ts';

test('one client, one vote: ninety of a hundred failures from one client stay one vote', () => {
  const log = new Partition();
  log.batch(ten, { client: 'noisy' }, [{ errors: { timeout: 9_000 } }]);
  for (let i = 0; i < 9; i++) log.batch(ten, { client: `calm-${i}` }, [{ ok: 100 }]);
  const cell = cellOf(log.partial(ten));
  expect(cell).toMatchObject({ live: 10, engaged: 10, down: 1, sampled: 10, failing: 1 });
  expect(cell.long).toEqual([180, 20]);
  expect(cell.raw).toEqual([900, 9_000]);
});

test('a client that fails in every region it sees is set aside', () => {
  const log = new Partition();
  log.batch(ten, { client: 'broken' }, [
    { connection: 0, region: 'east', state: 'failed' },
    { connection: 1, region: 'west', state: 'failed' },
  ]);
  log.batch(ten, { client: 'single' }, [{ region: 'east', state: 'failed' }]);
  log.batch(ten, { client: 'fine' }, [
    { connection: 0, region: 'east', state: 'failed' },
    { connection: 1, region: 'west', ok: 9 },
  ]);
  const partial = log.partial(ten);
  expect(cellOf(partial, 'east')).toMatchObject({ live: 3, down: 2, everywhere: 1 });
  expect(cellOf(partial, 'east').downClients).toEqual(['fine', 'single']);
  expect(cellOf(partial, 'west')).toMatchObject({ live: 2, down: 0, everywhere: 1 });
});

test('homes are told apart, and groups do not mix', () => {
  const log = new Partition();
  log.batch(ten, { client: 'a', home: 'east' }, [{ region: 'west', state: 'failed' }]);
  log.batch(ten, { client: 'b', home: 'west' }, [{ region: 'west', ok: 1 }]);
  log.batch(ten, { client: 'c', home: 'west' }, [{ group: 'sessions', region: 'west', ok: 1 }]);
  const [payments, sessions] = log.tick(ten);
  expect(payments?.group).toBe('payments');
  expect(payments?.homes).toEqual({ east: [1, 1], west: [1, 1] });
  expect(payments?.cells.map(({ home, down }) => [home, down])).toEqual([
    ['east', 1],
    ['west', 0],
  ]);
  expect(sessions?.homes).toEqual({ west: [1, 1] });
});

test('domains and voters are named, sorted, each once, and not too many', () => {
  const log = new Partition();
  for (let i = 40; i > 0; i--) {
    const two = String(i).padStart(2, '0');
    log.batch(ten, { client: `c-${two}`, domain: `zone-${two}` }, [{ state: 'failed' }]);
  }
  const cell = cellOf(log.partial(ten));
  expect(cell.down).toBe(40);
  expect(cell.domains).toHaveLength(16);
  expect(cell.downDomains[0]).toBe('zone-01');
  expect(cell.downDomains[15]).toBe('zone-16');
  expect(cell.downClients).toEqual([
    'c-01',
    'c-02',
    'c-03',
    'c-04',
    'c-05',
    'c-06',
    'c-07',
    'c-08',
  ]);
});

test('applied versions are counted and stragglers named', () => {
  const log = new Partition();
  const applied = (term: number, epoch: number) => ({
    applied: { payments: [term, epoch] as const },
  });
  log.batch(ten, { client: 'a', ...applied(2, 7) }, [{ ok: 1 }]);
  log.batch(ten, { client: 'b', ...applied(2, 7) }, [{ ok: 1 }]);
  log.batch(ten, { client: 'c', ...applied(1, 9) }, [{ ok: 1 }]);
  log.batch(ten, { client: 'd' }, [{ ok: 1 }]);
  const partial = log.partial(ten);
  expect(partial.applied).toEqual({ '1.9': 1, '2.7': 2 });
  expect(partial.stragglers).toEqual(['c', 'd']);
});

test('the newest version does not outlive the client that claimed it', () => {
  const log = new Partition();
  log.batch(ten, { client: 'liar', applied: { payments: [999, 1] } }, [{ ok: 1 }]);
  log.batch(ten, { client: 'b', applied: { payments: [1, 1] } }, [{ ok: 1 }]);
  expect(log.partial(ten).stragglers).toEqual(['b']);
  log.batch(ten + 500, { client: 'liar', bye: true }, []);
  log.tick(ten + 500);
  expect(log.partial(ten + 1_500).stragglers).toEqual([]);
});

test('latency adds up per home and region and stays through a restart of the only client', () => {
  const log = new Partition();
  log.batch(ten, { boot: 'one', latency: [[0, 1, 100, 5, 140, 2]] }, [{ ok: 7 }]);
  log.batch(ten + 100, { boot: 'one', bye: true }, []);
  for (let ms = 200; ms <= 4_000; ms += 100) log.tick(ten + ms);
  log.batch(ten + 4_100, { boot: 'two', latency: [[0, 1, 100, 1]] }, [{ ok: 1 }]);
  expect(cellOf(log.partial(ten + 5_100)).latency).toEqual([100, 6, 140, 2]);
});

test('a partial is a valid record', () => {
  const log = new Partition();
  log.batch(ten, { applied: { payments: [1, 2] }, latency: [[0, 1, 100, 5]] }, [
    { ok: 7, errors: { timeout: 3, auth: 1 } },
  ]);
  const partial = log.partial(ten);
  expect(decodePartial(encodeRecord(partial))).toEqual({ kind: 'ok', value: partial });
});

describe('when a partial is sent', () => {
  test('a vote goes out with the next call, 20 ms after the last word', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ ok: 1 }]);
    expect(log.tick(ten)).toHaveLength(1);
    log.batch(ten + 10, {}, [{ state: 'closed' }]);
    expect(log.tick(ten + 10)).toHaveLength(0);
    expect(log.tick(ten + 21)).toHaveLength(1);
  });

  test('while anybody votes its numbers go out every tick', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ state: 'failed' }]);
    const said = [0, 100, 200, 300, 400].map((ms) => log.tick(ten + ms).length);
    expect(said).toEqual([1, 1, 1, 1, 1]);
  });

  test('an easy group says once a second that it is watched', () => {
    const log = new Partition();
    let said = 0;
    for (let ms = 0; ms < 10_000; ms += 100) {
      if (ms % 500 === 0) log.batch(ten + ms, {}, [{ ok: 10 }]);
      said += log.tick(ten + ms).length;
    }
    expect(said).toBe(10);
  });

  test('a timer that fires a little early does not lose its tick', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ state: 'failed' }]);
    expect([0, 99, 198, 297].map((ms) => log.tick(ten + ms).length)).toEqual([1, 1, 1, 1]);
  });

  test('a group everybody left says so for a minute and is then forgotten', () => {
    const log = new Partition();
    log.batch(ten, {}, [{ ok: 1 }]);
    log.tick(ten);
    log.batch(ten + 100, { bye: true }, []);
    expect(log.partial(ten + 1_100).homes).toEqual({});
    for (let ms = 2_000; ms <= 63_000; ms += 500) log.tick(ten + ms);
    expect(log.tick(ten + 64_000)).toEqual([]);
    expect(log.folder.groupSlots.size).toBe(0);
    expect(log.folder.cells.size).toBe(0);
  });
});
