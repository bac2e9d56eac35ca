// Real Kafka for tests, benches and drills: containers where a Docker engine answers, else Apache
// Kafka by Maven on the machine's Java. Knows nothing of any test runner.

import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canRun } from './docker.ts';
import { freePorts } from './free-port.ts';
import { kafkaJars, kafkaVersion } from './kafka/jars.ts';
import { localBroker } from './kafka/local.ts';
import {
  type BrokerPlan,
  type BrokerSettings,
  brokerSettings,
  type RunningBroker,
} from './kafka/properties.ts';
import { oncePerRun } from './once-per-run.ts';

export type KafkaOptions = {
  /** 1–5, default 1. */
  readonly brokers?: number;
  /** Over the defaults, for example `{ 'group.initial.rebalance.delay.ms': 0 }`. */
  readonly settings?: BrokerSettings;
  /** Arguments for `kafka-storage format`, for example `--add-scram`. Not for containers. */
  readonly formatArguments?: readonly string[];
};

export type RealKafka = {
  /** `host:port` of each. */
  readonly brokers: readonly string[];
  readonly how: 'testcontainers' | 'local';
  /** Ends broker `i` (0-based) without goodbye. */
  readonly kill: (i: number) => Promise<void>;
  /** Brings a killed broker back at its address, its log intact. */
  readonly restart: (i: number) => Promise<void>;
  readonly stop: () => Promise<void>;
};

const image = process.env['REGIONPILOT_TEST_KAFKA_IMAGE'] ?? `apache/kafka:${kafkaVersion}`;

const kafkaRuns = (): Promise<'containers' | 'local'> =>
  oncePerRun('REGIONPILOT_TEST_KAFKA', ['containers', 'local'], async () =>
    (await canRun(image)) ? 'containers' : 'local',
  );

/** No way to run a broker here. Under CI that is a failure, elsewhere a loud skip. */
export class KafkaUnavailable extends Error {}

/** @throws {KafkaUnavailable} when neither Docker nor Java with Maven can be had. */
export async function startKafka(options: KafkaOptions = {}): Promise<RealKafka> {
  const plans = await planBrokers(options.brokers ?? 1);
  const addresses = plans.map(({ port }) => `127.0.0.1:${port}`);
  const inDocker = options.formatArguments === undefined && (await kafkaRuns()) === 'containers';
  const { how, running, cleanUp } = inDocker
    ? await inContainers(plans, options.settings ?? {})
    : await onThisMachine(plans, options);
  const at = (i: number): RunningBroker => {
    const broker = running[i];
    if (broker === undefined) throw new RangeError(`No broker ${i}`);
    return broker;
  };
  return {
    brokers: addresses,
    how,
    kill: (i) => at(i).kill(),
    restart: (i) => at(i).restart(),
    stop: async () => {
      await Promise.all(running.map((broker) => broker.stop()));
      await cleanUp();
    },
  };
}

type Started = {
  readonly how: RealKafka['how'];
  readonly running: readonly RunningBroker[];
  readonly cleanUp: () => Promise<unknown>;
};

async function inContainers(plans: readonly BrokerPlan[], extra: BrokerSettings): Promise<Started> {
  // Loads testcontainers, which the machine without an engine does not need.
  const { containerBroker, containerNetwork } = await import('./kafka/container.ts');
  const network = await containerNetwork();
  const cluster = { CLUSTER_ID: newClusterId() };
  const running = await Promise.all(
    plans.map((plan) =>
      containerBroker(image, plan, plans, network, brokerSettings(plan, plans, '', extra), cluster),
    ),
  );
  return { how: 'testcontainers', running, cleanUp: () => network.stop() };
}

async function onThisMachine(
  plans: readonly BrokerPlan[],
  { settings: extra = {}, formatArguments = [] }: KafkaOptions,
): Promise<Started> {
  const jars = await kafkaJars();
  if (jars.kind === 'missing') {
    throw new KafkaUnavailable(`No Kafka here: no container can run, and ${jars.reason}`);
  }
  const root = mkdtempSync(join(tmpdir(), 'regionpilot-kafka-'));
  const clusterId = newClusterId();
  const start = (plan: BrokerPlan): Promise<RunningBroker> => {
    const folder = join(root, `broker-${plan.node}`);
    mkdirSync(folder);
    const settings = brokerSettings(plan, plans, join(folder, 'data'), extra);
    return localBroker(jars.folder, folder, ['-t', clusterId, ...formatArguments], settings);
  };
  const cleanUp = async (): Promise<void> => rmSync(root, { recursive: true, force: true });
  try {
    const running = await Promise.all(plans.map(start));
    return { how: 'local', running, cleanUp };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

/** 16 bytes in URL-safe base64; one that began with a dash would be taken for an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}

async function planBrokers(count: number): Promise<readonly BrokerPlan[]> {
  const ports = await freePorts(count * 2);
  return Array.from({ length: count }, (_, i) => ({
    node: i + 1,
    port: ports[i * 2] ?? 0,
    controllerPort: ports[i * 2 + 1] ?? 0,
  }));
}
