import { describe, expect, test } from 'vitest';
import { Ring } from '../../../agent/ring.ts';
import { draft } from './build.ts';

function ringWithLosses() {
  const losses: [string, number][] = [];
  const ring = new Ring({ lost: (reason, rows) => losses.push([reason, rows]) });
  return { ring, losses };
}

describe('when the log is away for long', () => {
  test('old samples go first, changes of state last', () => {
    const { ring, losses } = ringWithLosses();
    ring.push(draft({ rows: 1, hasChanges: true }), 300);
    ring.push(draft({ rows: 2 }), 300);
    ring.push(draft({ rows: 4 }), 300);
    ring.push(draft({ rows: 8, hasChanges: true }), 300);
    expect(losses).toEqual([['ringFull', 2]]);
    expect(ring.take().map(({ draft: { rows } }) => rows)).toEqual([1, 4, 8]);
  });

  test('with nothing but changes left, the oldest change goes', () => {
    const { ring, losses } = ringWithLosses();
    for (const rows of [1, 2, 3]) ring.push(draft({ rows, hasChanges: true }), 200);
    expect(losses).toEqual([['ringFull', 1]]);
  });

  test('memory stays below the bound, what is under way included', () => {
    const { ring } = ringWithLosses();
    ring.push(draft(), 250);
    ring.take();
    for (let i = 0; i < 100; i++) ring.push(draft(), 250);
    expect(ring.bytes).toBe(200);
    expect(ring.take().map(({ seq }) => seq)).toEqual([0]);
  });

  test('a draft larger than all the room there is was never there', () => {
    const { ring, losses } = ringWithLosses();
    ring.push(draft({ rows: 7, weight: 301 }), 300);
    expect([ring.length, losses]).toEqual([0, [['tooLarge', 7]]]);
  });
});

describe('the arithmetic of a batch', () => {
  test('a drop is declared by the next batch and leaves no hole in seq', () => {
    const { ring } = ringWithLosses();
    ring.push(draft({ rows: 1 }), 250);
    expect(ring.take()).toMatchObject([{ seq: 0, produced: 1, dropped: {} }]);
    ring.delivered();
    for (const rows of [2, 3, 4]) ring.push(draft({ rows }), 250);
    expect(ring.take()).toMatchObject([
      { seq: 1, produced: 6, dropped: { ringFull: 2 } },
      { seq: 2, produced: 10, dropped: { ringFull: 2 } },
    ]);
  });

  test('a publish that may have arrived is repeated with the same number', () => {
    const { ring } = ringWithLosses();
    ring.push(draft(), 1_000);
    const first = ring.take();
    ring.push(draft(), 1_000);
    expect(ring.take()).toBe(first);
  });

  test('one the log will never take gives its number to the next', () => {
    const { ring } = ringWithLosses();
    ring.push(draft({ rows: 5 }), 1_000);
    ring.push(draft({ rows: 6 }), 1_000);
    ring.take();
    ring.takeBack();
    ring.take(1);
    ring.takeBack();
    ring.dropOldest('tooLarge');
    expect(ring.take()).toMatchObject([{ seq: 0, produced: 11, dropped: { tooLarge: 5 } }]);
  });
});

test('many small batches travel together, at most 16 at a time', () => {
  const { ring } = ringWithLosses();
  for (let i = 0; i < 20; i++) ring.push(draft(), 10_000);
  expect(ring.take()).toHaveLength(16);
  ring.delivered();
  const rest = ring.take();
  expect(rest.map(({ seq }) => seq)).toEqual([16, 17, 18, 19]);
  expect(rest.map((batch) => ring.isLast(batch))).toEqual([false, false, false, true]);
});
