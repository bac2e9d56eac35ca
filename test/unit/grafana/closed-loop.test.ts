// The closed loop between code and pictures: what is asked for exists, and what exists is shown.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { dashboards } from '../../../grafana/files.ts';
import { type MetricName, metricNames, metricOf } from '../../../telemetry/catalogue.ts';
import { grafanaFolder, panelsOf, readDashboard } from '../../support/grafana-json.ts';
import { labelsByName } from '../../support/metric-labels.ts';
import { readQuery } from '../../support/promql.ts';

type Asked = { readonly at: string; readonly expr: string; readonly legends: string };

const committed = dashboards.map(({ uid = '' }) => readDashboard(uid));

const onPanels: readonly Asked[] = committed.flatMap((dashboard) =>
  panelsOf(dashboard).flatMap(({ title, targets = [] }) =>
    targets.map(({ expr = '', legendFormat = '' }) => ({
      at: `${dashboard.uid} / ${title}`,
      expr,
      legends: legendFormat,
    })),
  ),
);
const onMarks: readonly Asked[] = committed.flatMap(({ uid, annotations }) =>
  annotations.list.map(({ name, expr = '', titleFormat = '', textFormat = '' }) => ({
    at: `${uid} / annotation ${name}`,
    expr,
    legends: `${titleFormat} ${textFormat}`,
  })),
);
const inRules: readonly Asked[] = rulesOf('prometheus/rules.yml').map((rule) => ({
  at: `rule ${rule.record ?? rule.alert}`,
  expr: rule.expr,
  legends: [...JSON.stringify(rule.annotations ?? {}).matchAll(/\$labels\.(\w+)/g)]
    .map(([, label]) => `{{${label}}}`)
    .join(' '),
}));
const asked = [...onPanels, ...onMarks, ...inRules];

/** Metrics that no panel shows, and why that is well. */
const excuses: Readonly<Partial<Record<MetricName, string>>> = {
  'regionpilot.telemetry.spans': 'a trace that is missing shows by itself, and moves nobody',
};

test('every query parses', () => {
  const flawed = asked.flatMap(({ at, expr }) =>
    readQuery(expr).flaws.map((flaw) => `${at}: ${flaw}`),
  );
  expect(flawed).toEqual([]);
});

type Names = typeof labelsByName;

function unknownMetrics(known: Names): readonly string[] {
  return asked.flatMap(({ at, expr }) =>
    readQuery(expr)
      .selectors.filter(({ metric }) => !known.has(metric))
      .map(({ metric }) => `${at}: ${metric}`),
  );
}

function unknownLabels(known: Names): readonly string[] {
  return asked.flatMap(({ at, expr }) =>
    readQuery(expr).selectors.flatMap(({ metric, labels }) =>
      labels
        .filter((label) => !known.get(metric)?.includes(label))
        .map((label) => `${at}: ${metric}{${label}}`),
    ),
  );
}

test('every metric that is asked for is in the catalogue or recorded by us', () => {
  expect(unknownMetrics(labelsByName)).toEqual([]);
});

test('every label in a selector is one of its metric', () => {
  expect(unknownLabels(labelsByName)).toEqual([]);
});

describe('what is renamed in code and not where it is asked for is named, with each place', () => {
  const renamed = (from: string, to: readonly [string, readonly string[]]): Names =>
    new Map([...labelsByName].map((each) => (each[0] === from ? to : each)));

  test('a metric', () => {
    const known = renamed('regionpilot_moves_day', ['regionpilot_moves_today', ['group']]);
    expect(unknownMetrics(known)).toEqual([
      'regionpilot-failover / Failovers within a day: regionpilot_moves_day',
      'regionpilot-failover / Failovers within 24 hours: regionpilot_moves_day',
    ]);
  });

  test('a label, also in a mark', () => {
    const name = 'regionpilot_alerts_firing';
    const labels = ['alertname', 'urgency', 'job', 'instance'];
    const found = unknownLabels(renamed(name, [name, labels]));
    expect(found).toContain(
      'regionpilot-regions / annotation Page firing: regionpilot_alerts_firing{severity}',
    );
    expect(found).toContain(
      'regionpilot-regions / Firing pages: regionpilot_alerts_firing{severity}',
    );
  });
});

test('every label that is added up by is one of the metrics below', () => {
  const unknown = asked.flatMap(({ at, expr }) =>
    readQuery(expr).groupings.flatMap(({ labels, metrics }) => {
      const known = new Set(metrics.flatMap((metric) => labelsByName.get(metric) ?? []));
      return labels.filter((label) => !known.has(label)).map((label) => `${at}: by ${label}`);
    }),
  );
  expect(unknown).toEqual([]);
});

test('every label in a legend, a mark or an alert text is in the answer', () => {
  const missing = asked.flatMap(({ at, expr, legends }) => {
    const { answer } = readQuery(expr);
    const known = 'metric' in answer ? (labelsByName.get(answer.metric) ?? []) : answer;
    return [...legends.matchAll(/\{\{\s*(\w+)\s*\}\}/g)]
      .map(([, label]) => label ?? '')
      .filter((label) => !known.includes(label))
      .map((label) => `${at}: {{${label}}}, known ${known}`);
  });
  expect(missing).toEqual([]);
});

describe('every metric of the catalogue', () => {
  const shown = new Set(
    onPanels.flatMap(({ expr }) => readQuery(expr).selectors.map(({ metric }) => metric)),
  );
  /** What is recorded from a metric and shown shows the metric. */
  const isShown = (name: MetricName): boolean => shown.has(metricOf(name).prometheus);

  test('is on a dashboard, or excused with a reason', () => {
    expect(metricNames.filter((name) => !isShown(name) && excuses[name] === undefined)).toEqual([]);
  });

  test('is not excused although it is shown', () => {
    expect(metricNames.filter((name) => isShown(name) && excuses[name] !== undefined)).toEqual([]);
  });
});

test('every recording is read by a panel or a rule', () => {
  const read = new Set(
    asked.flatMap(({ expr }) => readQuery(expr).selectors.map(({ metric }) => metric)),
  );
  const recorded = rulesOf('prometheus/rules.yml').flatMap(({ record }) => record ?? []);
  expect(recorded.filter((record) => !read.has(record))).toEqual([]);
});

type Rule = {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly annotations?: Readonly<Record<string, string>>;
};

function rulesOf(path: string): readonly Rule[] {
  const file: { readonly groups: readonly { readonly rules: readonly Rule[] }[] } = parse(
    readFileSync(join(grafanaFolder, path), 'utf8'),
  );
  return file.groups.flatMap(({ rules }) => rules);
}
