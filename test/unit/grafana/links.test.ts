// Links lead somewhere: from alerts to dashboards, from panels to runbooks, from page to page.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { shippedRules } from '../../../alerts/rules/shipped.ts';
import { dashboards } from '../../../grafana/files.ts';
import { allAlerts } from '../../../grafana/prometheus/rules.ts';
import { runbookBase } from '../../../grafana/uids.ts';
import {
  type Dashboard,
  grafanaFolder,
  panelsOf,
  readDashboard,
} from '../../support/grafana-json.ts';

const repository = join(import.meta.dirname, '../../..');
const committed = dashboards.map(({ uid = '' }) => readDashboard(uid));
const uids = committed.map(({ uid }) => uid);

/** Shipped rules that metrics cannot say, and why. */
const unsaid: Readonly<Record<string, string>> = {
  failoverFailed: 'whether a move helped needs the evidence around it, which is no metric',
  clientFailingAlone: 'a client is never a label',
};

test.each(shippedRules.map(({ name, dashboard }) => [name, dashboard] as const))(
  'the alert %s links to a dashboard that exists',
  (_name, dashboard) => {
    expect(uids.map((uid) => `/d/${uid}`)).toContain(dashboard);
  },
);

test('every shipped rule is also one for Prometheus, or there is a reason why not', () => {
  const said = allAlerts.map(({ alert }) => alert.replace('RegionPilot', '').toLowerCase());
  const missing = shippedRules
    .map(({ name }) => name)
    .filter((name) => !said.includes(name.toLowerCase()) && unsaid[name] === undefined);
  expect(missing).toEqual([]);
});

test('both kinds of the same rule are equally urgent', () => {
  for (const { name, severity } of shippedRules) {
    const twin = allAlerts.find(
      ({ alert }) => alert.toLowerCase() === `regionpilot${name.toLowerCase()}`,
    );
    if (twin !== undefined) expect(twin.severity, name).toBe(severity);
  }
});

test('every runbook of a Prometheus alert is a page that exists', () => {
  const missing = allAlerts.filter(
    ({ runbook }) => !existsSync(join(repository, runbook.split('#')[0] ?? '')),
  );
  expect(missing.map(({ alert }) => alert)).toEqual([]);
});

