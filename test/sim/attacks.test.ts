// States that were found by thinking how the brain could be hurt: between two owners, with homes
// that nobody can save, with partials that come late or never. Each was wrong once.

import type { Decision } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { save } from '../../aggregator/decide/saved.ts';
import { type Fleet, holdRecord, Owner, partialOf } from '../support/owner.ts';

const ok = { ok: 400 };
const dead = { down: 39 };
const quick = { healthyForMs: 5_000, coolDownMs: 10_000, rampStepMs: 2_000 };
const calm: Fleet = { eu: { clients: 40, sees: { eu: ok, us: ok } } };
const euDead: Fleet = { eu: { clients: 40, sees: { eu: dead, us: ok } } };

function see(owner: Owner, decisions: readonly Decision[]): readonly Decision[] {
  return decisions.flatMap((decision) => owner.input({ kind: 'decisionSeen', decision }));
}

describe('between two owners', () => {
  test('the old owner’s last failover is kept shut by the new one, and reopened in steps', () => {
    const old = new Owner(quick, 'a').settled(calm);
    const next = new Owner(quick, 'b');
    see(next, old.decisions);
    const saved = save(old.state);
    old.hearsFor(10_000, 10_500, euDead);
    next.input({ kind: 'owned', saved });
    const claim = next.input({ kind: 'partial', partial: partialOf(calm, 10_600), nowMs: 10_600 });
    // In the log the failover stands before the claim.
    const again = see(next, [old.last]);
    see(next, [...claim, ...again]);
    expect(next.state.ownership).toMatchObject({ kind: 'owning' });
    next.hearsFor(10_700, 40_000, calm);
    const shares = next.decisions.map(({ admit }) => admit['eu']);
    expect(shares).toEqual([10_000, 0, 100, 1_000, 5_000, 10_000]);
  });

  test('an owner that was fenced for a while starts from what the other decided meanwhile', () => {
    const a = new Owner(quick, 'a').settled(calm);
    const b = new Owner(quick, 'b');
    see(b, a.decisions);
    b.input({ kind: 'owned', saved: null });
    b.hearsFor(10_000, 13_000, calm);
    see(a, b.decisions);
    expect(a.state.ownership.kind).toBe('fenced');
    const before = b.decisions.length;
    b.hearsFor(13_000, 13_500, euDead);
    see(a, b.decisions.slice(before));
    // b is gone; a hears the fleet again.
    a.hearsFor(13_500, 24_500, euDead);
    expect(a.last).toMatchObject({ reason: 'ownerChanged', admit: { eu: 0 } });
    a.hearsFor(24_500, 28_000, calm);
    expect(a.last.admit['eu']).toBe(0);
    a.hearsFor(28_000, 60_000, calm);
    expect(a.last.admit['eu']).toBe(10_000);
  });

  test('a fenced owner leaves the group to one that beats, and takes it when the beats end', () => {
    const a = new Owner({}, 'a').settled(calm);
    const b = new Owner({}, 'b');
    see(b, a.decisions);
    b.input({ kind: 'owned', saved: null });
    b.hears(10_000, calm);
    see(a, b.decisions);
    for (let nowMs = 10_100; nowMs < 60_000; nowMs += 1_000) {
      a.hearsFor(nowMs, nowMs + 1_000, calm);
      a.input({ kind: 'beatSeen', owner: 'b', term: 2 });
    }
    expect(a.state.ownership.kind).toBe('fenced');
    a.hearsFor(60_100, 75_000, calm);
    expect(a.state.ownership).toEqual({ kind: 'owning', term: 3 });
  });

  test('a claim that was held up yields to the one made after it', () => {
    const held = new Owner({}, 'a');
    const next = new Owner({}, 'b');
    const first = new Owner({}, 'c').settled(calm);
    for (const owner of [held, next]) {
      see(owner, first.decisions);
      owner.input({ kind: 'owned', saved: null });
    }
    held.input({ kind: 'partial', partial: partialOf(calm, 10_000), nowMs: 10_000 });
    const [claim] = next.input({
      kind: 'partial',
      partial: partialOf(calm, 15_000),
      nowMs: 15_000,
    });
    const again = see(held, claim === undefined ? [] : [claim]);
    expect(again).toEqual([]);
    expect(held.state.ownership).toMatchObject({ kind: 'fenced', byTerm: 2 });
  });

  test('a snapshot by a fenced owner of the same epoch does not say which gates are shut', () => {
    const three = (eu: object, us: object): Fleet => ({
      eu: { clients: 40, sees: { eu, us, ap: ok } },
    });
    const a = new Owner(quick, 'a').settled(three(ok, ok));
    const b = new Owner(quick, 'b');
    see(b, a.decisions);
    b.input({ kind: 'owned', saved: null });
    b.hearsFor(10_000, 13_000, three(ok, ok));
    b.hearsFor(13_000, 13_500, three(ok, dead));
    a.hearsFor(10_000, 13_000, three(ok, ok));
    a.hearsFor(13_000, 13_500, three(dead, ok));
    expect(b.last).toMatchObject({ term: 2, epoch: 2, admit: { eu: 10_000, us: 0 } });
    expect(a.last).toMatchObject({ term: 1, epoch: 2, admit: { eu: 0, us: 10_000 } });
    const c = new Owner(quick, 'c');
    see(c, [b.last]);
    c.input({ kind: 'owned', saved: save(a.state) });
    c.hearsFor(13_600, 14_000, three(ok, dead));
    expect(Object.keys(c.state.gates['*'] ?? {})).toEqual(['us']);
  });

  test('seed 1210: an old decision that is the log’s last word brings back neither its term nor its routes', () => {
    const a = new Owner(quick, 'a').settled(calm);
    const b = new Owner(quick, 'b');
    see(b, a.decisions);
    b.input({ kind: 'owned', saved: null });
    b.hearsFor(10_000, 13_000, calm);
    b.hearsFor(13_000, 13_500, euDead);
    expect(b.last).toMatchObject({ term: 2, epoch: 2, admit: { eu: 0 } });
    for (const saved of [save(b.state), null]) {
      const c = new Owner(quick, 'c');
      see(c, a.decisions);
      c.input({ kind: 'beatSeen', owner: 'b', term: 2 });
      c.input({ kind: 'owned', saved });
      c.hears(20_000, calm);
      expect(c.last.term).toBe(3);
      if (saved !== null) expect(c.last).toMatchObject({ epoch: 2, admit: { eu: 0 } });
    }
  });

  test('a failover whose snapshot was lost still starts the cool-down', () => {
    const two = (eu: object, us: object): Fleet => ({
      eu: { clients: 20, sees: { eu, us, ap: ok } },
      us: { clients: 20, sees: { eu, us, ap: ok } },
    });
    const lost = { down: 19 };
    const old = new Owner({}, 'a').settled(two(ok, ok));
    old.hearsFor(10_000, 10_500, two(lost, ok));
    expect(old.last.reason).toBe('regionDown');
    const next = new Owner({}, 'b');
    see(next, [old.last]);
    next.input({ kind: 'owned', saved: null });
    next.hearsFor(10_600, 14_000, two(lost, ok));
    next.hearsFor(14_000, 20_000, two(lost, lost));
    expect(next.reasons).toEqual(['ownerChanged']);
    expect(next.refusals()).toContain('coolDown');
  });
});

