import type { Decision, IncidentEvent, IncidentRecord, Override } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { changesRoutes, type KnownOrders } from '../../../api/orders/in-force.ts';
import type { HoldSetRequest } from '../../../cli/commands/hold.ts';
import { type Effect, isDone, onRecord } from '../../../cli/hold/effect.ts';
import { authorOf, orderToClear, orderToSet } from '../../../cli/hold/order.ts';

const ten = Date.UTC(2026, 10, 21, 10);

const decision: Decision = {
  v: 1,
  group: 'payments',
  term: 1,
  epoch: 1,
  owner: 'a',
  atMs: ten,
  reason: 'initial',
  text: '',
  regions: ['eu', 'us'],
  admit: { eu: 10_000, us: 10_000 },
  homes: {},
  noSafeTarget: false,
  health: {},
  evidence: [],
  incident: null,
};

const known = (...overrides: readonly Override[]): KnownOrders => ({
  decisions: new Map([['payments', decision]]),
  overrides: new Map(overrides.map((override) => [override.group, override])),
});

const request = (extra: Partial<HoldSetRequest>): HoldSetRequest => ({
  group: 'payments',
  overrideRule: [],
  for: 60_000,
  reason: 'upgrade',
  ...extra,
});

const useEu = orderToSet(request({ use: 'eu' }), known(), 'dana', ten);

describe('an order', () => {
  test('carries everything the log must know', () => {
    expect(useEu).toEqual({
      v: 1,
      group: 'payments',
      atMs: ten,
      author: 'dana',
      reason: 'upgrade',
      expiresMs: ten + 60_000,
      hold: { kind: 'use', region: 'eu' },
      automation: 'enforce',
      overrideRules: [],
    });
  });

  test.each([
    ['nothing at all', {}, /Nothing ordered/],
    ['an unknown region', { use: 'es' }, /no region of payments es \(eu, us\): did you mean/],
    [
      'an unknown group',
      { group: 'payment', use: 'eu' },
      /no group payment \(payments\): did you mean payments/,
    ],
    ['an unknown rule', { overrideRule: ['cooldown'] }, /did you mean coolDown/],
    ['an empty reason', { use: 'eu', reason: ' ' }, /wants a reason/],
  ])('of %s is refused', (_what, extra, message) => {
    expect(() => orderToSet(request(extra), known(), 'dana', ten)).toThrow(message);
  });

  test('that says less than the one in force is refused, unless told to replace it', () => {
    const off = request({ automation: 'off' });
    expect(() => orderToSet(off, known(useEu), 'sam', ten)).toThrow(/dana ordered --use eu/);
    expect(orderToSet({ ...off, replace: true }, known(useEu), 'sam', ten).hold).toBeNull();
    expect(orderToSet({ ...off, use: 'us' }, known(useEu), 'sam', ten).automation).toBe('off');
    expect(orderToSet(off, known(useEu), 'sam', ten + 60_000).hold).toBeNull();
  });

  test('to clear ended the moment it was given', () => {
    const { expiresMs, hold } = orderToClear({ group: 'payments', reason: 'done' }, 'dana', ten);
    expect({ expiresMs, hold }).toEqual({ expiresMs: ten, hold: null });
  });

  test('has an author: named, by environment, or none and then no order', () => {
    expect(authorOf('dana', { USER: 'root' })).toBe('dana');
    expect(authorOf(undefined, { REGIONPILOT_AUTHOR: 'sam', USER: 'root' })).toBe('sam');
    expect(() => authorOf(undefined, {})).toThrow(/--author/);
  });
});

describe('what to wait for', () => {
  const clear = orderToClear({ group: 'payments', reason: 'done' }, 'dana', ten + 1);
  const held = { ...decision, admit: { eu: 10_000, us: 0 } };

  test('a new hold wants a decision, the same hold again does not', () => {
    expect(changesRoutes(known(), 'payments', useEu)).toBe(true);
    expect(changesRoutes(known(useEu), 'payments', { ...useEu, atMs: ten + 1 })).toBe(false);
  });

  test('the end of a hold wants one only if the hold was carried out', () => {
    const carriedOut: KnownOrders = { ...known(useEu), decisions: new Map([['payments', held]]) };
    expect(changesRoutes(carriedOut, 'payments', clear)).toBe(true);
    expect(changesRoutes(known(useEu), 'payments', clear)).toBe(false);
  });
});

describe('what came of it', () => {
  const record = (event: IncidentEvent): IncidentRecord => ({
    v: 1,
    group: 'payments',
    incident: null,
    atMs: ten,
    owner: 'a',
    term: 1,
    event,
  });
  const heard = record({ kind: 'overrideChanged', override: useEu, text: '' });
  const decided = record({
    kind: 'decided',
    decision: { ...decision, epoch: 2, reason: 'operatorHold', text: 'dana holds' },
    rejected: [],
    replay: { state: {}, input: {}, policy: {} },
  });
  const refused = record({
    kind: 'refused',
    rule: 'neverTheLastRegion',
    wanted: 'operatorHold',
    region: 'eu',
    home: '*',
    text: 'no',
    evidence: [],
    rejected: [],
  });
  const outcome = (records: readonly IncidentRecord[], routesChange = true): Effect =>
    records.reduce<Effect>((effect, each) => onRecord(effect, each, useEu, routesChange), {
      kind: 'waiting',
    });

  test('heard, then decided', () => {
    expect(outcome([heard])).toEqual({ kind: 'heard', done: false });
    expect(outcome([heard, decided])).toMatchObject({ kind: 'decided', epoch: 2 });
  });

  test('heard, then refused', () => {
    expect(outcome([heard, refused])).toMatchObject({
      kind: 'refused',
      rule: 'neverTheLastRegion',
    });
  });

  test('a decision from before the order was heard is not its effect', () => {
    expect(outcome([decided])).toEqual({ kind: 'waiting' });
  });

  test("somebody else's order is not ours", () => {
    const other = record({
      kind: 'overrideChanged',
      override: { ...useEu, author: 'sam' },
      text: '',
    });
    expect(outcome([other, decided])).toEqual({ kind: 'waiting' });
  });

  test('an order that moves nobody is done when heard', () => {
    expect(isDone(outcome([heard], false))).toBe(true);
  });
});