describe.each(committed.map((each) => [each.uid, each] as const))('%s', (_uid, dashboard) => {
  const panels = panelsOf(dashboard);

  test('every runbook of a panel is a page that exists', () => {
    const missing = panels
      .flatMap(({ links = [] }) => links)
      .filter(({ url }) => !existsSync(join(repository, url.replace(runbookBase, ''))));
    expect(missing).toEqual([]);
  });

  test('every panel says in bold which direction is bad', () => {
    const silent = panels.filter(({ description = '' }) => !/\n\n\*\*.+\*\*$/.test(description));
    expect(silent.map(({ title }) => title)).toEqual([]);
  });

  test('every variable that is used is there, and every link to a dashboard is right', () => {
    const builtIn = ['__rate_interval', '__url_time_range', '__data'];
    const declared = [...dashboard.templating.list.map(({ name }) => name), ...builtIn];
    const text = JSON.stringify({ panels: dashboard.panels, marks: dashboard.annotations });
    const used = [...text.matchAll(/\$\{?([a-z_]+)/g)].map(([, name]) => name ?? '');
    expect([...new Set(used)].filter((name) => !declared.includes(name))).toEqual([]);
    const targets = [...text.matchAll(/\/d\/([a-z-]+)/g)].map(([, uid]) => uid ?? '');
    expect(targets.filter((uid) => !uids.includes(uid))).toEqual([]);
  });

  test('panels neither overlap nor leave the page, and no two have one id or title', () => {
    for (const row of rowsOf(dashboard)) {
      const cells = row.flatMap(({ gridPos = { x: 0, y: 0, w: 0, h: 0 } }) =>
        Array.from({ length: gridPos.w * gridPos.h }, (_, at) => {
          const x = gridPos.x + (at % gridPos.w);
          return `${x},${gridPos.y + Math.floor(at / gridPos.w)}`;
        }),
      );
      expect(new Set(cells).size).toBe(cells.length);
      expect(row.filter(({ gridPos }) => gridPos && gridPos.x + gridPos.w > 24)).toEqual([]);
    }
    const titles = panels.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    const ids = [...dashboard.panels, ...panels].map(({ id }) => id);
    expect(new Set(ids).size).toBe(new Set([...dashboard.panels, ...panels]).size);
  });

  test('what happened to a region is marked on every graph', () => {
    const marks = dashboard.annotations.list.map(({ name }) => name);
    expect(marks).toEqual(
      expect.arrayContaining(['Failover', 'Failback', 'Hold', 'Config reload', 'Restart']),
    );
  });
});

test('an alert of Grafana itself shows a panel that exists, and asks the provisioned data source', () => {
  const read = (path: string): string => readFileSync(join(grafanaFolder, path), 'utf8');
  const sources = parse(read('provisioning/datasources/regionpilot.yaml'));
  const [group] = parse(read('provisioning/alerting/regionpilot.yaml')).groups;
  expect(group.rules).toHaveLength(3);
  for (const { annotations, data } of group.rules) {
    const shown = committed.find(({ uid }) => uid === annotations.__dashboardUid__);
    const ids = shown === undefined ? [] : panelsOf(shown).map(({ id }) => String(id));
    expect(ids).toContain(annotations.__panelId__);
    expect(data[0].datasourceUid).toBe(sources.datasources[0].uid);
    // Grafana puts its environment into queries: a `$` would be lost.
    expect(JSON.stringify(data)).not.toContain('$');
  }
});

describe('panels that the linter passes over', () => {
  const okabeIto = ['#0072B2', '#56B4E9', '#E69F00', '#D55E00', '#CC79A7', '#999999'];
  const all = committed.flatMap(panelsOf);

  test('a state timeline names each of its states, in a colour for every eye, and joins equals', () => {
    const timelines = all.filter(({ type }) => type === 'state-timeline');
    expect(timelines.length).toBeGreaterThan(3);
    for (const { title, options, fieldConfig } of timelines) {
      const results = (fieldConfig?.defaults?.mappings ?? []).flatMap(({ options: texts }) =>
        Object.values(texts),
      );
      expect(results.length, title).toBeGreaterThan(1);
      for (const { text, color } of results) {
        expect(text, title).toBeTruthy();
        expect(okabeIto, title).toContain(color);
      }
      expect(new Set(results.map(({ color }) => color)).size, title).toBe(results.length);
      expect(options?.['mergeValues'], title).toBe(true);
    }
  });

  test('a map finds its dots by labels, in one query of the moment', () => {
    const maps = all.filter(({ type }) => type === 'geomap');
    expect(maps).toHaveLength(1);
    expect(JSON.stringify(maps[0]?.options)).toContain('"latitude":"latitude"');
    expect(maps[0]?.targets).toMatchObject([{ instant: true, format: 'table' }]);
  });

  test('a status history shows each sample by itself, coloured by thresholds', () => {
    const histories = all.filter(({ type }) => type === 'status-history');
    expect(histories.map(({ title }) => title)).toEqual(['Probe results', 'Admitted share']);
    for (const { targets, fieldConfig } of histories) {
      expect(targets).toMatchObject([{ range: true }]);
      expect(JSON.stringify(fieldConfig)).toContain('"mode":"thresholds"');
    }
  });

  test('a heat map is of one query in heat map format, bucketed by Prometheus', () => {
    for (const { targets, options } of all.filter(({ type }) => type === 'heatmap')) {
      expect(targets).toMatchObject([{ format: 'heatmap' }]);
      expect(options?.['calculate']).toBe(false);
    }
  });
});

/** Panels that lie on one sheet: those of the page, and those of each closed row. */
function rowsOf({ panels }: Dashboard): readonly Dashboard['panels'][] {
  const closed = panels.flatMap((panel) => (panel.panels?.length ? [panel.panels] : []));
  return [panels, ...closed];
}
