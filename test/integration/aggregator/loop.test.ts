import { type Aggregator, parseAggregatorConfig, startAggregator } from '@regionpilot/aggregator';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import {
  type Decision,
  decodeDecision,
  isHeartbeatKey,
  topicCatalogue,
  topicDefaults,
} from '@regionpilot/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { batchRecord, type ConnectionRow } from '../../support/batches.ts';
import { eventually } from '../../support/eventually.ts';

const topics = { ...topicDefaults, eventPartitions: 4, replication: 1, minInsyncReplicas: 1 };
const healthy: readonly ConnectionRow[] = [
  { region: 'eu', ok: 20 },
  { region: 'us', ok: 2 },
];
const euDead: readonly ConnectionRow[] = [
  { region: 'eu', state: 'closed' },
  { region: 'us', ok: 2 },
];

let bus: Bus;
let decisions: Decision[];
let aggregators: Aggregator[];
let fleet: Fleet;

/** Twelve clients in three zones that report ten times a second. */
class Fleet {
  rows = healthy;
  #seq = 0;
  #timer = setInterval(() => void this.#report(), 100);

  async #report(): Promise<void> {
    const seq = this.#seq++;
    const sentMs = Date.now();
    const records = Array.from({ length: 12 }, (_, i) =>
      batchRecord({ client: `c${i}`, seq, sentMs, domain: `zone-${i % 3}`, rows: this.rows }),
    );
    await bus.publish('regionpilot.events', records);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

async function aggregator(): Promise<Aggregator> {
  const config = parseAggregatorConfig({});
  const started = await startAggregator({ config, bus });
  aggregators.push(started);
  return started;
}

/** Has watched a whole window and may decide. */
async function warm(started: Aggregator): Promise<void> {
  await eventually(() => expect(started.status().groups[0]?.tilt).toEqual({}));
}

const reasons = (): readonly string[] => decisions.map(({ reason }) => reason);

beforeEach(async () => {
  bus = openEmbeddedBus({ file: ':memory:' });
  await bus.applyTopics(topicCatalogue(topics));
  decisions = [];
  aggregators = [];
  await bus.tail({
    topic: 'regionpilot.decisions',
    handler: {
      record: ({ key, value }) => {
        if (isHeartbeatKey(key) || value === null) return;
        const decoded = decodeDecision(value);
        if (decoded.kind === 'ok') decisions.push(decoded.value);
      },
      caughtUp: () => undefined,
    },
  });
  fleet = new Fleet();
});

afterEach(async () => {
  fleet.stop();
  await Promise.all(aggregators.map((each) => each.close()));
  await bus.close();
});

describe('the aggregator on a real log', () => {
  test('a region dies, one decision moves everybody', async () => {
    const first = await aggregator();
    await eventually(() => expect(decisions).not.toEqual([]));
    await warm(first);
    fleet.rows = euDead;
    await eventually(() => expect(reasons()).toContain('regionDown'));
    expect(decisions.at(-1)).toMatchObject({ admit: { eu: 0, us: 10_000 }, epoch: 2 });
  });

  test('a second aggregator takes over under a higher term and keeps the routes', async () => {
    const first = await aggregator();
    await eventually(() => expect(decisions).not.toEqual([]));
    await warm(first);
    fleet.rows = euDead;
    await eventually(() => expect(reasons()).toContain('regionDown'));
    await first.close();
    await aggregator();
    await eventually(() => expect(reasons()).toContain('ownerChanged'));
    expect(decisions.at(-1)).toMatchObject({ term: 2, epoch: 2, admit: { eu: 0, us: 10_000 } });
  });
});
