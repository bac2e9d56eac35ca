// Settings changed while running, on a real log: what is ordered is what decides, and the journal
// replays to the same bytes.

import {
  type Aggregator,
  type AggregatorEvent,
  createJournal,
  type JournalLine,
  parseAggregatorConfig,
  replayJournal,
  startAggregator,
} from '@regionpilot/aggregator';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import {
  type Decision,
  decodeDecision,
  encodeRecord,
  isHeartbeatKey,
  type PolicyOrder,
  topicCatalogue,
  topicDefaults,
} from '@regionpilot/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { batchRecord } from '../../support/batches.ts';
import { eventually } from '../../support/eventually.ts';

const topics = { ...topicDefaults, eventPartitions: 2, replication: 1, minInsyncReplicas: 1 };

let bus: Bus;
let aggregator: Aggregator;
let decisions: Decision[];
let events: AggregatorEvent[];
let lines: JournalLine[];
let timer: NodeJS.Timeout;
/** Of twelve clients, how many have lost eu. */
let lost: number;

beforeEach(async () => {
  bus = openEmbeddedBus({ file: ':memory:' });
  await bus.applyTopics(topicCatalogue(topics));
  [decisions, events, lines, lost] = [[], [], [], 0];
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
  let seq = 0;
  timer = setInterval(() => {
    const sentMs = Date.now();
    const records = Array.from({ length: 12 }, (_, i) =>
      batchRecord({
        client: `c${i}`,
        seq,
        sentMs,
        domain: `zone-${i % 3}`,
        rows: [
          { region: 'eu', ...(i < lost ? { state: 'closed' } : { ok: 5 }) },
          { region: 'us', ok: 2 },
        ],
      }),
    );
    seq += 1;
    void bus.publish('regionpilot.events', records);
  }, 100);
});

afterEach(async () => {
  clearInterval(timer);
  await aggregator.close();
  await bus.close();
});

const start = async (): Promise<void> => {
  aggregator = await startAggregator({
    config: parseAggregatorConfig({}),
    bus,
    log: (event) => events.push(event),
    journal: createJournal((line) => lines.push(JSON.parse(line) as JournalLine)),
  });
};

const order = (
  settings: PolicyOrder['settings'],
  version: number,
  group = 'payments',
): Promise<void> => {
  const record: PolicyOrder = {
    v: 1,
    group,
    atMs: Date.now(),
    author: 'dana',
    reason: 'a calmer week',
    settings,
    version,
  };
  return bus.publish('regionpilot.policies', [
    { key: group, value: encodeRecord(record), headers: {} },
  ]);
};

const names = (): readonly string[] => events.map(({ event }) => event);
const warm = (): Promise<void> =>
  eventually(() => expect(aggregator.status().groups[0]?.tilt).toEqual({}));

test('six of twelve down is not enough under an order that wants ten; under one that wants three it is; replay agrees', async () => {
  await order({ quorumClients: 10 }, 1, '*');
  await start();
  await warm();
  expect(names()).toContain('policyChanged');
  lost = 6;
  // As long as a decision would have taken several times over.
  const before = lines.length;
  await eventually(() => expect(lines.length).toBeGreaterThan(before + 60));
  expect(decisions.map(({ reason }) => reason)).toEqual(['initial']);

  await order({ quorumClients: 0 }, 2, '*');
  await eventually(() => expect(names()).toContain('policyRefused'));
  expect(decisions.map(({ reason }) => reason)).toEqual(['initial']);

  await order({ quorumClients: 3 }, 1, 'payments');
  await eventually(() => expect(decisions.map(({ reason }) => reason)).toContain('regionDown'));
  const report = replayJournal(lines);
  expect(report.recorded.length).toBeGreaterThan(1);
  expect(report.difference).toBeNull();
  const withoutOrders = replayJournal(lines.filter(({ kind }) => kind !== 'policy'));
  expect(withoutOrders.difference).not.toBeNull();
});
