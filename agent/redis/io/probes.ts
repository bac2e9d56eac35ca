// Questions asked on nobody's behalf, so that a connection nobody uses is still known to work.

import { randomUUID } from 'node:crypto';
import { Command, type Redis } from 'ioredis';

/** Lifetime of the key that a write probe leaves behind, ms. */
const keyLifeMs = '60000';
const freshTimeoutMs = 1_000;

/** One key per process: probes of a thousand clients must not meet in one place. */
const probeKey = `regionpilot:probe:${randomUUID()}`;

export function sendProbe(kind: 'ping' | 'write', send: (command: Command) => unknown): void {
  if (kind === 'ping') {
    send(new Command('ping', []));
    return;
  }
  send(new Command('set', [probeKey, '1', 'PX', keyLifeMs]));
  send(new Command('get', [probeKey]));
}

/** Does a new connection with the same options get as far as an answer within a second? */
export function answersOnFreshConnection(redis: Redis): Promise<boolean> {
  const fresh = redis.duplicate({
    lazyConnect: true,
    retryStrategy: () => null,
    enableReadyCheck: true,
    connectTimeout: freshTimeoutMs,
    disconnectTimeout: 1,
  });
  fresh.on('error', () => {});
  return new Promise((resolve) => {
    const finish = (answers: boolean): void => {
      clearTimeout(timer);
      fresh.disconnect();
      resolve(answers);
    };
    const timer = setTimeout(() => finish(false), freshTimeoutMs);
    timer.unref();
    fresh.connect().then(
      () => finish(true),
      () => finish(false),
    );
  });
}
