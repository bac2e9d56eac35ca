// Real Redis servers for tests, drills and benches: containers where a Docker engine answers, else
// redis-server as a child process. Knows nothing of any test runner.

import { canRun } from './docker.ts';
import { oncePerRun } from './once-per-run.ts';
import { findRedisServer, missingRedis, obtainRedisServer } from './redis-binary.ts';
import { startLocalRedis } from './redis-local.ts';

export type RedisServer = {
  readonly host: string;
  readonly port: number;
  /** Ends it without goodbye; resolves when it is gone. */
  readonly kill9: () => Promise<void>;
  /** Asks it to end; resolves when it is gone. */
  readonly stop: () => Promise<void>;
  /** The kernel still accepts and acknowledges, nothing is answered. */
  readonly freeze: () => Promise<void>;
  readonly thaw: () => Promise<void>;
  /** Starts an empty server on the same port after `kill9` or `stop`. */
  readonly restart: () => Promise<void>;
};

export type RedisServerOptions = {
  /** Default: any free port. */
  readonly port?: number;
  /** More arguments for redis-server, for example `['--requirepass', 'secret']`. */
  readonly args?: readonly string[];
};

const image = process.env['REGIONPILOT_TEST_REDIS_IMAGE'] ?? 'redis:7';

/**
 * How servers run here. Known before anybody asks, because a suite that must be skipped has to say
 * so while it is collected, which waits for nobody.
 */
export const redisRuns: 'containers' | 'local' | 'none' = await oncePerRun(
  'REGIONPILOT_TEST_REDIS',
  ['containers', 'local', 'none'],
  async () => {
    if (await canRun(image)) return 'containers';
    return obtainRedisServer() === null ? 'none' : 'local';
  },
);

/**
 * Starts a Redis without persistence and resolves when it answers.
 * @throws {Error} when there is neither an engine nor a redis-server, with the cure.
 */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  if (redisRuns !== 'containers') return startLocalRedis(options);
  const { startRedisContainer } = await import('./redis-container.ts');
  return startRedisContainer(image, options);
}

/**
 * Says loudly that a suite is skipped for want of Redis, and answers whether to skip it.
 * @throws {Error} under `CI=true`, where a skip would be a lie.
 */
export function skipWithoutRedis(suite: string): boolean {
  return redisRuns === 'none' && skip(suite);
}

/** The same for a suite whose servers must be processes of this machine: Sentinel and Cluster. */
export function skipWithoutRedisServer(suite: string): boolean {
  const here = redisRuns === 'none' ? findRedisServer() : obtainRedisServer();
  return here === null && skip(suite);
}

function skip(suite: string): true {
  if (process.env['CI'] === 'true') throw new Error(`${suite}: ${missingRedis}`);
  console.warn(`SKIPPED ${suite}: ${missingRedis}`);
  return true;
}
