// Whatever happened, a replay is a fair judge: a rule set compared with itself differs in nothing, and
// every page of either side is accounted for exactly once.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertingConfig } from '../../../alerts/config/parse.ts';
import type { Fact } from '../../../alerts/fact.ts';
import { replayAlerts } from '../../../alerts/replay.ts';
import { compareReplays } from '../../../alerts/replay-compare.ts';
import { healthChanged, refused, tick } from '../../support/alerts-facts.ts';

const hook = { kind: 'webhook', url: 'https://hook.example/' } as const;
const route = { groupWait: '0s', groupInterval: '5s', groupBy: ['alertname', 'region'] };
const strict = alertingConfig({ receivers: { hook, other: hook }, route });
const calm = alertingConfig({
  receivers: { hook },
  route: { ...route, groupBy: ['group'] },
  rules: {
    regionDown: { for: '12s', keepFiringFor: '0s' },
    flapBudgetSpent: { severity: 'ticket' },
  },
});

const happening = fc.tuple(
  fc.integer({ min: 1, max: 300 }),
  fc.constantFrom('eu-west', 'us-east'),
  fc.constantFrom('down', 'healthy', 'suspect', 'refused'),
);

const history: fc.Arbitrary<readonly Fact[]> = fc
  .array(happening, { minLength: 1, maxLength: 25 })
  .map((happenings) => {
    const facts = happenings.map(([second, region, what]) =>
      what === 'refused' ? refused(second) : healthChanged(second, region, what),
    );
    return [...facts, tick(360)].sort((a, b) => a.atMs - b.atMs);
  });

test('a rule set compared with itself differs in nothing', () => {
  fc.assert(
    fc.property(history, (facts) => {
      const { same, onlyA, onlyB, both, a } = compareReplays(
        replayAlerts(facts, strict),
        replayAlerts(facts, strict),
      );
      expect({ same, onlyA, onlyB }).toEqual({ same: true, onlyA: [], onlyB: [] });
      expect(both).toHaveLength(a.pages);
    }),
    { numRuns: 100 },
  );
});

test('every page of either side is in both or in one, and none comes before its cause', () => {
  fc.assert(
    fc.property(history, (facts) => {
      const [a, b] = [replayAlerts(facts, strict), replayAlerts(facts, calm)];
      const compared = compareReplays(a, b);
      expect([...compared.onlyA, ...compared.both.map((pair) => pair.a)]).toHaveLength(
        a.pages.length,
      );
      expect([...compared.onlyB, ...compared.both.map((pair) => pair.b)]).toHaveLength(
        b.pages.length,
      );
      for (const { timeToPageMsA, timeToPageMsB } of compared.both) {
        expect(Math.min(timeToPageMsA, timeToPageMsB)).toBeGreaterThanOrEqual(0);
      }
      for (const { atMs, endedMs } of [...a.pages, ...b.pages]) {
        expect(endedMs ?? Infinity).toBeGreaterThanOrEqual(atMs);
      }
    }),
    { numRuns: 100 },
  );
});
