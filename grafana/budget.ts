// The error budget of callers, recorded by Prometheus: days of raw counters are too much for a panel.
//
// Windows and burns are those of The Site Reliability Workbook, chapter 5, as in the shipped rules of
// alerting: 99.9 % over 30 days. Failovers aside, is the service as good as promised?

import { bare, is } from './query.ts';

export const budgetWindows = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;
export type BudgetWindow = (typeof budgetWindows)[number];

/** Share of calls that may fail: 1 − 99.9 %. */
const allowed = 0.001;

export type Recording = {
  readonly record: string;
  readonly expr: string;
  /** What its series have besides the name. */
  readonly labels: readonly string[];
};

/** How many times faster than allowed callers of a group fail. */
export function burnOf(window: BudgetWindow): `group:${string}` {
  return `group:regionpilot_error_budget_burn:rate${window}`;
}

/** Windows an alert calls long: those must have seen enough to matter. */
const longWindows: readonly BudgetWindow[] = ['1h', '6h', '1d', '3d'];

/** Commands of a group within the window: a few failures at night are 100 % of nothing. */
export function commandsOf(window: BudgetWindow): `group:${string}` {
  return `group:regionpilot_connection_events:increase${window}`;
}

/** Share of the budget left after 30 days that go on like the last three. */
export const budgetLeft = 'group:regionpilot_error_budget_left:ratio3d';

export function recordings(windows: readonly BudgetWindow[]): readonly Recording[] {
  const labels = ['group'];
  const burns = windows.map((window) => ({ record: burnOf(window), expr: burn(window), labels }));
  const counts = windows
    .filter((window) => longWindows.includes(window))
    .map((window) => ({ record: commandsOf(window), expr: commands(window), labels }));
  return [...burns, ...counts];
}

export const budgetLeftRecording: Recording = {
  record: budgetLeft,
  expr: `1 - ${burnOf('3d')}`,
  labels: ['group'],
};

function burn(window: BudgetWindow): string {
  const errors = bare('regionpilot.connection.events', { outcome: is('error') });
  const all = bare('regionpilot.connection.events');
  return `sum by (group) (rate(${errors}[${window}])) / sum by (group) (rate(${all}[${window}])) / ${allowed}`;
}

function commands(window: BudgetWindow): string {
  return `sum by (group) (increase(${bare('regionpilot.connection.events')}[${window}]))`;
}
