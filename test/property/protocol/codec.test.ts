import type { Batch } from '@regionpilot/protocol';
import {
  at,
  column,
  compareVersions,
  decodeBatch,
  encodeBatch,
  isNewer,
  routeOf,
} from '@regionpilot/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchOf, type Row, ten } from '../../unit/fold/build.ts';

const row: fc.Arbitrary<Row> = fc.record({
  connection: fc.nat({ max: 65_535 }),
  group: fc.constantFrom('payments', 'sessions', 'constructor'),
  region: fc.constantFrom('east', 'west', 'toString'),
  state: fc.constantFrom('ready', 'connecting', 'closed', 'reconnecting', 'failed', 'gone'),
  at: fc.nat({ max: 3_600_000 }),
  ok: fc.maxSafeNat(),
  stalledMs: fc.maxSafeNat(),
  errors: fc.constantFrom({}, { timeout: 1 }, { refused: 2, auth: 3 }, { other: 1 }),
});

test('every batch an agent can make is read back as it was', () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 50 }),
      fc.maxSafeNat(),
      fc.boolean(),
      (rows, seq, bye) => {
        const batch: Batch = batchOf(ten, { seq, bye, dropped: { ringFull: 1 } }, rows);
        expect(decodeBatch(encodeBatch(batch))).toEqual({ kind: 'ok', value: batch });
      },
    ),
    { numRuns: 1_000 },
  );
});

test('a column gives back each of its values, folded or not', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 2 }), { minLength: 1 }), (values) => {
      const folded = column(values);
      expect(values.map((_, i) => at(folded, i))).toEqual(values);
      expect(typeof folded === 'number').toBe(new Set(values).size === 1);
    }),
  );
});

test('versions are in one order: a newer term beats any epoch', () => {
  const version = fc.record({ term: fc.nat({ max: 3 }), epoch: fc.nat({ max: 3 }) });
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) {
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }
      if (a.term > b.term) expect(isNewer(a, b)).toBe(true);
    }),
  );
});

test('a ramp that grows never sends a client back', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 9_999 }),
      fc.nat({ max: 9_999 }),
      fc.nat({ max: 9_999 }),
      (x, y, bucket) => {
        const regions = ['east', 'west'];
        const at = (east: number) =>
          routeOf({ regions, homes: {}, admit: { east, west: 10_000 } }, 'east', bucket);
        if (at(Math.min(x, y)) === 'east') expect(at(Math.max(x, y))).toBe('east');
      },
    ),
  );
});