describe('homes', () => {
  const homes = (eu: object, sa: object): Fleet => ({
    eu: { clients: 40, sees: { eu: ok, us: ok, ...eu } },
    sa: { clients: 10, sees: { eu: ok, us: ok, ...sa } },
  });
  const lost = { down: 10 };

  test('a home that reaches no region is told once, not with every look', () => {
    const owner = new Owner().settled(homes({}, {}));
    owner.hearsFor(10_000, 30_000, homes({}, { eu: lost, us: lost }));
    const told = owner.reasons.filter((reason) => reason !== 'initial');
    expect(told.filter((reason) => reason === 'noSafeTarget')).toHaveLength(1);
    expect(told).not.toContain('safeTargetFound');
    expect(owner.last.noSafeTarget).toBe(true);
    owner.hearsFor(30_000, 40_000, homes({}, {}));
    expect(owner.last.noSafeTarget).toBe(false);
  });

  test('a home that nobody can save does not keep the others in a dead region', () => {
    const owner = new Owner(quick).settled(homes({}, {}));
    owner.hearsFor(10_000, 25_000, homes({}, { eu: lost }));
    expect(owner.last.homes['sa']).toMatchObject({ eu: 0, us: 10_000 });
    owner.hearsFor(25_000, 27_000, homes({ us: dead }, { eu: lost, us: lost }));
    expect(owner.last.admit).toEqual({ eu: 10_000, us: 0 });
  });

  test('a home that is no longer there strands nobody', () => {
    const owner = new Owner(quick).settled(homes({}, {}));
    owner.hearsFor(10_000, 11_000, homes({}, { eu: lost }));
    const { eu } = homes({ us: dead }, {});
    owner.hearsFor(21_000, 26_000, { eu: eu ?? { clients: 0, sees: {} } });
    expect(owner.last.admit).toEqual({ eu: 10_000, us: 0 });
    const refused = owner.events.filter(({ kind }) => kind === 'refused');
    expect(refused.length).toBeLessThan(5);
  });
});

describe('partials', () => {
  test('the word of a folder that stood still does not replace a newer one', () => {
    const owner = new Owner().settled(calm);
    owner.hears(10_100, calm, { owner: 'new' });
    const late = partialOf(euDead, 8_000, { owner: 'old' });
    for (let nowMs = 10_200; nowMs < 12_000; nowMs += 100) {
      owner.hears(nowMs, calm, { owner: 'new' });
      owner.input({ kind: 'partial', partial: late, nowMs: nowMs + 10 });
    }
    expect(owner.reasons).toEqual(['initial']);
    expect(owner.events.filter(({ kind }) => kind === 'healthChanged')).toHaveLength(2);
  });

  test('a partition nobody folds any more does not blind the owner for ever', () => {
    const owner = new Owner().settled(calm);
    const many: Fleet = { eu: { clients: 80, sees: { eu: ok, us: ok } } };
    owner.hears(10_000, many, { partition: 1 });
    owner.hearsFor(10_100, 60_000, calm);
    expect(Object.keys(owner.state.tilt)).toEqual(['coverage']);
    owner.hearsFor(60_000, 76_000, calm);
    expect(owner.state.tilt).toEqual({});
  });
});

