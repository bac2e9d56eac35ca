// Random stories of an outage: a crash in the middle changes nothing of what is said, and reading
// again says nothing.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact } from '../../../../alerts/fact.ts';
import type { RuleOutput } from '../../../../alerts/rules/output.ts';
import {
  createRules,
  type RulesState,
  recallAlert,
  restoreRules,
  saveRules,
  shippedRules,
  stepRules,
} from '../../../../alerts/rules/rules.ts';
import {
  accounts,
  beat,
  cell,
  converged,
  decided,
  healthChanged,
  incident,
  order,
  override,
  partial,
  receiver,
  refused,
  tick,
} from '../../../support/alerts-facts.ts';

const given = {
  rules: shippedRules.map((rule) =>
    rule.when.kind === 'burnRate'
      ? {
          ...rule,
          when: { ...rule.when, windows: [{ longMs: 60_000, shortMs: 5_000, burn: 10 }] },
        }
      : rule,
  ),
  flapping: { changes: 3, windowMs: 30_000 },
  runbookBase: '',
  dashboardBase: '',
};

const runs = 300;

/** What may happen in a second; time is put in afterwards. */
const happening: fc.Arbitrary<(second: number) => Fact> = fc.oneof(
  fc.constant(tick),
  fc.constant(beat),
  fc
    .tuple(fc.constantFrom('eu-west', 'us-east'), fc.constantFrom('healthy', 'suspect', 'down'))
    .map(
      ([region, health]) =>
        (second: number) =>
          healthChanged(second, region, health as 'down'),
    ),
  fc
    .record({
      failed: fc.nat(1_000),
      lag: fc.nat(100_000),
      gaps: fc.nat(3),
      partition: fc.nat(1),
      reporting: fc.nat(50),
    })
    .map(
      ({ failed, lag, gaps, partition, reporting }) =>
        (second: number) =>
          partial(second, {
            partition,
            cells: [cell('eu-west', [1_000 - failed, failed]), cell('us-east', [1_000, 0])],
            accounts: { ...accounts, offset: second, lagRecords: lag, gaps },
            homes: { 'eu-west': [reporting, 50] },
          }),
    ),
  fc.constantFrom('regionDown', 'noSafeTarget', 'rampStep').map(
    (reason) => (second: number) =>
      decided(second, {
        reason: reason as 'regionDown',
        epoch: Math.floor(second),
        noSafeTarget: reason === 'noSafeTarget',
        admit: { 'eu-west': reason === 'rampStep' ? 10_000 : 0, 'us-east': 10_000 },
      }),
  ),
  fc.constant((second: number) => converged(second, Math.floor(second))),
  fc.constant((second: number) => refused(second)),
  fc
    .boolean()
    .map(
      (entered) => (second: number) =>
        incident(
          second,
          entered
            ? { kind: 'tiltEntered', reason: 'lag', text: 'far behind' }
            : { kind: 'tiltLeft', reason: 'lag' },
        ),
    ),
  fc.nat(3).map(
    (client) => (second: number) =>
      incident(second, {
        kind: 'clientSetAside',
        client: `client-${client}`,
        region: 'eu-west',
        why: 'alone',
      }),
  ),
  fc.boolean().map(
    (clear) => (second: number) =>
      override(
        second,
        clear
          ? null
          : order({
              atMs: 1_000_000_000 + second * 1_000,
              expiresMs: 1_000_060_000 + second * 1_000,
            }),
      ),
  ),
  fc
    .nat(2)
    .map(
      (deadLettered) => (second: number) =>
        receiver(second, deadLettered === 2 ? { failingSince: second } : { deadLettered }),
    ),
);

const storyOf = (length: number): fc.Arbitrary<readonly Fact[]> =>
  fc
    .array(
      fc.tuple(
        happening,
        fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 90 })),
      ),
      {
        minLength: 1,
        maxLength: length,
      },
    )
    .map((steps) => {
      let second = 0;
      return steps.flatMap(([happens, passed]) => {
        second += passed;
        // Ticks more often than anything else, as in life; fractions keep stamps apart.
        return [happens(second), tick(second + 0.3), tick(second + 0.6)];
      });
    });

function tell(state: RulesState, facts: readonly Fact[]): readonly RuleOutput[] {
  return facts.flatMap((fact) => stepRules(state, fact, given));
}

function again(state: RulesState): RulesState {
  const restored = restoreRules(saveRules(state));
  if (restored === null) throw new Error('the snapshot was refused');
  return restored;
}

test('saved and restored at any moment, the story goes on as if nothing had been', () => {
  fc.assert(
    fc.property(storyOf(60), fc.nat(180), (facts, cutAt) => {
      const whole = tell(createRules(), facts);
      const state = createRules();
      const before = tell(state, facts.slice(0, cutAt));
      expect([...before, ...tell(again(state), facts.slice(cutAt))]).toEqual(whole);
    }),
    { numRuns: runs },
  );
});

test('the last facts read again after a restore say nothing new', () => {
  fc.assert(
    fc.property(storyOf(60), fc.nat(60), (facts, back) => {
      const state = createRules();
      tell(state, facts);
      const restored = again(state);
      expect(tell(restored, facts.slice(-1 - back))).toEqual([]);
    }),
    { numRuns: runs },
  );
});

test('what the log knew better than the snapshot is not said again', () => {
  fc.assert(
    fc.property(storyOf(60), fc.nat(180), fc.nat(60), (facts, cutAt, lostMost) => {
      const state = createRules();
      tell(state, facts.slice(0, cutAt));
      const restored = again(state);
      const lost = facts.slice(cutAt, cutAt + lostMost);
      for (const output of tell(state, lost)) {
        if (output.kind === 'alert') recallAlert(restored, output.alert);
      }
      expect(tell(restored, lost).filter(({ kind }) => kind === 'alert')).toEqual([]);
    }),
    { numRuns: runs },
  );
});

test('each alert begins once, ends once, and never goes on after its end', () => {
  fc.assert(
    fc.property(storyOf(80), (facts) => {
      const open = new Map<string, number>();
      const ended = new Map<string, number>();
      for (const output of tell(createRules(), facts)) {
        if (output.kind !== 'alert') continue;
        const { fingerprint, startsMs, state, endsMs } = output.alert;
        if (open.has(fingerprint)) expect(open.get(fingerprint)).toBe(startsMs);
        else {
          expect(state).not.toBe('resolved');
          expect(startsMs).toBeGreaterThan(ended.get(fingerprint) ?? 0);
        }
        if (state === 'resolved') {
          expect(endsMs).not.toBeNull();
          open.delete(fingerprint);
          ended.set(fingerprint, endsMs ?? 0);
        } else open.set(fingerprint, startsMs);
      }
    }),
    { numRuns: runs },
  );
});
