import { describe, expect, test } from 'vitest';
import {
  type BreakerInput,
  type BreakerState,
  closedBreaker,
  type RegionSight,
  stepBreaker,
} from '../../../agent/breaker.ts';

const policy = { localBreaker: true, breakerAfterMs: 2_000 };

function sights(eu: RegionSight['sight'], us: RegionSight['sight']): readonly RegionSight[] {
  return [
    { region: 'eu', sight: eu },
    { region: 'us', sight: us },
  ];
}

const failing: BreakerInput = {
  nowMs: 0,
  stale: true,
  active: 'eu',
  decided: 'eu',
  admitted: ['eu', 'us'],
  sights: sights('failing', 'usable'),
};

/** The moves of a breaker that sees these inputs in turn. */
function moves(inputs: readonly Partial<BreakerInput>[], settings = policy) {
  let state: BreakerState = closedBreaker;
  return inputs.map((input) => {
    const active: string = input.active ?? (state.kind === 'open' ? state.to : 'eu');
    const [next, move] = stepBreaker(state, { ...failing, active, ...input }, settings);
    state = next;
    return move === null ? null : `${move.from}>${move.to}`;
  });
}

describe('the local breaker leaves a region', () => {
  test('that failed for two seconds while nobody decided', () => {
    expect(moves([{ nowMs: 0 }, { nowMs: 1_999 }, { nowMs: 2_000 }])).toEqual([
      null,
      null,
      'eu>us',
    ]);
  });

  test('and says for how long it failed', () => {
    const [waiting] = stepBreaker(closedBreaker, failing, policy);
    const [, move] = stepBreaker(waiting, { ...failing, nowMs: 2_500 }, policy);
    expect(move?.reason).toBe('eu failed for 2500 ms while the decision stream was stale');
  });

  test('not while the stream is fresh', () => {
    expect(moves([0, 5_000, 10_000].map((nowMs) => ({ nowMs, stale: false })))).toEqual([
      null,
      null,
      null,
    ]);
  });

  test('not after one good look in between', () => {
    const fine = { nowMs: 1_500, sights: sights('usable', 'usable') };
    expect(moves([{ nowMs: 0 }, fine, { nowMs: 1_600 }, { nowMs: 3_500 }])).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test('not when told not to', () => {
    const off = { ...policy, localBreaker: false };
    expect(moves([{ nowMs: 0 }, { nowMs: 9_000 }], off)).toEqual([null, null]);
  });

  test('never the last one: with nowhere to go it stays', () => {
    const alone = { admitted: ['eu'] };
    const bad = { sights: sights('failing', 'failing') };
    expect(
      moves([
        { nowMs: 0, ...alone },
        { nowMs: 9_000, ...alone },
      ]),
    ).toEqual([null, null]);
    expect(
      moves([
        { nowMs: 0, ...bad },
        { nowMs: 9_000, ...bad },
      ]),
    ).toEqual([null, null]);
  });

  test('for one seen alive rather than one never tried, and for that rather than none', () => {
    const three = { admitted: ['eu', 'asia', 'us'] };
    expect(
      moves([
        { nowMs: 0, ...three },
        { nowMs: 2_000, ...three },
      ]),
    ).toEqual([null, 'eu>us']);
    const unseen = { ...three, sights: sights('failing', 'failing') };
    expect(
      moves([
        { nowMs: 0, ...unseen },
        { nowMs: 2_000, ...unseen },
      ]),
    ).toEqual([null, 'eu>asia']);
  });
});

describe('after a move', () => {
  test('the next one waits for the cool-down', () => {
    const bad = { sights: sights('usable', 'failing') };
    expect(
      moves([
        { nowMs: 0 },
        { nowMs: 2_000 },
        { nowMs: 3_000, ...bad },
        { nowMs: 31_999, ...bad },
        { nowMs: 32_000, ...bad },
      ]),
    ).toEqual([null, 'eu>us', null, null, 'us>eu']);
  });

  test('the log has the last word as soon as it speaks, and the return is reported', () => {
    const fresh = { nowMs: 2_500, stale: false };
    expect(moves([{ nowMs: 0 }, { nowMs: 2_000 }, fresh])).toEqual([null, 'eu>us', 'us>eu']);
    const agrees = { ...fresh, decided: 'us' };
    expect(moves([{ nowMs: 0 }, { nowMs: 2_000 }, agrees])).toEqual([null, 'eu>us', null]);
  });

  test('a stream that comes and goes does not bounce the client', () => {
    expect(
      moves([
        { nowMs: 0 },
        { nowMs: 2_000 },
        { nowMs: 3_000, stale: false },
        { nowMs: 9_000 },
        { nowMs: 12_000 },
        { nowMs: 32_000 },
      ]),
    ).toEqual([null, 'eu>us', 'us>eu', null, null, 'eu>us']);
  });
});
