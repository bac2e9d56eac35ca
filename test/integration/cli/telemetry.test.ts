// A service as an orchestrator and a scraper meet it: by its port, and by nothing else.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { readOpenMetrics, sampleValue } from '../../support/openmetrics.ts';
import { createTopics } from './alerts-log.ts';
import { printed, type Running, run, start } from './run.ts';

let folder: string;
let bus: Bus;
let service: Running | null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regionpilot-telemetry-'));
  bus = openEmbeddedBus({ file: join(folder, 'bus.sqlite') });
  await createTopics(bus, 1);
  service = null;
});

afterEach(async () => {
  await service?.stop();
  await bus.close();
  rmSync(folder, { recursive: true });
});

const path = (name: string): string => join(folder, name);
const strength = ['--replication', '1', '--min-insync', '1'];

async function serving(words: readonly string[]): Promise<number> {
  service = start([...words, '--file', path('bus.sqlite'), ...strength, '--telemetry-port', '0']);
  await printed(service, '"event":"telemetryListening"');
  return Number(/"event":"telemetryListening".*?"port":(\d+)/.exec(service.err())?.[1]);
}

async function ready(port: number): Promise<void> {
  await eventually(async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect(await answer.json()).toEqual({ ready: true, reasons: [] });
  });
}

async function scraped(port: number) {
  const headers = { accept: 'application/openmetrics-text' };
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
  return readOpenMetrics(await answer.text());
}

test('an aggregator becomes ready and can be scraped', async () => {
  const port = await serving(['aggregator']);
  await ready(port);
  await eventually(async () => {
    const labels = '{part="aggregator",topic="events"}';
    expect(sampleValue(await scraped(port), 'regionpilot_rebalances_total', labels)).toBe(8);
  });
  expect((await service?.stop())?.code).toBe(0);
});

test('alerting says which config it runs, and that a new one was refused', async () => {
  const receivers =
    'receivers: { hook: { kind: webhook, url: "http://127.0.0.1:9/", allow: ["127.0.0.0/8"] } }';
  writeFileSync(path('alerts.yaml'), `${receivers}\nroute: { receivers: [hook] }\n`);
  const port = await serving(['alerts', 'run', '--alerts', path('alerts.yaml')]);
  await ready(port);
  const successful = 'regionpilot_alerts_config_reload_successful';
  expect(sampleValue(await scraped(port), successful)).toBe(1);
  const info = (await scraped(port)).get('regionpilot_alerts_config_info')?.samples ?? [];
  expect(info).toHaveLength(1);
  writeFileSync(path('alerts.yaml'), 'route: 5\n');
  await eventually(async () => expect(sampleValue(await scraped(port), successful)).toBe(0));
  expect((await scraped(port)).get('regionpilot_alerts_config_info')?.samples).toEqual(info);
});

test('what makes no sense is said before anything starts', async () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' };
  const words = ['aggregator', '--file', path('bus.sqlite'), ...strength];
  expect(await run(words, env)).toMatchObject({
    code: 2,
    err: expect.stringContaining('OTLP endpoint: got collector:4318, wanted http://host:4318'),
  });
  expect(await run([...words, '--telemetry-host', '0.0.0.0'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--telemetry-host wants --telemetry-port'),
  });
});
