import { describe, expect, test } from 'vitest';
import { type Fleet, holdRecord, Owner } from '../../support/owner.ts';

const sees = (eu: object, us: object, ap: object = { ok: 40 }): Fleet => ({
  eu: { clients: 40, sees: { eu, us, ap } },
});
const ok = { ok: 400 };
const dead = { down: 39 };
const calm = sees(ok, ok, ok);
const quick = { healthyForMs: 5_000, coolDownMs: 10_000, rampStepMs: 2_000 };

describe('never worse than nothing', () => {
  test('when every region is down the clients stay and a human is told, once', () => {
    const owner = new Owner().settled(calm);
    owner.hearsFor(10_000, 13_000, sees(dead, dead, dead));
    expect(owner.reasons).toEqual(['initial', 'noSafeTarget']);
    expect(owner.refusals()).toEqual(['neverTheLastRegion']);
    expect(owner.last.admit).toEqual({ ap: 10_000, eu: 10_000, us: 10_000 });
    owner.hearsFor(13_000, 18_000, sees(dead, ok, dead));
    expect(owner.last.noSafeTarget).toBe(false);
    expect(owner.last.admit).toEqual({ ap: 0, eu: 0, us: 10_000 });
  });

  test('a target that dies is left at once, without waiting for the cool-down', () => {
    const owner = new Owner().settled(calm);
    owner.hearsFor(10_000, 10_500, sees(dead, ok, ok));
    const [receiver] = owner.state.moves.at(-1)?.receivers ?? [];
    expect(receiver).toBe('ap');
    owner.hearsFor(10_500, 11_000, sees(dead, ok, dead));
    expect(owner.last.admit).toEqual({ ap: 0, eu: 0, us: 10_000 });
    owner.hearsFor(11_000, 30_000, sees(dead, ok, dead));
    expect(owner.reasons).toEqual(['initial', 'regionDown', 'regionDown']);
  });

  test('a second region that fails within the cool-down is left when it is over', () => {
    const fleet = (eu: object, us: object): Fleet => ({
      eu: { clients: 20, sees: { eu, us, ap: ok } },
      us: { clients: 20, sees: { eu, us, ap: ok } },
    });
    const lost = { down: 19 };
    const owner = new Owner(quick).settled(fleet(ok, ok));
    owner.hearsFor(10_000, 10_500, fleet(lost, ok));
    owner.hearsFor(10_500, 12_000, fleet(lost, lost));
    expect(owner.refusals()).toContain('coolDown');
    expect(owner.reasons).toEqual(['initial', 'regionDown']);
    owner.hearsFor(12_000, 21_000, fleet(lost, lost));
    expect(owner.last.admit).toEqual({ ap: 10_000, eu: 0, us: 0 });
  });

  test('a region nobody is in is shut at once, and that is no move', () => {
    const owner = new Owner().settled(calm);
    owner.hearsFor(10_000, 11_000, sees(ok, dead, ok));
    expect(owner.last.admit).toEqual({ ap: 10_000, eu: 10_000, us: 0 });
    owner.hearsFor(11_000, 12_000, sees(dead, dead, ok));
    expect(owner.last.admit).toEqual({ ap: 10_000, eu: 0, us: 0 });
  });

  test('a target without headroom is refused, by name', () => {
    const owner = new Owner({ regionCapacity: { ap: 10 } }).settled(calm);
    owner.hearsFor(10_000, 11_000, sees(dead, ok, ok));
    expect(owner.reasons).toEqual(['initial']);
    expect(owner.refusals()).toEqual(['targetWithoutHeadroom']);
  });

  test('the day’s flap budget ends in a human’s hands', () => {
    const owner = new Owner({ ...quick, flapBudgetPerDay: 1, rampStepMs: 100 }).settled(calm);
    owner.hearsFor(10_000, 11_000, sees(dead, ok, ok));
    owner.hearsFor(11_000, 40_000, calm);
    expect(owner.last.admit).toEqual({ ap: 10_000, eu: 10_000, us: 10_000 });
    owner.hearsFor(40_000, 42_000, sees(dead, ok, ok));
    expect(owner.refusals()).toContain('flapBudget');
    expect(owner.last.reason).toBe('rampStep');
  });
});

describe('returning', () => {
  test('a healed region is left alone until it was clean long enough, then comes back in steps', () => {
    const owner = new Owner(quick).settled(calm);
    owner.hearsFor(10_000, 11_000, sees(dead, ok, ok));
    owner.hearsFor(11_000, 19_000, calm);
    expect(owner.last.reason).toBe('regionDown');
    owner.hearsFor(19_000, 40_000, calm);
    const shares = owner.decisions.map(({ admit }) => admit['eu']);
    expect(shares).toEqual([10_000, 0, 100, 1_000, 5_000, 10_000]);
  });

  test('doubt during the return takes all of it back, and the next try waits longer', () => {
    const owner = new Owner(quick).settled(calm);
    owner.hearsFor(10_000, 11_000, sees(dead, ok, ok));
    owner.hearsFor(11_000, 22_500, calm);
    expect(owner.last.admit['eu']).toBeGreaterThan(0);
    owner.hearsFor(22_500, 23_500, sees(dead, ok, ok));
    expect(owner.last.reason).toBe('rampAborted');
    expect(owner.last.admit['eu']).toBe(0);
    const abortedMs = owner.last.atMs;
    owner.hearsFor(23_500, 60_000, calm);
    const again = owner.decisions.find(
      ({ atMs, reason }) => atMs > abortedMs && reason === 'rampStep',
    );
    expect((again?.atMs ?? 0) - abortedMs).toBeGreaterThanOrEqual(20_000);
  });

  test('errors that come and go every 20 s cause one move', () => {
    const owner = new Owner().settled(calm);
    for (let round = 0; round < 6; round++) {
      const fromMs = 10_000 + round * 40_000;
      owner.hearsFor(fromMs, fromMs + 20_000, sees(dead, ok, ok));
      owner.hearsFor(fromMs + 20_000, fromMs + 40_000, calm);
    }
    expect(owner.reasons).toEqual(['initial', 'regionDown']);
  });
});

