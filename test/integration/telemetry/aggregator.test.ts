// What was produced, and what a scraper is told of it: the numbers must agree.

import { type Aggregator, parseAggregatorConfig, startAggregator } from '@regionpilot/aggregator';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { topicCatalogue, topicDefaults } from '@regionpilot/protocol';
import {
  aggregatorSamples,
  readinessOf,
  startTelemetry,
  type Telemetry,
} from '@regionpilot/telemetry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { batchRecord, type ConnectionRow } from '../../support/batches.ts';
import { eventually } from '../../support/eventually.ts';
import { readOpenMetrics, sampleValue } from '../../support/openmetrics.ts';
import {
  type RunningProgram,
  skipWithoutPrometheus,
  startPrometheus,
} from '../../support/prometheus.ts';

const topics = { ...topicDefaults, eventPartitions: 1, replication: 1, minInsyncReplicas: 1 };

let bus: Bus;
let aggregator: Aggregator;
let telemetry: Telemetry;

beforeEach(async () => {
  bus = openEmbeddedBus({ file: ':memory:' });
  await bus.applyTopics(topicCatalogue(topics));
  aggregator = await startAggregator({ config: parseAggregatorConfig({}), bus });
  telemetry = await startTelemetry({
    port: 0,
    service: 'regionpilot-aggregator',
    instance: 'test',
    samples: () => aggregatorSamples(aggregator.metrics()),
    readiness: () => {
      const { caughtUp, coldPartitions } = aggregator.status();
      return readinessOf({ bus: bus.health(), topicsVerified: true, caughtUp, coldPartitions });
    },
  });
  await eventually(() => expect(aggregator.status().eventPartitions).toEqual([0]));
});

afterEach(async () => {
  await telemetry.close();
  await aggregator.close();
  await bus.close();
});

const url = (path: string): string => `http://127.0.0.1:${telemetry.port}${path}`;

async function publish(seq: number, rows: readonly ConnectionRow[], clients = 10): Promise<void> {
  const sentMs = Date.now();
  const records = Array.from({ length: clients }, (_, i) =>
    batchRecord({ client: `c${i}`, seq, sentMs, domain: `zone-${i % 3}`, rows }),
  );
  await bus.publish('regionpilot.events', records);
}

/** Ten clients, three batches: 20 answers and 1 failure by time-out in eu, 2 answers in us. */
async function threeBatches(): Promise<void> {
  for (const seq of [0, 1, 2]) {
    await publish(seq, [
      { region: 'eu', ok: 20, error: [4, 1] },
      { region: 'us', ok: 2 },
    ]);
  }
}

async function scrape() {
  const accept = 'application/openmetrics-text; version=1.0.0';
  const response = await fetch(url('/metrics'), { headers: { accept } });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('application/openmetrics-text');
  return readOpenMetrics(await response.text());
}

