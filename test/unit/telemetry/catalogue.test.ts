import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { metricNames, metricOf } from '../../../telemetry/catalogue.ts';
import { labels } from '../../../telemetry/labels.ts';
import { prometheusNameOf } from '../../../telemetry/metric.ts';
import { metricsPage } from '../../../telemetry/metrics-page.ts';

const all = metricNames.map((name) => ({ name, ...metricOf(name) }));

describe('the catalogue keeps its own rules', () => {
  test('each Prometheus name is what the OTLP receiver makes of the OpenTelemetry name', () => {
    for (const metric of all) expect(metric.prometheus).toBe(prometheusNameOf(metric.name, metric));
  });

  test('the receiver adds unit and total, and a unit in the name only once', () => {
    expect(prometheusNameOf('a.b', { kind: 'counter', unit: 's' })).toBe('a_b_seconds_total');
    expect(prometheusNameOf('a.seconds.b', { kind: 'gauge', unit: 's' })).toBe('a_b_seconds');
    expect(prometheusNameOf('a.share', { kind: 'gauge', unit: '1' })).toBe('a_share_ratio');
    expect(prometheusNameOf('a.b', { kind: 'counter', unit: '1' })).toBe('a_b_total');
    expect(prometheusNameOf('a.b', { kind: 'gauge', unit: '{thing}' })).toBe('a_b');
  });

  test('only counters end in total, and OpenTelemetry names never do', () => {
    for (const { name, prometheus, kind } of all) {
      expect(prometheus.endsWith('_total'), name).toBe(kind === 'counter');
      expect(name).not.toMatch(/total$/);
    }
  });

  test('names are ours or a convention of OpenTelemetry', () => {
    for (const { name } of all)
      expect(name).toMatch(
        /^(regionpilot|process|nodejs|v8js|messaging\.client|db\.client)(\.[a-z0-9_]+)+$/,
      );
  });

  test('no two metrics share a Prometheus name, nor is one named as a part of another', () => {
    const names = all.map(({ prometheus }) => prometheus);
    expect(new Set(names).size).toBe(names.length);
    const parts = names.filter((name) => /_(bucket|sum|count|created)$/.test(name));
    // The convention's own name; there is no `db_client_connection` that it could belong to.
    expect(parts).toEqual(['db_client_connection_count']);
    expect(names).not.toContain('db_client_connection');
  });

  test('every label has somebody who bounds it, and none names a client or a connection', () => {
    const used = new Set<string>(all.flatMap((metric) => metric.labels));
    expect([...used].filter((label) => !Object.hasOwn(labels, label))).toEqual([]);
    expect(Object.keys(labels).filter((label) => !used.has(label))).toEqual([]);
    const forbidden = /client|connection|fingerprint|instance|job|text|^id$|le$|quantile/;
    // The convention's own words for a pool of connections and for what one is doing.
    const pools = ['db.client.connection.pool.name', 'db.client.connection.state'];
    const allowed = new Set<string>(['rule', ...pools]);
    expect([...used].filter((label) => !allowed.has(label) && forbidden.test(label))).toEqual([]);
  });

  test('every meaning is a sentence', () => {
    for (const { name, meaning } of all) expect(meaning, name).toMatch(/^[A-Z0-9].*\.$/);
  });
});

test('docs/metrics.md is what the catalogue says (npm run metrics-page)', () => {
  const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
  expect(page).toBe(metricsPage());
});
