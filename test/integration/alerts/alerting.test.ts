// The alerting process on a real log, with a real receiver at the end of a real socket: what a person
// would hear, whatever crashes in between.

import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import {
  type Delivery,
  decodeDelivery,
  type TopicOptions,
  topicCatalogue,
  topicDefaults,
  topicFullName,
} from '@regionpilot/protocol';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type AlertsInput, alertingConfig } from '../../../alerts/config/parse.ts';
import { type Alerting, type AlertingEvent, startAlerting } from '../../../alerts/index.ts';
import { incidentOf } from '../../../bench/alert-incidents.ts';
import { startWebhookClock, type WebhookClock } from '../../../bench/webhook-clock.ts';
import { eventually } from '../../support/eventually.ts';

type Heard = { readonly type: string; readonly group: string; readonly id: string };

let bus: Bus;
let prefix: string;
let receiver: WebhookClock;
let started: Alerting[];
let events: AlertingEvent[];

async function openWorld(open: () => Bus, partitions = 1): Promise<void> {
  bus = open();
  prefix = `t${Math.random().toString(36).slice(2, 10)}.`;
  const options: TopicOptions = {
    ...topicDefaults,
    prefix,
    partialPartitions: partitions,
    replication: 1,
    minInsyncReplicas: 1,
  };
  await bus.applyTopics(topicCatalogue(options));
}

function input(given: AlertsInput = {}): AlertsInput {
  return {
    startDelay: '0s',
    receivers: {
      hook: { kind: 'webhook', url: receiver.url, allow: ['127.0.0.0/8'], retry: '50ms' },
    },
    route: { receivers: ['hook'], groupBy: ['alertname', 'group'], groupWait: '0s' },
    ...given,
  };
}

async function alerting(given: AlertsInput = {}): Promise<Alerting> {
  const one = await startAlerting({
    config: alertingConfig(input(given)),
    secrets: new Map(),
    bus,
    instance: `alerts-${started.length}`,
    topicPrefix: prefix,
    consumerGroup: `${prefix}alerts`,
    log: (event) => events.push(event),
  });
  started.push(one);
  return one;
}

async function owning(one: Alerting): Promise<void> {
  await eventually(() => {
    const terms = Object.values(one.status().partitions);
    expect(terms.length).toBeGreaterThan(0);
    expect(terms).not.toContain(null);
  });
}

async function happens(group: string, lost: boolean): Promise<void> {
  await bus.publish(topicFullName(prefix, 'incidents'), [incidentOf(group, lost, Date.now())]);
}

/** What the receiver heard of noSafeTarget, in order. */
function heard(): readonly Heard[] {
  return receiver.messages
    .map(({ body }) => JSON.parse(body))
    .filter(({ data }) => data.groupLabels.alertname === 'noSafeTarget')
    .map(({ type, data }) => ({
      type,
      group: data.groupLabels.group,
      id: `${data.dedupKey}-${data.seq}`,
    }));
}

async function deliveries(): Promise<readonly Delivery[]> {
  const topic = topicFullName(prefix, 'deliveries');
  const found: Delivery[] = [];
  for (const { partition, start } of await bus.ends(topic)) {
    for await (const { value } of bus.read({ topic, partition, from: { offset: start } })) {
      const decoded = value === null ? null : decodeDelivery(value);
      if (decoded?.kind === 'ok') found.push(decoded.value);
    }
  }
  return found;
}

beforeEach(async () => {
  receiver = await startWebhookClock();
  started = [];
  events = [];
});

afterEach(async () => {
  await Promise.all(started.map((each) => each.close()));
  await bus.close();
  await receiver.close();
});

const kafka = inject('kafkaBrokers');
const logs: readonly (readonly [string, () => Bus])[] = [
  ['the embedded log', () => openEmbeddedBus({ file: ':memory:' })],
  ...(kafka.length > 0
    ? [
        [
          'Kafka',
          () => openKafkaBus({ kind: 'kafka', brokers: kafka, clientId: 'alerts-test' }),
        ] as const,
      ]
    : []),
];

describe.each(logs)('on %s', (_, open) => {
  test('an incident is told once, its end once, and each attempt is in the log', async () => {
    await openWorld(open);
    await owning(await alerting());
    await happens('payments', true);
    await eventually(() => expect(heard()).toHaveLength(1));
    await happens('payments', false);
    await eventually(() => expect(heard()).toHaveLength(2));
    expect(heard().map(({ type }) => type)).toEqual(['alert.triggered', 'alert.resolved']);
    await eventually(async () => {
      const told = (await deliveries()).filter(({ action }) => action !== 'change');
      expect(told.filter(({ result }) => result === 'accepted').length).toBeGreaterThanOrEqual(2);
    });
  });

  test('who comes after a crash knows what was told, and tells only what changed since', async () => {
    await openWorld(open);
    const first = await alerting();
    await owning(first);
    await happens('payments', true);
    await eventually(() => expect(heard()).toHaveLength(1));
    await first.abandon();
    await happens('payments', false);
    await happens('cards', true);
    await owning(await alerting());
    await eventually(() => expect(heard().length).toBeGreaterThanOrEqual(3));
    const last = (group: string) => heard().findLast((each) => each.group === group)?.type;
    expect(last('payments')).toBe('alert.resolved');
    expect(last('cards')).toBe('alert.triggered');
    expect(
      heard().filter(({ group, type }) => group === 'payments' && type === 'alert.triggered'),
    ).toHaveLength(1);
  });
});
