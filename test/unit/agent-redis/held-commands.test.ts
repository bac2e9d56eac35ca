import { describe, expect, test } from 'vitest';
import { HeldCommands, weightOf } from '../../../agent/redis/held-commands.ts';

const limits = { holdMs: 1_000, holdCommands: 3, holdBytes: 1_000 };

describe('commands that are held', () => {
  test('leave in the order they came, those that had left already first', () => {
    const held = new HeldCommands<string>();
    held.add('c', 1, 100, limits);
    held.add('d', 1, 110, limits);
    held.putBack(['a', 'b'], 120);
    expect(held.takeAll()).toEqual(['a', 'b', 'c', 'd']);
    expect(held.length).toBe(0);
  });

  test('are bounded by count', () => {
    const held = new HeldCommands<string>();
    expect(['a', 'b', 'c', 'd'].map((one) => held.add(one, 1, 100, limits))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test('are bounded by bytes, and room that is freed is used again', () => {
    const held = new HeldCommands<string>();
    expect(held.add('a', 900, 100, limits)).toBe(true);
    expect(held.add('b', 200, 100, limits)).toBe(false);
    held.takeAll();
    expect(held.add('b', 200, 100, limits)).toBe(true);
    expect(held.bytes).toBe(200);
  });

  test('run out one by one, each after its own time', () => {
    const held = new HeldCommands<string>();
    held.add('a', 1, 100, limits);
    held.add('b', 1, 600, limits);
    expect(held.expire(1_099, 1_000)).toEqual([]);
    expect(held.expire(1_100, 1_000)).toEqual(['a']);
    expect(held.expire(1_599, 1_000)).toEqual([]);
    expect(held.expire(1_600, 1_000)).toEqual(['b']);
    expect(held.bytes).toBe(0);
  });

  test('what was put back is never refused, and its time begins anew', () => {
    const held = new HeldCommands<string>();
    for (const one of ['c', 'd', 'e']) held.add(one, 1, 100, limits);
    held.putBack(['a', 'b'], 500);
    expect(held.length).toBe(5);
    expect(held.expire(1_100, 1_000)).toEqual(['c', 'd', 'e']);
    expect(held.expire(1_500, 1_000)).toEqual(['a', 'b']);
  });

  test('weigh about what their arguments do', () => {
    const weight = weightOf(['key', 'x'.repeat(1_000), Buffer.alloc(500), 7]);
    expect(weight).toBeGreaterThan(1_500);
    expect(weight).toBeLessThan(1_800);
  });
});