describe('a scrape of an aggregator', () => {
  test('tells every batch, answer and failure that was produced, once', async () => {
    await threeBatches();
    await publish(2, [{ region: 'eu', ok: 20 }]);
    await eventually(async () => {
      const read = await scrape();
      const events = 'regionpilot_connection_events_total';
      const at = (region: string, outcome: string): string =>
        `{group="payments",region="${region}",outcome="${outcome}"}`;
      expect(sampleValue(read, 'regionpilot_pipeline_batches_total', '{partition="0"}')).toBe(30);
      expect(sampleValue(read, 'regionpilot_pipeline_duplicates_total', '{partition="0"}')).toBe(
        10,
      );
      expect(sampleValue(read, events, at('eu', 'success'))).toBe(600);
      expect(sampleValue(read, events, at('eu', 'error'))).toBe(30);
      expect(sampleValue(read, events, at('us', 'success'))).toBe(60);
      expect(
        sampleValue(
          read,
          'regionpilot_connection_errors_total',
          '{group="payments",region="eu",class="timeout"}',
        ),
      ).toBe(30);
      expect(sampleValue(read, 'regionpilot_pipeline_clients', '{partition="0"}')).toBe(10);
    });
  });

  test('counters stay when what was counted has left the window', async () => {
    await threeBatches();
    const success = async () =>
      sampleValue(
        await scrape(),
        'regionpilot_connection_events_total',
        '{group="payments",region="eu",outcome="success"}',
      );
    await eventually(async () => expect(await success()).toBe(600));
    const windowMs = parseAggregatorConfig({}).policy.longWindowMs;
    const before = Date.now();
    await eventually(() => expect(Date.now() - before).toBeGreaterThan(windowMs + 1_000));
    // The next look finds a window that has lost 600 and gained 7.
    await publish(3, [{ region: 'eu', ok: 7 }], 1);
    await eventually(async () => expect(await success()).toBe(607));
  });

  test('after a restart from a snapshot, what others counted is not counted again', async () => {
    await threeBatches();
    await eventually(() => expect(aggregator.metrics().regions[0]?.answered).toBe(600));
    await aggregator.close();
    aggregator = await startAggregator({ config: parseAggregatorConfig({}), bus });
    await eventually(() => expect(aggregator.status().eventPartitions).toEqual([0]));
    await publish(3, [{ region: 'eu', ok: 5 }], 1);
    await eventually(() => expect(aggregator.metrics().regions[0]?.answered).toBe(5));
    expect(aggregator.metrics().partitions[0]?.accounts.batches).toBe(31);
  });

  test('probes: alive at once, ready when warm, and why not before', async () => {
    expect((await fetch(url('/healthz'))).status).toBe(200);
    await publish(0, [{ region: 'eu', ok: 1 }]);
    await eventually(async () => {
      const response = await fetch(url('/readyz'));
      expect(response.status).toBe(503);
      expect(await response.json()).toEqual({
        ready: false,
        reasons: ['partitions that are not warm yet: 0'],
      });
    });
    let seq = 1;
    await eventually(async () => {
      await publish(seq++, [{ region: 'eu', ok: 1 }]);
      expect((await fetch(url('/readyz'))).status).toBe(200);
    }, 30_000);
  });

  test('10,000 region names of one client cost 16 places, and the rest is counted', async () => {
    await threeBatches();
    const names = Array.from({ length: 10_000 }, (_, i) => `hostile-${i}`);
    for (let from = 0; from < names.length; from += 500) {
      const rows = names.slice(from, from + 500).map((region) => ({ region, ok: 1 }));
      const batch = { client: 'hostile', seq: from / 500, sentMs: Date.now(), rows };
      await bus.publish('regionpilot.events', [batchRecord(batch)]);
    }
    await eventually(async () => {
      const read = await scrape();
      const series = read.get('regionpilot_connection_events')?.samples ?? [];
      // Answers and failures of 16 regions: two were there before.
      expect(series).toHaveLength(32);
      expect(series.filter(({ labels }) => labels.includes('"eu"'))).toHaveLength(2);
      expect(
        sampleValue(read, 'regionpilot_pipeline_rows_refused_total', '{partition="0"}'),
      ).toBeGreaterThanOrEqual(10_000 - 14);
      const regions = read.get('regionpilot_region_info')?.samples ?? [];
      expect(regions).toHaveLength(16);
    });
  });

  test('a port that is taken is said plainly', async () => {
    const second = startTelemetry({
      port: telemetry.port ?? 0,
      service: 's',
      instance: 'i',
      samples: () => [],
      readiness: () => ({ ready: true, reasons: [] }),
    });
    await expect(second).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });
});

describe.skipIf(skipWithoutPrometheus('telemetry in Prometheus'))('a real Prometheus', () => {
  let prometheus: RunningProgram;

  beforeEach(async () => {
    prometheus = await startPrometheus({ targets: [`127.0.0.1:${telemetry.port}`] });
  });

  afterEach(() => prometheus.stop());

  async function query(promql: string): Promise<Readonly<Record<string, number>>> {
    const at = `${prometheus.url}/api/v1/query?query=${encodeURIComponent(promql)}`;
    const { data } = (await (await fetch(at)).json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return Object.fromEntries(
      data.result.map(({ metric, value }) => [metric['region'] ?? '', Number(value[1])]),
    );
  }

  test('answers with what was produced', async () => {
    await threeBatches();
    await eventually(async () => {
      expect(await query('up')).toEqual({ '': 1 });
      expect(await query('sum by (region) (regionpilot_connection_events_total)')).toEqual({
        eu: 630,
        us: 60,
      });
      const errorRatio =
        'sum(regionpilot_connection_events_total{outcome="error"}) / sum(regionpilot_connection_events_total)';
      expect((await query(errorRatio))['']).toBeCloseTo(30 / 690, 6);
      expect(await query('sum(regionpilot_pipeline_batches_total)')).toEqual({ '': 30 });
    }, 30_000);
  });
});
