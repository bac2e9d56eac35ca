/** The one place where a name of a bus becomes a bus. Adapters are loaded when they are wanted. */
import type { Bus, BusConfig, BusLog, KafkaConfig, TlsConfig } from '@regionpilot/bus';
import { PipelineError } from '@regionpilot/protocol';
import type { BusPlan, KafkaPlan } from '../config/file.ts';
import { fileExists, readText } from './files.ts';

export type OpenOptions = {
  /** Only `topics apply` may bring an embedded bus into the world: a typo must not. */
  readonly create?: boolean;
  readonly log?: BusLog;
};

/** @throws {PipelineError} BUS_UNREACHABLE for an embedded file; a Kafka is met at its first use. */
export async function openBus(plan: BusPlan, options: OpenOptions = {}): Promise<Bus> {
  if (plan.kind === 'embedded' && options.create !== true) mustExist(plan.file);
  return openConfiguredBus(busConfigOf(plan), options.log);
}

/** Secrets and certificates read from their files: what other processes can be handed. */
export function busConfigOf(plan: BusPlan): BusConfig {
  return plan.kind === 'embedded' ? plan : kafkaConfig(plan);
}

export async function openConfiguredBus(config: BusConfig, log?: BusLog): Promise<Bus> {
  const options = log === undefined ? {} : { log };
  switch (config.kind) {
    case 'embedded': {
      const { openEmbeddedBus } = await import('@regionpilot/bus/embedded');
      return asUnreachable(() => openEmbeddedBus(config, options));
    }
    case 'kafka': {
      const { openKafkaBus } = await import('@regionpilot/bus/kafka');
      return openKafkaBus(config, options);
    }
  }
}

/** Opens, hands over, and closes whatever happens. */
export async function withBus<Value>(
  plan: BusPlan,
  use: (bus: Bus) => Promise<Value>,
  options: OpenOptions = {},
): Promise<Value> {
  const bus = await openBus(plan, options);
  try {
    return await use(bus);
  } finally {
    await bus.close();
  }
}

function mustExist(file: string): void {
  if (file === ':memory:' || fileExists(file)) return;
  const message = `No embedded bus in ${file}; "regionpilot topics apply --file ${file}" makes one`;
  throw new PipelineError('BUS_UNREACHABLE', message, { file, retriable: false });
}

function asUnreachable(open: () => Bus): Bus {
  try {
    return open();
  } catch (cause) {
    throw unreachable(cause as Error);
  }
}

function unreachable(cause: Error): PipelineError {
  return new PipelineError('BUS_UNREACHABLE', cause.message, { cause, retriable: false });
}

function kafkaConfig({ tls, sasl, ...plan }: KafkaPlan): KafkaConfig {
  return {
    clientId: 'regionpilot',
    ...plan,
    ...(tls === undefined ? {} : { tls: typeof tls === 'boolean' ? tls : tlsConfig(tls) }),
    ...(sasl === undefined
      ? {}
      : {
          sasl: {
            mechanism: sasl.mechanism,
            username: sasl.username,
            password: readText(sasl.passwordFile).split(/\r?\n/)[0] ?? '',
          },
        }),
  };
}

type TlsFiles = Exclude<KafkaPlan['tls'], boolean | undefined>;

function tlsConfig({ caFile, certFile, keyFile, ...rest }: TlsFiles): TlsConfig {
  return {
    ...rest,
    ...(caFile === undefined ? {} : { ca: readText(caFile) }),
    ...(certFile === undefined ? {} : { cert: readText(certFile) }),
    ...(keyFile === undefined ? {} : { key: readText(keyFile) }),
  };
}
