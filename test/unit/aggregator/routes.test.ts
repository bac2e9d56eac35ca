import { describe, expect, test } from 'vitest';
import { movesBetween, type Routes, routedShares } from '../../../aggregator/routes.ts';

const regions = ['eu', 'us', 'ap'];
const open: Routes = { regions, admit: { eu: 10_000, us: 10_000, ap: 10_000 }, homes: {} };

describe('where the clients of a home are sent', () => {
  test('home first, and within a ramp only as many as it admits', () => {
    expect([...routedShares(open, 'us')]).toEqual([['us', 10_000]]);
    const ramp: Routes = { ...open, admit: { ...open.admit, us: 100 } };
    expect([...routedShares(ramp, 'us')]).toEqual([
      ['us', 100],
      ['eu', 9_900],
    ]);
  });

  test('a row of its own binds a home', () => {
    const cut: Routes = { ...open, homes: { ap: { eu: 0, us: 10_000, ap: 0 } } };
    expect([...routedShares(cut, 'ap')]).toEqual([['us', 10_000]]);
    expect([...routedShares(cut, 'eu')]).toEqual([['eu', 10_000]]);
  });
});

describe('between which regions a decision moves clients', () => {
  const withoutEu: Routes = { ...open, admit: { ...open.admit, eu: 0 } };

  test('away from a region that is left, and nobody else', () => {
    expect(movesBetween(open, withoutEu)).toEqual([['eu', 'us']]);
  });

  test('one step of the way back moves some, the next one others, the same way', () => {
    const step: Routes = { ...open, admit: { ...open.admit, eu: 1_000 } };
    expect(movesBetween(withoutEu, step)).toEqual([['us', 'eu']]);
    expect(movesBetween(step, open)).toEqual([['us', 'eu']]);
  });

  test('for one home alone, and none where nothing changes for anybody', () => {
    const cut: Routes = { ...open, homes: { ap: { eu: 10_000, us: 10_000, ap: 0 } } };
    expect(movesBetween(open, cut)).toEqual([['ap', 'eu']]);
    expect(movesBetween(open, { ...open })).toEqual([]);
  });
});
