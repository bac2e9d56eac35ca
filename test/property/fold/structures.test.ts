import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createReader,
  createWriter,
  putInt,
  putText,
  takeInt,
  takeText,
  written,
} from '../../../aggregator/fold/bytes.ts';
import {
  addConnection,
  createConnectionIndex,
  findConnection,
  removeConnection,
} from '../../../aggregator/fold/connection-index.ts';
import { keepSmallest } from '../../../aggregator/fold/names.ts';
import { wilsonLow } from '../../../aggregator/wilson.ts';

test('the connection index finds what a map finds, through every add and remove', () => {
  const operation = fc.record({
    client: fc.integer({ min: 0, max: 5 }),
    number: fc.integer({ min: 0, max: 40 }),
    add: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
      const keys = { client: new Int32Array(400), number: new Uint16Array(400) };
      const index = createConnectionIndex();
      const model = new Map<string, number>();
      operations.forEach(({ client, number, add }, slot) => {
        const key = `${client} ${number}`;
        const known = model.get(key);
        if (add && known === undefined) {
          keys.client[slot] = client;
          keys.number[slot] = number;
          addConnection(index, keys, slot);
          model.set(key, slot);
        } else if (!add && known !== undefined) {
          removeConnection(index, keys, known);
          model.delete(key);
        }
      });
      expect(index.size).toBe(model.size);
      for (let client = 0; client <= 5; client++) {
        for (let number = 0; number <= 40; number++) {
          const wanted = model.get(`${client} ${number}`) ?? -1;
          expect(findConnection(index, keys, client, number)).toBe(wanted);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('numbers and texts survive being packed', () => {
  const item = fc.oneof(fc.maxSafeNat(), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(fc.array(item), (items) => {
      const out = createWriter();
      for (const each of items) typeof each === 'number' ? putInt(out, each) : putText(out, each);
      const input = createReader(written(out));
      const back = items.map((each) =>
        typeof each === 'number' ? takeInt(input) : takeText(input),
      );
      expect(back).toEqual(items);
      expect(input.broken).toBe(false);
    }),
  );
});

test('reading garbage ends; it never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const input = createReader(bytes);
      for (let i = 0; i < 50; i++) {
        expect(Number.isSafeInteger(takeInt(input))).toBe(true);
        takeText(input);
      }
      expect(input.broken).toBe(true);
    }),
  );
});

test('the names kept are the smallest, sorted, whatever order they came in', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 })), (names) => {
      const kept: string[] = [];
      for (const name of names) keepSmallest(kept, name, 8);
      expect(kept).toEqual([...new Set(names)].sort().slice(0, 8));
    }),
  );
});

test('the Wilson bound lies below the ratio, above nothing, and rises with evidence', () => {
  fc.assert(
    fc.property(fc.nat({ max: 10_000 }), fc.nat({ max: 10_000 }), (failed, answered) => {
      const total = failed + answered;
      const low = wilsonLow(failed, total);
      expect(low).toBeGreaterThanOrEqual(0);
      if (total > 0) expect(low).toBeLessThanOrEqual(failed / total + 1e-9);
      // Up to rounding: at no failures both are 0, give or take 1e-20.
      expect(wilsonLow(failed * 2, total * 2)).toBeGreaterThanOrEqual(low - 1e-12);
    }),
  );
});