describe('moves and returns', () => {
  const three = (eu: object, us: object, ap: object): Fleet => ({
    eu: { clients: 40, sees: { eu, us, ap } },
  });

  test('the region just moved to may be left at once also when a third one dies with it', () => {
    const four = (eu: object, us: object, ap: object): Fleet => ({
      eu: { clients: 40, sees: { eu, us, ap, sa: ok } },
    });
    const owner = new Owner().settled(four(ok, ok, ok));
    owner.hearsFor(10_000, 10_500, four(dead, ok, ok));
    expect(owner.last.admit).toMatchObject({ eu: 0 });
    owner.hearsFor(10_500, 12_000, four(dead, dead, dead));
    expect(owner.last.admit).toEqual({ eu: 0, us: 0, ap: 0, sa: 10_000 });
  });

  test('seed 516: a region that one home left first is left by the others at once, in the same move', () => {
    const fleet = (fromEu: object, fromSa: object): Fleet => ({
      eu: { clients: 20, sees: { eu: fromEu, us: ok } },
      sa: { clients: 20, sees: { eu: fromSa, us: ok } },
    });
    const owner = new Owner({ flapBudgetPerDay: 1 }).settled(fleet(ok, ok));
    owner.hearsFor(10_000, 11_000, fleet({ down: 19 }, ok));
    expect(owner.last.reason).toBe('regionDownFromHome');
    expect(owner.last.homes).toEqual({ eu: { eu: 0, us: 10_000 } });
    owner.hearsFor(11_000, 12_000, fleet({ down: 19 }, { down: 19 }));
    expect(owner.last.admit).toEqual({ eu: 0, us: 10_000 });
    expect(owner.state.moves).toHaveLength(1);
  });

  test('a region that clients were in already has not just received them', () => {
    const fleet = (eu: object, us: object): Fleet => ({
      eu: { clients: 20, sees: { eu, us, ap: ok } },
      us: { clients: 20, sees: { eu, us, ap: ok } },
    });
    const owner = new Owner({}, 'a').settled(fleet(ok, ok));
    owner.hearsFor(10_000, 10_500, fleet({ down: 19 }, ok));
    expect(owner.state.moves.at(-1)?.receivers).toEqual(['ap']);
    owner.hearsFor(10_500, 20_000, fleet({ down: 19 }, { down: 19 }));
    expect(owner.refusals()).toContain('coolDown');
    expect(owner.last.admit).toMatchObject({ us: 10_000 });
  });

  test('a ramp is not taken back into a region that is down', () => {
    const owner = new Owner(quick).settled(calm);
    owner.hearsFor(10_000, 11_000, euDead);
    owner.hearsFor(11_000, 24_500, calm);
    expect(owner.last.reason).toBe('rampStep');
    // us is down by the second look, just when eu becomes suspect.
    owner.hearsFor(24_500, 24_600, { eu: { clients: 40, sees: { eu: ok, us: dead } } });
    owner.hearsFor(24_600, 27_000, {
      eu: { clients: 40, sees: { eu: { down: 5 }, us: dead } },
    });
    expect(owner.reasons).not.toContain('rampAborted');
    expect(owner.last.admit['eu']).toBeGreaterThan(0);
    expect(owner.last.noSafeTarget).toBe(true);
  });

  test('doubt in a blind moment takes nothing back', () => {
    const blind: Fleet = {
      eu: { clients: 15, known: 40, sees: { eu: { live: 15, down: 3 }, us: ok } },
    };
    const owner = new Owner(quick).settled(calm);
    owner.hearsFor(10_000, 11_000, euDead);
    owner.hearsFor(11_000, 24_500, calm);
    owner.hearsFor(24_500, 26_000, blind);
    expect(owner.reasons).not.toContain('rampAborted');
  });

  test('an order that cannot be carried out also ends the one it replaced', () => {
    const owner = new Owner().settled(three(ok, ok, ok));
    owner.orders(holdRecord({ kind: 'use', region: 'us' }, 60_000));
    owner.hearsFor(10_000, 10_500, three(ok, ok, ok));
    expect(owner.last.admit).toMatchObject({ eu: 0, us: 10_000 });
    owner.orders(holdRecord({ kind: 'use', region: 'mars' }, 60_000));
    owner.hearsFor(10_500, 11_000, three(ok, ok, ok));
    expect(owner.last.admit).toEqual({ ap: 10_000, eu: 10_000, us: 10_000 });
    expect(owner.refusals().filter((rule) => rule === 'operatorHold')).toHaveLength(1);
  });
});
