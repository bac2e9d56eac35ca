// The rules of grafana/dashboard-linter as functions, since it comes as a Go binary only.
//
// Names and demands are the linter's, read from its source. Unlike it, every kind of panel is
// checked: it passes over state timelines, status histories, maps and heat maps.

import * as units from '@grafana/grafana-foundation-sdk/units';
import { type Dashboard, type Panel, panelsOf, type Variable } from './grafana-json.ts';
import { readQuery } from './promql.ts';

export type Finding = { readonly rule: string; readonly at: string; readonly says: string };

/** A finding that is meant to be. `at` is the panel's title, or the dashboard's. */
export type Exclusion = { readonly rule: string; readonly at: string; readonly reason: string };

const known: readonly string[] = Object.values<unknown>(units).filter(
  (unit): unit is string => typeof unit === 'string',
);
const windowed = ['rate', 'irate', 'increase'];

/** What the linter would say, exclusions taken out. */
export function lint(
  dashboard: Dashboard,
  exclusions: readonly Exclusion[] = [],
): readonly Finding[] {
  const excused = ({ rule, at }: Finding): boolean =>
    exclusions.some((each) => each.rule === rule && each.at === at);
  return everything(dashboard).filter((finding) => !excused(finding));
}

/** Exclusions that exclude nothing: they hide the next mistake. */
export function idle(
  dashboards: readonly Dashboard[],
  exclusions: readonly Exclusion[],
): readonly Exclusion[] {
  const found = dashboards.flatMap(everything);
  return exclusions.filter(
    ({ rule, at }) => !found.some((each) => each.rule === rule && each.at === at),
  );
}

function everything(dashboard: Dashboard): readonly Finding[] {
  return [...pageFindings(dashboard), ...panelsOf(dashboard).flatMap(panelFindings)];
}

function pageFindings({ title, editable, templating }: Dashboard): readonly Finding[] {
  const variable = (name: string): Variable | undefined =>
    templating.list.find((each) => each.name === name);
  const source = variable('datasource');
  const queries = templating.list.filter(({ type }) => type === 'query');
  return checks(title, [
    ['uneditable-dashboard', !editable, 'is editable'],
    [
      'template-datasource-rule',
      source?.type === 'datasource' &&
        source.query === 'prometheus' &&
        source.label === 'Data source',
      'has no variable `datasource` labelled "Data source" for prometheus',
    ],
    ['template-job-rule', isTargetVariable(variable('job'), 'Job'), 'has no such variable `job`'],
    [
      'template-instance-rule',
      isTargetVariable(variable('instance'), 'Instance'),
      'has no such variable `instance`',
    ],
    [
      'template-on-time-change-reload-rule',
      queries.every(({ refresh }) => refresh === 2),
      'has a variable that is not read again when the time range changes',
    ],
  ]);
}

function isTargetVariable(variable: Variable | undefined, label: string): boolean {
  return (
    variable?.type === 'query' &&
    variable.label === label &&
    variable.multi === true &&
    variable.allValue === '.+' &&
    /^\$\{?datasource\}?$/.test(variable.datasource?.uid ?? '')
  );
}

function panelFindings(panel: Panel): readonly Finding[] {
  const { title = '', description = '', datasource, targets = [], fieldConfig } = panel;
  const { unit, mappings = [] } = fieldConfig?.defaults ?? {};
  const mapped = mappings.some(({ type }) => type === 'value');
  return [
    ...checks(title, [
      ['panel-title-description-rule', title !== '' && description !== '', 'wants both'],
      [
        'panel-datasource-rule',
        /^\$\{?datasource\}?$/.test(datasource?.uid ?? ''),
        'does not ask $datasource',
      ],
      ['panel-units-rule', mapped || known.includes(unit ?? ''), `has the unit ${unit}`],
      ['panel-no-targets-rule', targets.length > 0, 'has no query'],
    ]),
    ...targets.flatMap(({ expr = '' }) => targetFindings(title, expr)),
  ];
}

function targetFindings(at: string, expr: string): readonly Finding[] {
  const { flaws, selectors } = readQuery(expr);
  const parsed = checks(at, [['target-promql-rule', flaws.length === 0, flaws.join('; ')]]);
  return [
    ...parsed,
    ...selectors.flatMap(({ metric, matchers, call, range }) => {
      const isWindowed = windowed.includes(call ?? '');
      return checks(at, [
        ['target-job-rule', matchers.includes('job=~"$job"'), `${metric} is of any job`],
        [
          'target-instance-rule',
          matchers.includes('instance=~"$instance"'),
          `${metric} is of any instance`,
        ],
        [
          'target-rate-interval-rule',
          !isWindowed || range === '$__rate_interval',
          `${metric} is taken over ${range}`,
        ],
        [
          'target-counter-agg-rule',
          !metric.endsWith('_total') || isWindowed,
          `${metric} is a counter, but not of rate, irate or increase`,
        ],
      ]);
    }),
  ];
}

function checks(
  at: string,
  rows: readonly (readonly [rule: string, good: boolean, says: string])[],
): readonly Finding[] {
  return rows.filter(([, good]) => !good).map(([rule, , says]) => ({ rule, at, says }));
}
