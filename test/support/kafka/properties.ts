// One broker's settings: KRaft, controller and broker in one process, everything on loopback.

export type BrokerPlan = {
  /** 1-based. */
  readonly node: number;
  readonly port: number;
  readonly controllerPort: number;
};

export type RunningBroker = {
  /** At once and without goodbye: what a power cut looks like to clients. */
  readonly kill: () => Promise<void>;
  /** Resolves when it serves requests again, at its old address. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type BrokerSettings = Readonly<Record<string, string | number>>;

export function brokerSettings(
  plan: BrokerPlan,
  all: readonly BrokerPlan[],
  logDir: string,
  extra: BrokerSettings,
): BrokerSettings {
  const voters = all.map(({ node, controllerPort }) => `${node}@127.0.0.1:${controllerPort}`);
  return {
    'process.roles': 'broker,controller',
    'node.id': plan.node,
    'controller.quorum.voters': voters.join(','),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    listeners: `PLAINTEXT://127.0.0.1:${plan.port},CONTROLLER://127.0.0.1:${plan.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${plan.port}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logDir,
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // A laptop's broker: few threads, no wait before a killed one is fenced.
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.backoff.ms': 500,
    'broker.heartbeat.interval.ms': 500,
    'broker.session.timeout.ms': 3_000,
    ...extra,
  };
}

export function propertiesFile(settings: BrokerSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
