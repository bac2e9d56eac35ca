// The dashboards keep the rules of grafana/dashboard-linter; each exception has its reason.

import { describe, expect, test } from 'vitest';
import { dashboards } from '../../../grafana/files.ts';
import { type Exclusion, idle, lint } from '../../support/dashboard-lint.ts';
import { type Dashboard, panelsOf, readDashboard } from '../../support/grafana-json.ts';

const recorded: readonly Exclusion[] = ['Burn rate', 'Budget left at the pace of 3 days'].flatMap(
  (at) =>
    ['target-job-rule', 'target-instance-rule'].map((rule) => ({
      rule,
      at,
      reason: 'recorded over all processes of a group: no job or instance is left',
    })),
);

/** `happened` in grafana/query.ts says why. */
const fromFirstEvent: readonly Exclusion[] = [
  'Attempts to $receiver',
  'Dead letters',
  'Decisions by reason',
  'Failed writes and given up',
  'Failovers and returns',
  'How notices for $receiver ended',
  'Moves between regions',
  'Notices for $receiver by reason',
  'Notices just given up',
  'OTLP exports',
  'Rebalances',
  'Refusals by safety rule',
  'Series left out',
  'Timeline records by kind',
].map((at) => ({
  rule: 'target-counter-agg-rule',
  at,
  reason: 'a counter that begins with its first event: its first value is what increase misses',
}));

const exclusions = [...recorded, ...fromFirstEvent];

const committed = dashboards.map(({ uid = '' }) => readDashboard(uid));
const regions = readDashboard('regionpilot-regions');

test.each(committed.map((each) => [each.uid, each] as const))('%s is clean', (_uid, dashboard) => {
  expect(lint(dashboard, exclusions)).toEqual([]);
});

test('every exception still excuses something', () => {
  expect(idle(committed, exclusions)).toEqual([]);
});

describe('a dashboard that was touched by hand is found out', () => {
  const changedPanel = (type: string, change: object): Dashboard => {
    const panels = panelsOf(regions).map((panel) =>
      panel.type === type ? { ...panel, ...change } : panel,
    );
    return { ...regions, panels };
  };
  const rulesOf = (dashboard: Dashboard): ReadonlySet<string> =>
    new Set(lint(dashboard, exclusions).map(({ rule }) => rule));
  const asks = (expr: string): Dashboard => changedPanel('stat', { targets: [{ expr }] });
  const selector = '{job=~"$job", instance=~"$instance"}';

  test.each([
    ['uneditable-dashboard', { ...regions, editable: true }],
    ['template-job-rule', { ...regions, templating: { list: [] } }],
    ['panel-title-description-rule', changedPanel('state-timeline', { description: '' })],
    ['panel-datasource-rule', changedPanel('geomap', { datasource: { uid: 'mine' } })],
    ['panel-no-targets-rule', changedPanel('status-history', { targets: [] })],
    [
      'panel-units-rule',
      changedPanel('heatmap', { fieldConfig: { defaults: { unit: 'knots²' } } }),
    ],
    ['target-promql-rule', asks(`sum(rate(x_total${selector}[5m])`)],
    ['target-job-rule', asks('x{instance=~"$instance"}')],
    ['target-instance-rule', asks('x{job=~"$job"}')],
    ['target-rate-interval-rule', asks(`rate(x_total${selector}[5m])`)],
    ['target-counter-agg-rule', asks(`sum(x_total${selector})`)],
  ] as const)('%s', (rule, dashboard) => {
    expect(rulesOf(dashboard)).toContain(rule);
  });
});
