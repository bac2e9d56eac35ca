// What watching costs an aggregator: an export at full load (`telemetry-export.ts`), and a scrape of
// one that answers for a hundred groups of five regions: time from the request to the last byte, and
// bytes. The server runs in this very process, as it does in production, while batches keep coming.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Aggregator, parseAggregatorConfig, startAggregator } from '@regionpilot/aggregator';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { encodeBatch, topicCatalogue, topicDefaults } from '@regionpilot/protocol';
import { aggregatorSamples, startTelemetry } from '@regionpilot/telemetry';
import { batchOf, batchRecord } from '../test/support/batches.ts';
import { atMost, type BenchResult, median, rounded } from './result.ts';
import { measureExport } from './telemetry-export.ts';

const groups = 100;
const regions = ['eu-west', 'eu-central', 'us-east', 'us-west', 'ap-south'] as const;
const clientsPerGroup = 10;
const scrapes = 40;

export async function run(): Promise<readonly BenchResult[]> {
  return [...(await measureExport()), ...(await measureScrape())];
}

async function measureScrape(): Promise<readonly BenchResult[]> {
  const bus = openEmbeddedBus({ file: ':memory:' });
  const strength = { ...topicDefaults, eventPartitions: 4, replication: 1, minInsyncReplicas: 1 };
  await bus.applyTopics(topicCatalogue(strength));
  const aggregator = await startAggregator({ config: parseAggregatorConfig({}), bus });
  const telemetry = await startTelemetry({
    port: 0,
    service: 'regionpilot-aggregator',
    instance: 'bench',
    samples: () => aggregatorSamples(aggregator.metrics()),
    readiness: () => ({ ready: true, reasons: [] }),
  });
  try {
    return await measure(bus, aggregator, `http://127.0.0.1:${telemetry.port}/metrics`);
  } finally {
    await telemetry.close();
    await aggregator.abandon();
    await bus.close();
  }
}

async function measure(
  bus: Bus,
  aggregator: Aggregator,
  url: string,
): Promise<readonly BenchResult[]> {
  const tookMs: number[] = [];
  const cpuMs: number[] = [];
  let bytes = 0;
  for (let seq = 0; tookMs.length < scrapes; seq++) {
    await report(bus, seq);
    await sleep(500);
    if (seq < 6) continue;
    const before = process.cpuUsage();
    const began = performance.now();
    const text = await (await fetch(url)).text();
    tookMs.push(performance.now() - began);
    const { user, system } = process.cpuUsage(before);
    cpuMs.push((user + system) / 1_000);
    bytes = Buffer.byteLength(text);
  }
  const met = `${aggregator.metrics().groups.length} groups of ${regions.length} regions, ${groups * clientsPerGroup} clients, ${scrapes} scrapes`;
  return [
    atMost('a scrape, median', rounded(median(tookMs)), 50, 'ms', met),
    atMost(
      'CPU during a scrape, median',
      rounded(median(cpuMs)),
      50,
      'ms',
      `${met}; with the scraper and the batches of that time, which run in the same process`,
    ),
    atMost('size of a scrape', rounded(bytes / 1e6, 2), 2, 'MB', `${met}; not compressed`),
  ];
}

async function report(bus: Bus, seq: number): Promise<void> {
  const sentMs = Date.now();
  const records = Array.from({ length: groups * clientsPerGroup }, (_, i) => {
    const given = {
      client: `c${i}`,
      seq,
      sentMs,
      group: `group-${i % groups}`,
      home: regions[i % regions.length] ?? 'eu-west',
      domain: `zone-${i % 3}`,
      rows: regions.map((region) => ({ region, ok: 20 })),
    };
    const latency = regions.map((_, at) => [0, at + 1, 130 + (i % 60), 12, 150 + (i % 40), 8]);
    return { ...batchRecord(given), value: encodeBatch({ ...batchOf(given), latency }) };
  });
  await bus.publish('regionpilot.events', records);
}
