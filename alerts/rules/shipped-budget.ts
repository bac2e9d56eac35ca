// Shipped rules about the error budget of callers: failovers aside, is the service as good as
// promised? Windows and burns are those of The Site Reliability Workbook, chapter 5, for an objective
// of 99.9 % over 30 days. Detection of a dead region does not wait for these: they see what is too
// slow or too small for it.

import type { Rule } from '../rule.ts';
import { dashboards, rule } from './shipped-base.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** One failed call in ten minutes at night is 100 % of nothing. */
const minEvents = 1_000;

export const budgetRules: readonly Rule[] = [
  rule({
    name: 'errorBudgetBurnFast',
    signal: 'groupErrors',
    when: {
      kind: 'burnRate',
      objective: 0.999,
      minEvents,
      windows: [
        { longMs: hour, shortMs: 5 * minute, burn: 14.4 },
        { longMs: 6 * hour, shortMs: 30 * minute, burn: 6 },
      ],
    },
    severity: 'page',
    summary: '{{ labels.group }}: the error budget of the month is gone within days',
    description:
      'Callers fail 14.4 times faster than 99.9 % allows over an hour, or 6 times over 6 hours.',
    dashboard: dashboards.regions,
  }),
  rule({
    name: 'errorBudgetBurnSlow',
    signal: 'groupErrors',
    when: {
      kind: 'burnRate',
      objective: 0.999,
      minEvents,
      windows: [
        { longMs: day, shortMs: 2 * hour, burn: 3 },
        { longMs: 3 * day, shortMs: 6 * hour, burn: 1 },
      ],
    },
    severity: 'ticket',
    summary: '{{ labels.group }}: the error budget of the month will not last',
    description:
      'Callers fail 3 times faster than 99.9 % allows over a day, or faster at all over 3 days.',
    dashboard: dashboards.regions,
  }),
];
