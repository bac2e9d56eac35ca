// Questions asked on nobody's behalf, so that a connection nobody uses is still known to work.

import { randomUUID } from 'node:crypto';
import { Command, type Redis } from 'ioredis';

/** Lifetime of the key that a write probe leaves behind, ms. */
const keyLifeMs = '60000';
const freshTimeoutMs = 1_000;

/** One key per process: probes of a thousand clients must not meet in one place. */
const probeKey = `regionpilot:probe:${randomUUID()}`;

type Send = (command: Command) => Promise<unknown>;

/** Was it answered, all of it? Resolves when that is known, which a frozen server can put off. */
export async function sendProbe(kind: 'ping' | 'write', send: Send): Promise<boolean> {
  const commands =
    kind === 'ping'
      ? [new Command('ping', [])]
      : [new Command('set', [probeKey, '1', 'PX', keyLifeMs]), new Command('get', [probeKey])];
  const answers = await Promise.allSettled(commands.map((command) => send(command)));
  return answers.every(({ status }) => status === 'fulfilled');
}

/**
 * A question that cannot be asked, or would wait behind others that nobody answers, counts as one that
 * failed: as often as it would have been asked, after one interval to get connected.
 */
export class MissedProbes {
  readonly #probed: (answered: boolean) => void;
  #sinceMs = 0;

  constructor(probed: (answered: boolean) => void) {
    this.#probed = probed;
  }

  /** It could not be asked now. */
  missed(nowMs: number, intervalMs: number): void {
    if (this.#sinceMs === 0) this.#sinceMs = nowMs;
    if (nowMs - this.#sinceMs < intervalMs) return;
    this.#sinceMs = nowMs;
    this.#probed(false);
  }

  /** It could be asked. */
  able(): void {
    this.#sinceMs = 0;
  }
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
