// Where redis-server comes from when it does not come as a container.

import { spawnSync } from 'node:child_process';
import { howToForbid, mayFetch } from './once-per-run.ts';

const installWithinMs = 240_000;

/** How to get a Redis when there is none; also the text of every skip. */
export const missingRedis =
  'redis-server is not on PATH: install it (apt-get install redis-server, brew install redis) or set REGIONPILOT_REDIS_SERVER to its path';

/** Path of redis-server, or null. */
export function findRedisServer(): string | null {
  const named = process.env['REGIONPILOT_REDIS_SERVER'];
  const candidates = named === undefined ? ['redis-server', 'valkey-server'] : [named];
  return candidates.find((path) => succeeds(path, ['--version'])) ?? null;
}

/** Path of redis-server, installed by the system's package manager if need and right be, or null. */
export function obtainRedisServer(): string | null {
  const found = findRedisServer();
  if (found !== null || !mayInstall()) return found;
  console.error(`Installing redis-server by apt-get (${howToForbid})`);
  if (!install()) {
    succeeds('apt-get', ['update']);
    install();
  }
  return findRedisServer();
}

function mayInstall(): boolean {
  return mayFetch() && process.getuid?.() === 0 && succeeds('apt-get', ['--version']);
}

const install = (): boolean =>
  succeeds('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'redis-server']);

function succeeds(command: string, args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { env, timeout: installWithinMs }).status === 0;
}
