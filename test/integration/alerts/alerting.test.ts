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
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';

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
    const last = (group: string) => heard().findLast((each) => each.group === group)?.type;
    await eventually(() => {
      expect(last('payments')).toBe('alert.resolved');
      expect(last('cards')).toBe('alert.triggered');
    });
    // Died between the yes and writing it down: the same message may come twice, never a second one.
    const triggers = heard().filter(
      ({ group, type }) => group === 'payments' && type === 'alert.triggered',
    );
    expect(new Set(triggers.map(({ id }) => id)).size).toBe(1);
  });
});

describe('whatever goes wrong in between', () => {
  const open = (): Bus => openEmbeddedBus({ file: ':memory:' });
  let fake: WebhookReceiver;

  beforeEach(async () => {
    fake = await startWebhookReceiver();
  });
  afterEach(() => fake.close());

  const telling = (url: string): AlertsInput => ({
    receivers: { hook: { kind: 'webhook', url, allow: ['127.0.0.0/8'], retry: '50ms' } },
  });
  const triggers = () => fake.messages().filter(({ body }) => body.includes('alert.triggered'));

  test('scenario 28: killed after the receiver said yes and before that was written: the same id again', async () => {
    await openWorld(open);
    fake.fail({ kind: 'acceptedThenSilence' });
    const first = await alerting(telling(fake.url));
    await owning(first);
    await happens('payments', true);
    await eventually(() => expect(triggers()).toHaveLength(1));
    await first.abandon();
    await owning(await alerting(telling(fake.url)));
    await eventually(() => expect(triggers()[0]?.arrivals).toBeGreaterThanOrEqual(2));
    // The receiver sees a repeat, not a second message.
    expect(triggers()).toHaveLength(1);
  });

  test('scenario 29: killed before anything was sent: told after the restart, without a new incident', async () => {
    await openWorld(open);
    fake.fail({ kind: 'reset' }, { kind: 'reset' }, { kind: 'reset' });
    const first = await alerting(telling(fake.url));
    await owning(first);
    await happens('payments', true);
    await eventually(() => expect(fake.journal().length).toBeGreaterThanOrEqual(1));
    await first.abandon();
    fake.heal();
    await owning(await alerting(telling(fake.url)));
    await eventually(() => expect(triggers()).toHaveLength(1));
  });

  test('a second instance stands by, tells nobody, and takes over under a higher term', async () => {
    await openWorld(open);
    const first = await alerting();
    await owning(first);
    const second = await alerting();
    await happens('payments', true);
    await eventually(() => expect(heard()).toHaveLength(1));
    await first.close();
    await owning(second);
    await happens('payments', false);
    await eventually(() => expect(heard()).toHaveLength(2));
    expect(heard().map(({ type }) => type)).toEqual(['alert.triggered', 'alert.resolved']);
    const terms = events.flatMap((each) => (each.event === 'partitionClaimed' ? [each.term] : []));
    expect(terms.at(-1)).toBeGreaterThan(terms[0] ?? 0);
  });

  test('a receiver that never answers delays no other', async () => {
    await openWorld(open);
    fake.fail(...Array.from({ length: 50 }, () => ({ kind: 'silence' }) as const));
    const { hook } = input().receivers ?? {};
    const dead = { kind: 'webhook', url: fake.url, allow: ['127.0.0.0/8'], timeout: '1s' } as const;
    const receivers = { ...(hook && { hook }), dead };
    const route = { receivers: ['dead', 'hook'], groupBy: ['...'], groupWait: '0s' };
    await owning(await alerting({ receivers, route }));
    for (let i = 0; i < 10; i++) await happens(`group-${i}`, true);
    await eventually(() => expect(heard()).toHaveLength(10));
    expect(fake.messages()).toEqual([]);
  });

  test('another config in the middle of an incident sends nothing twice', async () => {
    await openWorld(open);
    const one = await alerting();
    await owning(one);
    await happens('payments', true);
    await eventually(() => expect(heard()).toHaveLength(1));
    one.reload(alertingConfig(input({ flapping: { changes: 9 } })), new Map());
    one.refuse('alerts.yaml:3:1 nonsense');
    expect(one.status().configProblem).toContain('alerts.yaml:3:1');
    await happens('payments', false);
    await eventually(() => expect(heard()).toHaveLength(2));
    expect(heard().map(({ type }) => type)).toEqual(['alert.triggered', 'alert.resolved']);
  });

  test('garbage among incidents and alerts goes to the dead letters, and what follows is heard', async () => {
    await openWorld(open);
    await owning(await alerting());
    const value = new TextEncoder().encode('{"v":1,"kind":"notice"}');
    for (const topic of ['incidents', 'alerts'] as const) {
      await bus.publish(topicFullName(prefix, topic), [{ key: 'x', value, headers: {} }]);
    }
    await happens('payments', true);
    await eventually(() => expect(heard()).toHaveLength(1));
    await eventually(() => {
      const rejected = events.flatMap((each) =>
        each.event === 'recordRejected' ? [each.topic] : [],
      );
      expect(rejected.toSorted()).toEqual(
        [topicFullName(prefix, 'alerts'), topicFullName(prefix, 'incidents')].toSorted(),
      );
    });
  });

  test('the watchdog’s heart beats for its receiver alone, and the synthetic alert is measured', async () => {
    await openWorld(open);
    const hooks = {
      receivers: {
        ...input().receivers,
        deadman: { kind: 'webhook', url: fake.url, allow: ['127.0.0.0/8'] },
      },
      heartbeat: { receiver: 'deadman', every: '1s' },
      probe: { receiver: 'deadman', every: '1s' },
    } as const;
    const one = await alerting(hooks);
    await eventually(() => expect(one.status().probeLatencyMs).not.toBeNull());
    await eventually(() => {
      const types = new Set(fake.messages().map(({ body }) => JSON.parse(body).type));
      expect([...types].toSorted()).toEqual(['alerting.heartbeat', 'alerting.probe']);
    });
    expect(heard()).toEqual([]);
  });
});
