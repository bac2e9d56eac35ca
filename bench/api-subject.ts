// The aggregator of the API bench, a process of its own with the API in a thread beside it, as
// `regionpilot aggregator --api-port` runs them: folds as much as it can, and says how much that was.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Aggregator, parseAggregatorConfig, startAggregator } from '@regionpilot/aggregator';
import { startApiWorker } from '@regionpilot/api';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import { type Feed, feedFor } from './telemetry-feed.ts';

export type SubjectPlan = { readonly brokers: readonly string[] };
export type SubjectStarted = { readonly url: string };

/** What one turn was: rows folded, the deciding thread's own processor time, and time by the clock. */
export type FoldTurn = {
  readonly rows: number;
  readonly cpuMs: number;
  readonly wallMs: number;
};

const fleet = { clients: 1_000, groups: 1, rowsPerBatch: 200, regions: ['eu-west', 'us-east'] };
/** So few that whatever else the thread has to do waits for less than 5 ms. */
const batchesAtOnce = 20;

let aggregator: Aggregator | null = null;

process.on('message', (message: { readonly plan?: SubjectPlan; readonly turnMs?: number }) => {
  if (message.plan !== undefined) void start(message.plan).then((said) => process.send?.(said));
  if (message.turnMs !== undefined) {
    void turn(message.turnMs).then((taken) => process.send?.(taken));
  }
});
process.once('disconnect', () => process.exit(0));

async function start({ brokers }: SubjectPlan): Promise<SubjectStarted> {
  const config = parseAggregatorConfig({});
  const inner = openKafkaBus({ kind: 'kafka', brokers, clientId: 'bench-aggregator' });
  const feed = feedFor(inner, config.topicPrefix, fleet);
  aggregator = await startAggregator({ config, bus: feed.bus });
  const plan = {
    topics: { prefix: config.topicPrefix },
    instance: 'bench',
    host: '127.0.0.1',
    port: 0,
    access: {},
    grafanaUrl: null,
  };
  const bus = { kind: 'kafka', brokers, clientId: 'bench-api' } as const;
  const api = await startApiWorker(plan, bus, () => undefined);
  keepFeeding(feed);
  return { url: api.url };
}

function keepFeeding({ push }: Feed): void {
  const more = (): void => {
    push(batchesAtOnce);
    setImmediate(more);
  };
  more();
}

async function turn(ms: number): Promise<FoldTurn> {
  const rowsBefore = rowsFolded();
  const cpuBefore = process.threadCpuUsage();
  const beganMs = performance.now();
  await sleep(ms);
  const { user, system } = process.threadCpuUsage(cpuBefore);
  const wallMs = performance.now() - beganMs;
  return { rows: rowsFolded() - rowsBefore, cpuMs: (user + system) / 1_000, wallMs };
}

function rowsFolded(): number {
  const partitions = aggregator?.metrics().partitions ?? [];
  return partitions.reduce((sum, { accounts }) => sum + accounts.rows, 0);
}
