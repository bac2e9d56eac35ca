// The page to open first: are callers well, where not, since when, and how bad is it?

import { budgetLeft, burnOf } from '../budget.ts';
import type { Page, Row } from '../frame.ts';
import { falling, rising } from '../look.ts';
import { lines, stat } from '../panels.ts';
import { fold, series } from '../query.ts';
import { uids } from '../uids.ts';
import { red, when } from './regions-course.ts';
import { now, where } from './regions-now.ts';
import { inRegion } from './regions-shared.ts';

const budget: Row = {
  title: 'Error budget',
  panels: [
    lines(
      {
        title: 'Burn rate',
        means:
          'How many times faster than 99.9 % allows callers fail, over 5 minutes, 30 minutes, 1 hour and 6 hours. From the recording rules.',
        bad: 'Up is bad: above 14.4 over an hour the budget of a month is gone in two days.',
        runbooks: ['error-budget-burn-fast', 'error-budget-burn-slow'],
      },
      (['5m', '30m', '1h', '6h'] as const).map((window) => ({
        expr: `${burnOf(window)}{group=~"$group"}`,
        legend: `{{group}} ${window}`,
      })),
      { unit: 'none', thresholds: rising(14.4), width: 16 },
    ),
    stat(
      {
        title: 'Budget left at the pace of 3 days',
        means:
          'What is left of the error budget after 30 days if callers go on to fail as within the last 3 days.',
        bad: 'Down is bad: below 0 the objective will be missed.',
        runbooks: ['error-budget-burn-slow'],
      },
      { expr: `min(${budgetLeft}{group=~"$group"})` },
      { unit: 'percentunit', thresholds: falling(0, 0.25), width: 8, height: 8 },
    ),
  ],
};

const fleet: Row = {
  title: 'The fleet',
  panels: [
    lines(
      {
        title: 'Clients by home',
        means: 'Clients that report now, and those known within the last minute without a goodbye.',
        bad: 'A gap between the two lines of a home is bad: those clients are silent.',
        runbooks: ['agents-silent'],
      },
      [
        {
          expr: fold('sum', 'regionpilot.clients', ['group', 'home', 'state']),
          legend: '{{group}} {{home}} {{state}}',
        },
      ],
    ),
    lines(
      {
        title: 'Votes against a region',
        means:
          'Clients whose own verdict is that the region is down. A quorum of them makes it so.',
        bad: 'Up is bad.',
        runbooks: ['client-failing-alone'],
      },
      [{ expr: series('regionpilot.region.voters'), legend: `${inRegion} at {{instance}}` }],
    ),
  ],
};

export const regionsPage: Page = {
  uid: uids.regions,
  title: 'Regions',
  description:
    'Are callers well, where not, since when, and how bad is it? The page to open first.',
  rows: [now, where, when, red, budget, fleet],
};
