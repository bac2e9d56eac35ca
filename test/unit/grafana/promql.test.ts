// The reader of queries that the other tests rely on.

import { describe, expect, test } from 'vitest';
import { quantile, rate, series } from '../../../grafana/query.ts';
import { readQuery } from '../../support/promql.ts';

test('a selector is read with its matchers, its window and the function around it', () => {
  expect(readQuery('sum by (a) (rate(x_total{job=~"$job", b="c"}[$__rate_interval]))')).toEqual({
    flaws: [],
    selectors: [
      {
        metric: 'x_total',
        matchers: ['job=~"$job"', 'b="c"'],
        labels: ['job', 'b'],
        call: 'rate',
        range: '$__rate_interval',
      },
    ],
    groupings: [{ labels: ['a'], metrics: ['x_total'] }],
    answer: ['a'],
  });
});

test('a missing bracket is a flaw with its place', () => {
  expect(readQuery('sum(rate(x[5m])').flaws[0]).toMatch(/^at 15: /);
});

describe('the labels of an answer', () => {
  test.each([
    ['time() - max by (a) (x)', ['a']],
    ['sum by (a, b) (x) / sum by (a, b) (y)', ['a', 'b']],
    ['count(max by (a) (x) > 0 < 3) or vector(0)', []],
    ['histogram_quantile(0.9, sum by (a, le) (rate(x_bucket[5m])))', ['a']],
    ['rate(x[5m])', { metric: 'x' }],
    ['(sum by (a) (x))', ['a']],
  ])('%s', (expr, labels) => {
    expect(readQuery(expr).answer).toEqual(labels);
  });
});

describe('queries are made from the catalogue', () => {
  test('a counter is a rate over the interval Grafana thinks right, of all processes', () => {
    expect(rate('regionpilot.pipeline.rows', ['partition'])).toBe(
      'sum by (partition) (rate(regionpilot_pipeline_rows_total{job=~"$job", instance=~"$instance"}[$__rate_interval]))',
    );
  });

  test('a metric with a group keeps to the chosen groups', () => {
    expect(series('regionpilot.no_safe_target')).toContain('group=~"$group"');
  });

  test('a label with a dot has an underscore in Prometheus', () => {
    expect(series('process.cpu.time', { 'cpu.mode': '="user"' })).toContain('cpu_mode="user"');
  });

  test('a quantile is asked of classic buckets and of native ones', () => {
    const { selectors } = readQuery(quantile(0.99, 'regionpilot.command.duration', ['region']));
    expect(selectors.map(({ metric }) => metric)).toEqual([
      'regionpilot_command_duration_seconds_bucket',
      'regionpilot_command_duration_seconds',
    ]);
  });
});
