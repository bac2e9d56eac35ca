import type { Decision } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { save } from '../../../aggregator/decide/saved.ts';
import { type Fleet, Owner, partialOf } from '../../support/owner.ts';

const calm: Fleet = { eu: { clients: 40, sees: { eu: { ok: 400 }, us: { ok: 40 } } } };
const euDead: Fleet = { eu: { clients: 40, sees: { eu: { down: 38 }, us: { ok: 40 } } } };
const hear = (owner: Owner, nowMs: number, fleet: Fleet): readonly Decision[] =>
  owner.input({ kind: 'partial', partial: partialOf(fleet, nowMs), nowMs });
const read = (decisions: readonly Decision[], ...owners: readonly Owner[]): void => {
  for (const decision of decisions) {
    for (const owner of owners) owner.input({ kind: 'decisionSeen', decision });
  }
};

describe('one decider at a time', () => {
  test('an owner decides nothing before it has read its own claim back', () => {
    const owner = new Owner();
    owner.input({ kind: 'owned', saved: null });
    for (let nowMs = 0; nowMs < 5_000; nowMs += 100) hear(owner, nowMs, euDead);
    expect(owner.reasons).toEqual(['initial']);
  });

  test('a new owner repeats the last decision under the next term and goes on from its epoch', () => {
    const first = new Owner({}, 'a').settled(calm);
    first.hearsFor(10_000, 10_500, euDead);
    const second = new Owner({}, 'b');
    read(first.decisions, second);
    second.input({ kind: 'owned', saved: save(first.state) });
    second.hears(11_000, euDead);
    expect(second.last).toMatchObject({
      reason: 'ownerChanged',
      term: 2,
      epoch: 2,
      admit: { eu: 0 },
    });
    expect(second.state.gates).toEqual(first.state.gates);
  });

  test('without a snapshot the gates are read off the last decision', () => {
    const first = new Owner({}, 'a').settled(calm);
    first.hearsFor(10_000, 10_500, euDead);
    const second = new Owner({}, 'b');
    read(first.decisions, second);
    second.input({ kind: 'owned', saved: null });
    second.hearsFor(11_000, 16_000, calm);
    expect(second.last.admit).toEqual({ eu: 0, us: 10_000 });
    expect(second.state.gates).toMatchObject({ '*': { eu: { kind: 'closed' } } });
  });

  test('of two that claim the same term, the first in the log keeps it', () => {
    const a = new Owner({}, 'a');
    const b = new Owner({}, 'b');
    a.input({ kind: 'owned', saved: null });
    b.input({ kind: 'owned', saved: null });
    const claims = [...hear(a, 0, calm), ...hear(b, 0, calm)];
    expect(claims.map(({ term }) => term)).toEqual([1, 1]);
    read(claims, a);
    expect(a.state.ownership).toEqual({ kind: 'owning', term: 1 });
    read(claims.slice(0, 1), b);
    expect(b.last).toMatchObject({ owner: 'b', term: 2 });
    read([b.last], a, b);
    expect(b.state.ownership).toEqual({ kind: 'owning', term: 2 });
    expect(a.state.ownership.kind).toBe('fenced');
  });

  test('a fenced owner that wakes up decides nothing, and what it wrote late is written over', () => {
    const a = new Owner({}, 'a').settled(calm);
    const b = new Owner({}, 'b');
    read(a.decisions, b);
    b.input({ kind: 'owned', saved: null });
    b.hearsFor(10_000, 13_000, calm);
    const late = { ...a.last, epoch: 7 };
    const again = b.input({ kind: 'decisionSeen', decision: late });
    expect(again).toEqual([b.state.decision]);
    read(b.decisions, a);
    const before = a.decisions.length;
    for (let nowMs = 13_000; nowMs < 15_000; nowMs += 100) hear(a, nowMs, euDead);
    expect(a.decisions).toHaveLength(before);
  });
});