describe('operators', () => {
  test('a hold binds everybody at once and ends by itself', () => {
    const owner = new Owner().settled(calm);
    owner.orders(holdRecord({ kind: 'use', region: 'us' }, 20_000));
    owner.hearsFor(10_000, 19_900, calm);
    expect(owner.last).toMatchObject({
      reason: 'operatorHold',
      admit: { us: 10_000, eu: 0, ap: 0 },
    });
    owner.hearsFor(19_900, 21_000, calm);
    expect(owner.last).toMatchObject({
      reason: 'operatorHoldEnded',
      admit: { us: 10_000, eu: 10_000 },
    });
  });

  test('a region that clients used under a hold needs no ramp when the hold ends', () => {
    const owner = new Owner().settled(calm);
    owner.hearsFor(10_000, 11_000, sees(dead, ok, ok));
    owner.orders(holdRecord({ kind: 'use', region: 'eu' }, 30_000));
    owner.hearsFor(11_000, 29_000, calm);
    expect(owner.last.admit).toEqual({ ap: 0, eu: 10_000, us: 0 });
    owner.hearsFor(29_000, 31_000, calm);
    expect(owner.last.admit).toEqual({ ap: 10_000, eu: 10_000, us: 10_000 });
  });

  test('automation that disagrees with a hold says so and obeys', () => {
    const owner = new Owner().settled(calm);
    owner.orders(holdRecord({ kind: 'use', region: 'us' }, 60_000));
    owner.hearsFor(10_000, 10_500, calm);
    owner.hearsFor(10_500, 15_000, sees(ok, dead, ok));
    expect(owner.last.reason).toBe('operatorHold');
    expect(owner.refusals()).toContain('operatorHold');
  });

  test('a hold on a region nobody knows is refused and binds nobody', () => {
    const owner = new Owner().settled(calm);
    owner.orders(holdRecord({ kind: 'use', region: 'mars' }, 60_000));
    owner.hearsFor(10_000, 10_500, calm);
    owner.hearsFor(10_500, 11_000, sees(dead, ok, ok));
    expect(owner.refusals()).toEqual(['operatorHold']);
    expect(owner.last.reason).toBe('regionDown');
  });

  test('an order to avoid the last open region is refused', () => {
    const two: Fleet = { eu: { clients: 40, sees: { eu: ok, us: ok } } };
    const owner = new Owner().settled(two);
    owner.hearsFor(10_000, 11_000, { eu: { clients: 40, sees: { eu: dead, us: ok } } });
    owner.orders(holdRecord({ kind: 'avoid', region: 'us' }, 60_000));
    owner.hearsFor(11_000, 12_000, { eu: { clients: 40, sees: { eu: dead, us: ok } } });
    expect(owner.refusals()).toContain('neverTheLastRegion');
    expect(owner.last.admit).toEqual({ eu: 0, us: 10_000 });
  });

  test('the kill switch stops automation and nothing else', () => {
    const owner = new Owner().settled(calm);
    owner.orders(holdRecord(null, 60_000, { automation: 'off', group: '*' }), 'all');
    owner.hearsFor(10_000, 11_000, sees(dead, ok, ok));
    expect(owner.refusals()).toEqual(['killSwitch']);
    owner.orders(holdRecord({ kind: 'avoid', region: 'eu' }, 60_000));
    owner.hearsFor(11_000, 11_200, sees(dead, ok, ok));
    expect(owner.last).toMatchObject({ reason: 'operatorHold', admit: { eu: 0 } });
  });

  test('shadow mode decides, says so once, and moves nobody', () => {
    const owner = new Owner({ automation: 'shadow' }).settled(calm);
    owner.hearsFor(10_000, 13_000, sees(dead, ok, ok));
    expect(owner.reasons).toEqual(['initial']);
    expect(owner.events.filter(({ kind }) => kind === 'shadowDecided')).toHaveLength(1);
  });

  test('a named rule can be passed by order', () => {
    const owner = new Owner(quick).settled(calm);
    owner.hearsFor(10_000, 10_500, sees(dead, ok, ok));
    owner.orders(holdRecord(null, 60_000, { overrideRules: ['coolDown'] }));
    owner.hearsFor(10_500, 11_500, sees(dead, dead, ok));
    expect(owner.last.admit).toEqual({ ap: 10_000, eu: 0, us: 0 });
  });
});
