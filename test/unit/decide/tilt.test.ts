import { describe, expect, test } from 'vitest';
import { type Fleet, Owner } from '../../support/owner.ts';

const calm: Fleet = { eu: { clients: 40, sees: { eu: { ok: 400 }, us: { ok: 40 } } } };
const euDead: Fleet = { eu: { clients: 40, sees: { eu: { down: 38 }, us: { ok: 40 } } } };

describe('watching without acting', () => {
  test('a new owner decides nothing before it saw a whole window', () => {
    const owner = new Owner();
    owner.input({ kind: 'owned', saved: null });
    owner.hearsFor(0, 1_900, euDead);
    expect(owner.reasons).toEqual(['initial']);
    expect(owner.refusals()).toEqual(['tilt']);
    owner.hearsFor(1_900, 2_300, euDead);
    expect(owner.reasons).toEqual(['initial', 'regionDown']);
  });

  test('a stalled process does not act on what it missed until the tilt is over', () => {
    const owner = new Owner().settled(calm);
    const tilt = { kind: 'tilt', reason: 'loopStall', text: 'stood still for 10 s' } as const;
    owner.input({ ...tilt, active: true });
    owner.hearsFor(10_000, 11_000, euDead);
    owner.input({ ...tilt, active: false });
    owner.hearsFor(11_000, 15_900, euDead);
    expect(owner.reasons).toEqual(['initial']);
    owner.hearsFor(15_900, 16_500, euDead);
    expect(owner.reasons).toEqual(['initial', 'regionDown']);
    const tilts = owner.events.flatMap((e) => (e.kind === 'tiltEntered' ? [e.reason] : []));
    expect(tilts).toEqual(['warmUp', 'loopStall']);
  });

  test('a fleet that falls silent while the rest is fine is a telemetry fault, not an outage', () => {
    const owner = new Owner().settled(calm);
    owner.hearsFor(10_000, 20_000, {
      eu: { clients: 5, known: 40, sees: { eu: { live: 5, ok: 50 }, us: { live: 5, ok: 5 } } },
    });
    expect(owner.reasons).toEqual(['initial']);
    expect(owner.events).toContainEqual(
      expect.objectContaining({ kind: 'tiltEntered', reason: 'coverage' }),
    );
  });

  test('the few that still report may send everybody away only if they all say the same', () => {
    const few = (down: number): Fleet => ({
      eu: { clients: 10, known: 40, sees: { eu: { live: 10, down }, us: { live: 10, ok: 5 } } },
    });
    const owner = new Owner().settled(calm);
    owner.hearsFor(10_000, 12_000, few(6));
    expect(owner.reasons).toEqual(['initial']);
    owner.hearsFor(12_000, 13_000, few(10));
    expect(owner.reasons).toEqual(['initial', 'regionDown']);
  });

  test('after a stretch without input, what was healthy must be seen healthy again', () => {
    const owner = new Owner({ healthyForMs: 20_000, coolDownMs: 5_000 }).settled(calm);
    owner.hearsFor(10_000, 11_000, euDead);
    owner.hearsFor(11_000, 20_000, calm);
    owner.hearsFor(60_000, 70_000, calm);
    expect(owner.last.reason).toBe('regionDown');
    owner.hearsFor(70_000, 83_000, calm);
    expect(owner.last.reason).toBe('rampStep');
  });
});
