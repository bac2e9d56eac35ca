// The same brokers as containers, where a Docker engine answers. Clients reach each on a fixed
// loopback port, so that a killed broker comes back at its old address.

import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GenericContainer,
  getContainerRuntimeClient,
  Network,
  type StartedNetwork,
  Wait,
} from 'testcontainers';
import type { BrokerPlan, BrokerSettings, RunningBroker } from './properties.ts';

const inside = { clients: 9092, brokers: 9093, controllers: 9094 };
const restartWithinMs = 60_000;

export async function containerNetwork(): Promise<StartedNetwork> {
  return new Network().start();
}

export async function containerBroker(
  image: string,
  plan: BrokerPlan,
  all: readonly BrokerPlan[],
  network: StartedNetwork,
  settings: BrokerSettings,
  environment: Readonly<Record<string, string>>,
): Promise<RunningBroker> {
  const own = { ...settings, ...addresses(plan, all, settings) };
  const started = await new GenericContainer(image)
    .withNetwork(network)
    .withNetworkAliases(alias(plan))
    .withExposedPorts({ container: inside.clients, host: plan.port })
    .withEnvironment({ KAFKA_HEAP_OPTS: '-Xmx512m', ...environment, ...asEnvironment(own) })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start();
  const client = await getContainerRuntimeClient();
  const container = client.container.getById(started.getId());
  return {
    kill: async () => {
      await container.kill();
    },
    restart: async () => {
      await container.start();
      await answering(plan.port);
    },
    stop: async () => {
      await started.stop();
    },
  };
}

const alias = ({ node }: BrokerPlan): string => `broker-${node}`;

function addresses(
  plan: BrokerPlan,
  all: readonly BrokerPlan[],
  settings: BrokerSettings,
): BrokerSettings {
  const voters = all.map((other) => `${other.node}@${alias(other)}:${inside.controllers}`);
  return {
    'log.dirs': '/tmp/kafka-logs',
    'controller.quorum.voters': voters.join(','),
    listeners: `PLAINTEXT://:${inside.clients},BROKER://:${inside.brokers},CONTROLLER://:${inside.controllers}`,
    'advertised.listeners': `${settings['advertised.listeners']},BROKER://${alias(plan)}:${inside.brokers}`,
    'inter.broker.listener.name': 'BROKER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,BROKER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  };
}

/** The image's way to name settings: `log.dirs` becomes `KAFKA_LOG_DIRS`. */
function asEnvironment(settings: BrokerSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
      String(value),
    ]),
  );
}

async function answering(port: number): Promise<void> {
  const deadlineMs = performance.now() + restartWithinMs;
  while (!(await answersApiVersions(port))) {
    if (performance.now() > deadlineMs) throw new Error(`Kafka did not come back on port ${port}`);
    await sleep(100);
  }
}

/** ApiVersions, version 0: the one request every broker answers as soon as it serves requests. */
function answersApiVersions(port: number): Promise<boolean> {
  const request = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.once('data', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
  });
}
