import { expect, test } from 'vitest';
import { cellOf, Partition, ten } from './build.ts';

test('a client whose only connection was refused after working votes down at once', () => {
  const log = new Partition();
  log.batch(ten, {}, [{ ok: 10 }]);
  expect(cellOf(log.partial(ten))).toMatchObject({ live: 1, engaged: 1, down: 0 });
  log.batch(ten + 50, {}, [{ state: 'closed', errors: { refused: 1 } }]);
  const cell = cellOf(log.partial(ten + 50));
  expect(cell).toMatchObject({ live: 1, engaged: 1, down: 1 });
  expect(cell.byRule).toEqual({ connectivity: 1, stall: 0, errorRatio: 0 });
  expect(cell.downClients).toEqual(['checkout-1']);
});
