import {
  compareVersions,
  type Decision,
  isNewer,
  noVersion,
  type Version,
} from '@regionpilot/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startSubscription, stepSubscription } from '../../../agent/subscription.ts';
import type { SubscriptionInput } from '../../../agent/subscription-state.ts';
import { decision, heartbeat } from '../../unit/agent/build.ts';

const policy = { groups: new Map([['cache', ['eu', 'us']]]), decisionStaleMs: 5_000 };

const version = fc.record({ term: fc.nat(3), epoch: fc.nat(6) });
const decisionOf = ({ term, epoch }: Version): Decision => decision({ term, epoch });

const input: fc.Arbitrary<SubscriptionInput> = fc.oneof(
  version.map((v) => ({ kind: 'decision' as const, decision: decisionOf(v), nowMs: 0 })),
  version.map(({ term, epoch }) => ({
    kind: 'heartbeat' as const,
    heartbeat: heartbeat({ cache: [term, epoch] }),
    nowMs: 0,
  })),
  fc.record({
    kind: fc.constant('stored' as const),
    decision: version.map(decisionOf),
    origin: fc.constantFrom('cache' as const, 'bootstrap' as const),
    nowMs: fc.constant(0),
  }),
  fc.constant({ kind: 'caughtUp' as const, nowMs: 0 }),
  fc.constant({ kind: 'restarted' as const, nowMs: 0 }),
  fc.nat(60_000).map((nowMs) => ({ kind: 'tick' as const, nowMs })),
);

function versionsHeld(inputs: readonly SubscriptionInput[]): readonly Version[] {
  let state = startSubscription(policy, 0);
  const held: Version[] = [noVersion];
  for (const one of inputs) {
    [state] = stepSubscription(state, one, policy);
    const now = state.groups.get('cache')?.held;
    if (now) held.push({ term: now.term, epoch: now.epoch });
  }
  return held;
}

describe('whatever comes in whatever order, however often', () => {
  test('what a client follows never becomes older', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60, size: 'max' }), (inputs) => {
        const held = versionsHeld(inputs);
        for (let i = 1; i < held.length; i++) {
          expect(
            compareVersions(held[i] as Version, held[i - 1] as Version),
          ).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('once it has caught up it follows the newest decision there was', () => {
    fc.assert(
      fc.property(fc.array(input, { minLength: 1, maxLength: 60, size: 'max' }), (inputs) => {
        const all = [...inputs, { kind: 'caughtUp' as const, nowMs: 0 }];
        const newest = all.reduce<Version>(
          (best, one) => ('decision' in one && isNewer(one.decision, best) ? one.decision : best),
          noVersion,
        );
        expect(compareVersions(versionsHeld(all).at(-1) as Version, newest)).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('each decision is applied at most once', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60, size: 'max' }), (inputs) => {
        let state = startSubscription(policy, 0);
        const applied: string[] = [];
        for (const one of inputs) {
          const [next, effects] = stepSubscription(state, one, policy);
          state = next;
          for (const effect of effects) {
            if (effect.kind === 'apply')
              applied.push(`${effect.decision.term}/${effect.decision.epoch}`);
          }
        }
        expect(new Set(applied).size).toBe(applied.length);
      }),
      { numRuns: 1_000 },
    );
  });
});
