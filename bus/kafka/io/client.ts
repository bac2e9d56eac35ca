// A kafkajs client whose sockets we hold: what kafkajs would wait for (a long poll, a connection
// attempt, a retry) can be ended at once.

import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type {
  Kafka,
  KafkaConfig as KafkaJsConfig,
  logCreator,
  RetryOptions,
  SASLOptions,
} from 'kafkajs';
import type { KafkaConfig, SaslConfig, TlsConfig } from '../../config.ts';
import type { BusLog, BusOptions } from '../../log.ts';
import { kafkajs } from './load.ts';

export type Client = {
  readonly kafka: Kafka;
  /** Ends every connection and allows no new one. */
  readonly cut: () => void;
};

const keepAliveMs = 30_000;
export const defaultRequestTimeoutMs = 5_000;
const defaultConnectTimeoutMs = 3_000;

/** kafkajs' own retries: few, so that failures show, or without end, so that a group's member lives. */
export type LibraryRetries = 'few' | 'endless';

const retries: Readonly<Record<LibraryRetries, RetryOptions>> = {
  few: { initialRetryTime: 50, maxRetryTime: 200, retries: 1 },
  endless: { initialRetryTime: 50, maxRetryTime: 500, retries: Number.MAX_SAFE_INTEGER },
};

export function createClient(
  config: KafkaConfig,
  { log, background = false }: BusOptions,
  insist: LibraryRetries = 'few',
): Client {
  const sockets = new Set<Socket>();
  let isCut = false;

  const socketFactory = ({ host, port, ssl, onConnect }: SocketOptions): Socket => {
    if (isCut) throw new Error('the connection was closed');
    const socket = ssl
      ? connectTls(
          { host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl },
          onConnect,
        )
      : connectTcp({ host, port }, onConnect);
    socket.setKeepAlive(true, keepAliveMs);
    socket.setNoDelay(true);
    if (background) socket.unref();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };

  return {
    kafka: new kafkajs.Kafka({
      // An empty list is the one answer that ends an endless retry of kafkajs.
      brokers: async () => (isCut ? [] : [...config.brokers]),
      clientId: config.clientId,
      connectionTimeout: config.connectTimeoutMs ?? defaultConnectTimeoutMs,
      authenticationTimeout: config.connectTimeoutMs ?? defaultConnectTimeoutMs,
      requestTimeout: config.requestTimeoutMs ?? defaultRequestTimeoutMs,
      enforceRequestTimeout: true,
      retry: retries[insist],
      socketFactory: socketFactory as NonNullable<KafkaJsConfig['socketFactory']>,
      ...securityOf(config),
      ...loggingTo(log, () => isCut),
    }),
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy(new Error('the connection was closed'));
    },
  };
}

type SocketOptions = {
  readonly host: string;
  readonly port: number;
  readonly ssl?: object;
  readonly onConnect: () => void;
};

function securityOf({ tls, sasl }: KafkaConfig): Pick<KafkaJsConfig, 'ssl' | 'sasl'> {
  return {
    ...(tls === undefined || tls === false ? {} : { ssl: tls === true ? true : tlsOptions(tls) }),
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl) }),
  };
}

function tlsOptions({ ca, ...rest }: TlsConfig): Exclude<KafkaJsConfig['ssl'], undefined> {
  return { ...rest, ...(ca === undefined ? {} : { ca: [ca] }) };
}

function saslOptions({ mechanism, username, password }: SaslConfig): SASLOptions {
  return { mechanism, username, password };
}

/** kafkajs logs to the console unless told otherwise. */
function loggingTo(
  log: BusLog | undefined,
  isCut: () => boolean,
): Pick<KafkaJsConfig, 'logLevel' | 'logCreator'> {
  const { NOTHING, WARN, ERROR } = kafkajs.logLevel;
  if (log === undefined) return { logLevel: NOTHING, logCreator: () => () => {} };
  const creator: logCreator =
    () =>
    ({ namespace, level, log: { message, broker, groupId } }) => {
      if (isCut()) return; // We ended the connection ourselves: no news.
      const name = level === ERROR ? 'error' : level === WARN ? 'warn' : 'info';
      log({ level: name, event: 'kafkajs', from: namespace, message, broker, groupId });
    };
  return { logLevel: WARN, logCreator: creator };
}
