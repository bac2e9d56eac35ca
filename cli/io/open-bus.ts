/** The one place where a name of a bus becomes a bus. Adapters are loaded when they are wanted. */
import type { Bus, BusLog, KafkaConfig, TlsConfig } from '@regionpilot/bus';
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
  const busOptions = options.log === undefined ? {} : { log: options.log };
  switch (plan.kind) {
    case 'embedded': {
      if (options.create !== true) mustExist(plan.file);
      const { openEmbeddedBus } = await import('@regionpilot/bus/embedded');
      return asUnreachable(() => openEmbeddedBus(plan, busOptions));
    }
    case 'kafka': {
      const { openKafkaBus } = await import('@regionpilot/bus/kafka');
      return openKafkaBus(kafkaConfig(plan), busOptions);
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
