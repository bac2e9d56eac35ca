// Rosters on a real log: from batches to a record per group and events partition.

import { type Aggregator, parseAggregatorConfig, startAggregator } from '@regionpilot/aggregator';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import {
  at,
  decodeRoster,
  type Roster,
  rosterVerdicts,
  topicCatalogue,
  topicDefaults,
} from '@regionpilot/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { batchRecord } from '../../support/batches.ts';
import { eventually } from '../../support/eventually.ts';

const topics = { ...topicDefaults, eventPartitions: 4, replication: 1, minInsyncReplicas: 1 };

let bus: Bus;
let aggregator: Aggregator;
let newest: Map<number, Roster>;

beforeEach(async () => {
  bus = openEmbeddedBus({ file: ':memory:' });
  await bus.applyTopics(topicCatalogue(topics));
  newest = new Map();
  await bus.tail({
    topic: 'regionpilot.rosters',
    handler: {
      record: ({ value }) => {
        const decoded = decodeRoster(value ?? new Uint8Array());
        if (decoded.kind === 'invalid') throw new Error(decoded.text);
        newest.set(decoded.value.partition, decoded.value);
      },
      caughtUp: () => undefined,
    },
  });
  aggregator = await startAggregator({ config: parseAggregatorConfig({}), bus });
});

afterEach(async () => {
  await aggregator.close();
  await bus.close();
});

const report = (seq: number, eu: 'ready' | 'closed'): Promise<void> =>
  bus.publish(
    'regionpilot.events',
    Array.from({ length: 12 }, (_, i) =>
      batchRecord({
        client: `c${i}`,
        seq,
        sentMs: Date.now(),
        domain: `zone-${i % 3}`,
        rows: [
          { region: 'eu', state: i === 5 ? eu : 'ready' },
          { region: 'us', ok: 2 },
        ],
      }),
    ),
  );

const everybody = (): readonly string[] => [...newest.values()].flatMap(({ clients }) => clients);
const verdictOfC5 = (): string | undefined => {
  const roster = [...newest.values()].find(({ clients }) => clients.includes('c5'));
  const column = roster?.byRegion[roster.regions.indexOf('eu')]?.verdict;
  return column === undefined
    ? undefined
    : rosterVerdicts[at(column, roster?.clients.indexOf('c5') ?? 0)];
};

test('all twelve clients stand in the rosters of their partitions; one that changes its mind is seen soon', async () => {
  await report(0, 'ready');
  await eventually(() => expect(new Set(everybody()).size).toBe(12));
  expect(newest.size).toBeGreaterThan(1);
  await report(1, 'closed');
  await eventually(() => expect(verdictOfC5()).toBe('down'));
  expect(aggregator.status().dropped['rosters']).toBe(0);
});
