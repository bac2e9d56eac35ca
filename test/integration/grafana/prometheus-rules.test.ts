// The rule file in the hands of Prometheus' own checker, story by story.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dashboards } from '../../../grafana/files.ts';
import { allAlerts } from '../../../grafana/prometheus/rules.ts';
import { grafanaFolder, panelsOf, readDashboard } from '../../support/grafana-json.ts';
import { promtool, skipWithoutPromtool, type Verdict } from '../../support/promtool.ts';
import { budgetStories, type Story, stories } from './rule-stories.ts';

const rules = join(grafanaFolder, 'prometheus/rules.yml');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regionpilot-rules-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(skipWithoutPromtool('Prometheus rules'))('Prometheus rules', () => {
  test('promtool finds no fault in them', () => {
    expect(promtool('check', 'rules', rules)).toMatchObject({ passed: true });
  });

  test('Prometheus takes every query of every panel and mark, types and all', () => {
    const queries = dashboards.flatMap(({ uid = '' }) => {
      const dashboard = readDashboard(uid);
      const onPanels = panelsOf(dashboard).flatMap(({ targets = [] }) => targets);
      return [...onPanels, ...dashboard.annotations.list].map(({ expr = '' }) => expr);
    });
    expect(queries.length).toBeGreaterThan(100);
    const asRules = queries.map((expr, index) => ({
      record: `query:${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    const file = join(folder, 'queries.yml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules: asRules }] }));
    expect(promtool('check', 'rules', file)).toMatchObject({ passed: true });
  });

  test('each alert fires in a story', () => {
    const told = [...stories, ...budgetStories]
      .filter(({ firing }) => Object.values(firing).some((count) => count > 0))
      .map(({ alert }) => alert);
    expect(allAlerts.map(({ alert }) => alert).filter((name) => !told.includes(name))).toEqual([]);
  });

  test.each(stories.map((story) => [story.alert, story.name, story] as const))(
    '%s: %s',
    (_alert, _name, story) => {
      expect(tell(story, '10s')).toEqual({ passed: true, output: expect.any(String) });
    },
  );

  test.each(budgetStories.map((story) => [story.alert, story.name, story] as const))(
    '%s: %s',
    (_alert, _name, story) => {
      expect(tell(story, '1m')).toEqual({ passed: true, output: expect.any(String) });
    },
  );

  test('a story that expects too much fails, so these tests can', () => {
    const [story] = stories;
    if (story === undefined) throw new Error('no story');
    expect(tell({ ...story, firing: { '50s': 1 } }, '10s')).toMatchObject({ passed: false });
  });

  test('the words of an alert are filled in, and its runbook is linked', () => {
    const verdict = run({
      interval: '10s',
      input_series: input({
        'regionpilot_region_health_state{group="payments", region="eu"}': '2x9',
      }),
      alert_rule_test: [
        {
          eval_time: '30s',
          alertname: 'RegionPilotRegionDown',
          exp_alerts: [
            {
              exp_labels: { group: 'payments', region: 'eu', severity: 'page' },
              exp_annotations: {
                summary: 'payments: eu is down',
                description: 'A quorum of clients finds that the region does not serve them.',
                runbook_url: 'https://docs.example/docs/runbooks/region-down.md',
              },
            },
          ],
        },
      ],
    });
    expect(verdict).toEqual({ passed: true, output: expect.any(String) });
  });
});

function tell({ alert, series, firing }: Story, interval: string): Verdict {
  return run({
    interval,
    input_series: input(series),
    promql_expr_test: Object.entries(firing).map(([time, value]) => ({
      expr: `count(ALERTS{alertname="${alert}", alertstate="firing"}) or vector(0)`,
      eval_time: time,
      exp_samples: [{ labels: '{}', value }],
    })),
  });
}

function input(series: Story['series']): readonly object[] {
  return Object.entries(series).map(([name, values]) => ({ series: name, values }));
}

function run(one: { readonly interval: string; readonly [part: string]: unknown }): Verdict {
  const file = join(folder, 'story.yml');
  // JSON is YAML.
  const document = { rule_files: [rules], evaluation_interval: one.interval, tests: [one] };
  writeFileSync(file, JSON.stringify(document));
  return promtool('test', 'rules', file);
}
