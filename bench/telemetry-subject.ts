// The aggregator of the export bench, a process of its own: folds a million rows a second, turn by
// turn with and without an export to a collector, and says what processor time each turn took.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Aggregator, parseAggregatorConfig, startAggregator } from '@regionpilot/aggregator';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { topicCatalogue, topicDefaults } from '@regionpilot/protocol';
import { aggregatorSamples, startTelemetry } from '@regionpilot/telemetry';
import { type Feed, feedFor } from './telemetry-feed.ts';

export type Turn = {
  /** null: nothing is exported. */
  readonly endpoint: string | null;
  readonly ms: number;
};

export type TurnTaken = {
  readonly cpuUs: number;
  readonly wallMs: number;
  /** Folded meanwhile. */
  readonly rows: number;
};

const rowsPerBatch = 200;
const batchesPerMs = 5;
const paceMs = 10;
/** After standing still nobody sends all of it at once. */
const batchesAtOnceMax = 2_000;

const fleet = {
  clients: 1_000,
  groups: 20,
  rowsPerBatch,
  regions: ['eu-west', 'eu-central', 'us-east', 'us-west', 'ap-south'],
};

const started = start();
process.on('message', (turn: Turn) => {
  void started.then((subject) => take(subject, turn)).then((taken) => process.send?.(taken));
});
process.once('disconnect', () => process.exit(0));

type Subject = { readonly aggregator: Aggregator };

async function start(): Promise<Subject> {
  const inner = openEmbeddedBus({ file: ':memory:' });
  const strength = { ...topicDefaults, eventPartitions: 4, replication: 1, minInsyncReplicas: 1 };
  await inner.applyTopics(topicCatalogue(strength));
  const config = parseAggregatorConfig({});
  const feed = feedFor(inner, config.topicPrefix, fleet);
  const aggregator = await startAggregator({ config, bus: feed.bus });
  keepFeeding(feed);
  return { aggregator };
}

function keepFeeding({ push }: Feed): void {
  const beganMs = performance.now();
  let fed = 0;
  setInterval(() => {
    const due = Math.floor((performance.now() - beganMs) * batchesPerMs) - fed;
    fed += due;
    if (due > 0) push(Math.min(due, batchesAtOnceMax));
  }, paceMs);
}

async function take({ aggregator }: Subject, { endpoint, ms }: Turn): Promise<TurnTaken> {
  const telemetry = await startTelemetry({
    ...(endpoint === null ? {} : { otlpEndpoint: endpoint }),
    service: 'regionpilot-aggregator',
    instance: 'bench',
    samples: () => aggregatorSamples(aggregator.metrics()),
    readiness: () => ({ ready: true, reasons: [] }),
  });
  const rowsBefore = rowsOf(aggregator);
  const beganMs = performance.now();
  const before = process.cpuUsage();
  await sleep(ms);
  const { user, system } = process.cpuUsage(before);
  const wallMs = performance.now() - beganMs;
  const rows = rowsOf(aggregator) - rowsBefore;
  await telemetry.close();
  return { cpuUs: user + system, wallMs, rows };
}

function rowsOf(aggregator: Aggregator): number {
  return aggregator.metrics().partitions.reduce((sum, { accounts }) => sum + accounts.rows, 0);
}
