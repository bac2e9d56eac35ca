// A region's server, where it is ours: a redis-server on loopback that can be killed and stopped.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { drillFailed } from './child.ts';
import type { Leash } from './leash.ts';
import { answersPing, freePort } from './ports.ts';

export type RedisServer = {
  readonly port: number;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** SIGKILL; resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Again on the same port, empty. */
  readonly restart: () => Promise<void>;
};

const startWithinMs = 15_000;

/** @throws {PipelineError} DRILL_FAILED when there is no redis-server here. */
export async function startRedisServer(leash: Leash): Promise<RedisServer> {
  const binary = findBinary();
  const port = await freePort();
  let child = await launch(binary, port, leash);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    port,
    kill,
    signal: (signal) => void child.kill(signal),
    restart: async () => {
      await kill();
      child = await launch(binary, port, leash);
    },
  };
}

function findBinary(): string {
  const found = ['redis-server', 'valkey-server'].find(
    (name) => spawnSync(name, ['--version']).status === 0,
  );
  if (found !== undefined) return found;
  throw drillFailed(
    'redis-server is not on PATH: install it (apt-get install redis-server, brew install redis), or name servers with --redis eu=host:port,us=host:port',
  );
}

async function launch(binary: string, port: number, leash: Leash): Promise<ChildProcess> {
  const quiet = ['--save', '', '--appendonly', 'no', '--logfile', '', '--dir', tmpdir()];
  const where = ['--port', `${port}`, '--bind', '127.0.0.1', '--maxclients', '20000'];
  const child = spawn(binary, [...where, ...quiet], { stdio: 'ignore', detached: true });
  leash.hold(child);
  const deadlineMs = performance.now() + startWithinMs;
  while (!(await answersPing('127.0.0.1', port))) {
    if (child.exitCode !== null) throw drillFailed(`${binary} on port ${port} ended at once`);
    if (performance.now() > deadlineMs)
      throw drillFailed(`${binary} on port ${port} never answered`);
    await sleep(20);
  }
  return child;
}
