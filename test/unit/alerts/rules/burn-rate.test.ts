// Burn rates by the tables of the Site Reliability Workbook, chapter 5, in windows of hours and in
// windows of seconds.

import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../../alerts/fact.ts';
import type { BurnWindow, Rule } from '../../../../alerts/rule.ts';
import { saveRules } from '../../../../alerts/rules/rules.ts';
import { cell, failing, partial, tick } from '../../../support/alerts-facts.ts';
import {
  alertsIn,
  config,
  ruleOf,
  seconds,
  shipped,
  statesOf,
  story,
} from '../../../support/alerts-stories.ts';

const burnRule = (windows: readonly BurnWindow[], given: Partial<Rule> = {}): Rule =>
  ruleOf(
    { kind: 'burnRate', objective: 0.999, minEvents: 1_000, windows },
    { signal: 'groupErrors', noDataAfterMs: 86_400_000, ...given },
  );

/** A sample and a tick every `step` seconds. */
const stretch = (from: number, to: number, step: number, ratio: number): readonly Fact[] =>
  seconds(0, Math.floor((to - from) / step) - 1).flatMap((index) => [
    failing(from + index * step, ratio),
    tick(from + index * step),
  ]);

const hour = 3_600;

describe('the table of windows', () => {
  // [long and short window in hours, burn, the ratio that just exceeds it, one that just does not]
  const rows = [
    [1, 5 / 60, 14.4, 0.015, 0.014],
    [6, 0.5, 6, 0.007, 0.005],
    [24, 2, 3, 0.004, 0.003],
    [72, 6, 1, 0.002, 0.001],
  ] as const;

  test.each(rows)('%s h / %s h at %s times: %s of errors fires, %s does not', (...row) => {
    const [long, short, burn, over, under] = row;
    const rule = burnRule([{ longMs: long * 3_600_000, shortMs: short * 3_600_000, burn }]);
    const statesAfter = (ratio: number): readonly string[] => {
      const { hear, said } = story(config([rule]));
      hear(...stretch(0, long * hour, long * 10, ratio));
      return statesOf(said, 'probe');
    };
    expect(statesAfter(over)).toEqual(['firing']);
    expect(statesAfter(under)).toEqual([]);
  });
});

describe('scenario 36: only both windows page, and the short one lets go', () => {
  const rule = burnRule([{ longMs: 60_000, shortMs: 5_000, burn: 14.4 }]);

  test('a spike that fills only the short window pages nobody', () => {
    const { hear, said } = story(config([rule]));
    hear(...stretch(0, 60, 2, 0), ...stretch(60, 62, 2, 0.2), ...stretch(62, 120, 2, 0));
    expect(statesOf(said, 'probe')).toEqual([]);
  });

  test('after recovery it ends within the length of the short window', () => {
    const { hear, said } = story(config([rule]));
    hear(...stretch(0, 60, 2, 0.05));
    expect(statesOf(said, 'probe')).toEqual(['firing']);
    hear(...stretch(60, 90, 1, 0));
    expect(statesOf(said, 'probe')).toEqual(['firing', 'resolved']);
    expect((alertsIn(said).at(-1)?.endsMs ?? 0) - (1_000_000_000 + 60_000)).toBeLessThanOrEqual(
      6_000,
    );
  });

  test('it ends as quickly where callers stop calling altogether', () => {
    const { hear, said } = story(config([rule]));
    hear(...stretch(0, 60, 2, 0.05), ...seconds(60, 66).map(tick));
    expect(statesOf(said, 'probe')).toEqual(['firing', 'resolved']);
  });
});

test('the time before anybody looked counts as clean: a fresh start does not page for seconds', () => {
  const rule = burnRule([{ longMs: 3_600_000, shortMs: 300_000, burn: 14.4 }]);
  const { hear, said } = story(config([rule]));
  // A tenth of all fails: seven times the bound in an hour, and for 20 seconds a thirtieth of it.
  hear(...stretch(0, 20, 2, 0.1));
  expect(statesOf(said, 'probe')).toEqual([]);
  hear(...stretch(20, 700, 2, 0.1));
  expect(statesOf(said, 'probe')).toEqual(['firing']);
});

test('too few events prove nothing, however many of them fail', () => {
  const cells = [cell('us-east', [0, 10])];
  const rule = burnRule([{ longMs: 60_000, shortMs: 5_000, burn: 14.4 }]);
  const { hear, said } = story(config([rule]));
  hear(...seconds(0, 58).flatMap((second) => [partial(second, { cells }), tick(second)]));
  expect(statesOf(said, 'probe')).toEqual([]);
});

test('windows are taken once per their length, so partials at any pace add up the same', () => {
  const rule = burnRule([{ longMs: 60_000, shortMs: 5_000, burn: 1 }]);
  const totals = [0.1, 0.5, 2].map((step) => {
    const { hear, state } = story(config([rule]));
    hear(...seconds(0, 20 / step).map((index) => failing(index * step, 0.5)));
    const window = state.burns.get('payments-cache')?.get(60_000);
    return [window?.answered, window?.failed];
  });
  expect(totals).toEqual([
    [5_500, 5_500],
    [5_500, 5_500],
    [5_500, 5_500],
  ]);
});

test('three days of a group fit into a few kB of snapshot', () => {
  const given = config([shipped('errorBudgetBurnFast'), shipped('errorBudgetBurnSlow')]);
  const { hear, state } = story(given);
  hear(...stretch(0, 72 * hour, 60, 0.0005));
  expect(saveRules(state).length).toBeLessThan(16_000);
});
