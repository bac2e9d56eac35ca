import { describe, expect, test } from 'vitest';
import { TransactionGuard } from '../../../agent/redis/transaction-guard.ts';

const on = (session: string | null, nowMs = 0) => ({ session, flows: true, nowMs });
const heldBack = (session: string | null, nowMs = 0) => ({ session, flows: false, nowMs });

describe('a transaction sent command by command', () => {
  test('runs to its end on one connection', () => {
    const guard = new TransactionGuard();
    expect(
      ['watch', 'multi', 'set', 'exec'].map((name) => guard.admit(name, on('east#1'))),
    ).toEqual(['pass', 'pass', 'passWithin', 'passWithin']);
    expect(guard.isIdle).toBe(true);
  });

  test('is lost when the connection changed after MULTI, until EXEC', () => {
    const guard = new TransactionGuard();
    guard.admit('multi', on('east#1'));
    expect(guard.admit('set', on('west#1'))).toBe('lost');
    expect(guard.admit('set', on('east#1'))).toBe('lost');
    expect(guard.admit('exec', on('west#1'))).toBe('lost');
    expect(guard.admit('set', on('west#1'))).toBe('pass');
  });

  test('is lost when the same region was connected to anew', () => {
    const guard = new TransactionGuard();
    guard.admit('watch', on('east#1'));
    expect(guard.admit('multi', on('east#2'))).toBe('lost');
  });

  test('is lost when commands are kept back half way: they might leave for elsewhere', () => {
    const guard = new TransactionGuard();
    guard.admit('multi', on('east#1'));
    expect(guard.admit('set', heldBack('east#1'))).toBe('lost');
  });

  test('begun while commands are kept back, it belongs to the connection they leave on', () => {
    const guard = new TransactionGuard();
    expect(guard.admit('multi', heldBack(null))).toBe('pass');
    expect(guard.admit('set', heldBack(null))).toBe('passWithin');
    guard.sent('west#1');
    expect(guard.admit('set', on('west#1'))).toBe('passWithin');
    expect(guard.admit('exec', on('west#2'))).toBe('lost');
  });

  test('whose MULTI failed refuses the rest', () => {
    const guard = new TransactionGuard();
    guard.admit('multi', on('east#1'));
    guard.lose();
    expect(guard.admit('set', on('east#1'))).toBe('lost');
  });

  test('that its caller gave up refuses others for a second, not for ever', () => {
    const guard = new TransactionGuard();
    guard.admit('multi', on('east#1'));
    expect(guard.admit('set', on('west#1', 5_000))).toBe('lost');
    expect(guard.admit('get', on('west#1', 6_000))).toBe('lost');
    expect(guard.admit('get', on('west#1', 6_001))).toBe('pass');
    expect(guard.isIdle).toBe(true);
  });

  test('UNWATCH forgets the watch', () => {
    const guard = new TransactionGuard();
    guard.admit('watch', on('east#1'));
    guard.admit('unwatch', on('east#1'));
    expect(guard.admit('multi', on('west#1'))).toBe('pass');
  });
});
