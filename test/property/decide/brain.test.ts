import { admitsEveryone, compareVersions, type Decision } from '@regionpilot/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { step } from '../../../aggregator/decide/group.ts';
import type { GroupState } from '../../../aggregator/decide/state.ts';
import { wilsonLow } from '../../../aggregator/wilson.ts';
import { type Fleet, holdRecord, Owner, type SeenRegion } from '../../support/owner.ts';

const seen: fc.Arbitrary<SeenRegion> = fc
  .record({
    down: fc.integer({ min: 0, max: 20 }),
    everywhere: fc.integer({ min: 0, max: 5 }),
    ok: fc.integer({ min: 0, max: 200 }),
    failed: fc.integer({ min: 0, max: 200 }),
    engaged: fc.integer({ min: 0, max: 30 }),
  })
  .map((each) => ({ ...each, engaged: Math.max(each.engaged, each.down + each.everywhere) }));

const fleet: fc.Arbitrary<Fleet> = fc
  .record({ eu: seen, us: seen, ap: seen, known: fc.integer({ min: 30, max: 90 }) })
  .chain((home) =>
    fc.record({ eu: seen, us: seen, ap: seen }).map((other) => ({
      eu: { clients: 30, known: home.known, sees: { eu: home.eu, us: home.us, ap: home.ap } },
      us: { clients: 30, sees: other },
    })),
  );

type Episode =
  | { readonly kind: 'fleet'; readonly fleet: Fleet; readonly ticks: number }
  | {
      readonly kind: 'hold';
      readonly region: string;
      readonly use: boolean;
      readonly forMs: number;
    }
  | { readonly kind: 'kill'; readonly mode: 'off' | 'shadow' | 'enforce' }
  | { readonly kind: 'silence'; readonly ms: number };

const region = fc.constantFrom('eu', 'us', 'ap', 'mars');
const episode: fc.Arbitrary<Episode> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('fleet' as const),
      fleet,
      ticks: fc.integer({ min: 1, max: 60 }),
    }),
  },
  fc.record({
    kind: fc.constant('hold' as const),
    region,
    use: fc.boolean(),
    forMs: fc.integer({ min: 100, max: 9_000 }),
  }),
  fc.record({
    kind: fc.constant('kill' as const),
    mode: fc.constantFrom('off' as const, 'shadow' as const, 'enforce' as const),
  }),
  fc.record({ kind: fc.constant('silence' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
);

const quick = { healthyForMs: 1_000, coolDownMs: 2_000, rampStepMs: 500, tiltHoldMs: 500 };

function live(owner: Owner, episodes: readonly Episode[]): void {
  let nowMs = 0;
  owner.input({ kind: 'owned', saved: null });
  for (const each of episodes) {
    switch (each.kind) {
      case 'fleet':
        owner.hearsFor(nowMs, nowMs + each.ticks * 100, each.fleet);
        nowMs += each.ticks * 100;
        break;
      case 'hold':
        owner.orders(
          holdRecord({ kind: each.use ? 'use' : 'avoid', region: each.region }, nowMs + each.forMs),
        );
        break;
      case 'kill':
        owner.orders(holdRecord(null, nowMs + 5_000, { automation: each.mode }), 'all');
        break;
      case 'silence':
        nowMs += each.ms;
        break;
    }
  }
}

/** Forgets everything that is not plain data between two steps. */
class ForgetfulOwner extends Owner {
  override input(input: Parameters<Owner['input']>[0]): readonly Decision[] {
    this.state = JSON.parse(JSON.stringify(this.state)) as GroupState;
    return super.input(JSON.parse(JSON.stringify(input)) as typeof input);
  }
}

describe('whatever the fleet says', () => {
  test('every decision admits everybody somewhere, and epochs only grow', () => {
    fc.assert(
      fc.property(fc.array(episode, { maxLength: 25 }), (episodes) => {
        const owner = new Owner(quick);
        live(owner, episodes);
        owner.decisions.forEach((decision, i) => {
          const rows = [decision.admit, ...Object.values(decision.homes)];
          expect(rows.every(admitsEveryone)).toBe(true);
          const before = owner.decisions[i - 1];
          if (before !== undefined) expect(compareVersions(decision, before)).toBeGreaterThan(0);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('the state is plain data: a brain that is saved and restored between any two inputs decides the same', () => {
    fc.assert(
      fc.property(fc.array(episode, { maxLength: 15 }), (episodes) => {
        const owner = new Owner(quick);
        const forgetful = new ForgetfulOwner(quick);
        live(owner, episodes);
        live(forgetful, episodes);
        expect(JSON.stringify(forgetful.decisions)).toBe(JSON.stringify(owner.decisions));
        expect(JSON.stringify(forgetful.events)).toBe(JSON.stringify(owner.events));
      }),
      { numRuns: 150 },
    );
  });

  test('a step never changes the state it was given', () => {
    fc.assert(
      fc.property(fc.array(episode, { maxLength: 8 }), (episodes) => {
        const owner = new Owner(quick);
        live(owner, episodes);
        const before = JSON.stringify(owner.state);
        const partial = Object.values(owner.state.partials)[0];
        if (partial === undefined) return;
        step(
          owner.state,
          { kind: 'partial', partial, nowMs: owner.state.nowMs + 100 },
          owner.policy,
        );
        expect(JSON.stringify(owner.state)).toBe(before);
      }),
      { numRuns: 100 },
    );
  });
});

test('the Wilson bound lies between nothing and the ratio, and grows with the evidence', () => {
  const count = fc.integer({ min: 1, max: 100_000 });
  fc.assert(
    fc.property(count, count, (failed, answered) => {
      const total = failed + answered;
      const low = wilsonLow(failed, total);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(failed / total);
      expect(wilsonLow(failed * 10, total * 10)).toBeGreaterThanOrEqual(low);
    }),
  );
});
