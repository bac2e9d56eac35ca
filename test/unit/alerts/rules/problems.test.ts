// Rules that have the right shape and still make no sense are told apart before they are used.

import { expect, test } from 'vitest';
import type { Rule } from '../../../../alerts/rule.ts';
import { ruleProblems } from '../../../../alerts/rules/rules.ts';
import { shipped } from '../../../support/alerts-stories.ts';

const paths = (rule: Rule): readonly string[] => ruleProblems(rule).map(({ path }) => path);

const burn = (objective: number, times: number, shortMs = 300_000): Rule =>
  shipped('errorBudgetBurnFast', {
    when: {
      kind: 'burnRate',
      objective,
      minEvents: 0,
      windows: [{ longMs: 3_600_000, shortMs, burn: times }],
    },
  });

test('a burn that would need more than all to fail can never fire', () => {
  expect(paths(burn(0.9, 14.4))).toEqual(['when.windows.0.burn']);
  expect(paths(burn(0.9, 10))).toEqual(['when.windows.0.burn']);
  expect(paths(burn(0.9, 9.9))).toEqual([]);
  expect(ruleProblems(burn(0.9, 14.4))[0]?.expected).toContain('less than 10');
});

test('the short window is shorter than the long one', () => {
  expect(paths(burn(0.999, 14.4, 3_600_000))).toEqual(['when.windows.0.shortMs']);
});

test('exit lies on the calm side of enter', () => {
  const lag = (kind: 'above' | 'below', enter: number, exit: number): Rule =>
    shipped('aggregatorBehind', { when: { kind, enter, exit } });
  expect(paths(lag('above', 10, 11))).toEqual(['when.exit']);
  expect(paths(lag('below', 10, 9))).toEqual(['when.exit']);
  expect(paths(lag('above', 10, 10))).toEqual([]);
});

test('a condition must fit what its signal is', () => {
  const above = { kind: 'above', enter: 1, exit: 1 } as const;
  expect(paths(shipped('regionDown', { when: above }))).toEqual(['when.kind']);
  expect(paths(shipped('errorBudgetBurnFast', { when: above }))).toEqual(['when.kind']);
  expect(paths(shipped('eventsLost', { when: { kind: 'is', values: ['1'] } }))).toEqual([
    'when.kind',
  ]);
});

test('states and labels must exist', () => {
  expect(paths(shipped('regionDown', { when: { kind: 'is', values: ['down', 'dwon'] } }))).toEqual([
    'when.values.1',
  ]);
  expect(
    paths(
      shipped('regionDown', {
        only: [
          { label: 'regoin', op: '=', value: 'eu' },
          { label: 'region', op: '=~', value: '(' },
        ],
      }),
    ),
  ).toEqual(['only.0.label', 'only.1.value']);
});

test('templates must parse and name filters that exist', () => {
  expect(
    paths(shipped('regionDown', { summary: '{% if %}', description: '{{ value | shout }}' })),
  ).toEqual(['summary', 'description']);
});
