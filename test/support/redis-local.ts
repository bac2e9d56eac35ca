// A redis-server as a child process: killed, frozen and healed by pid.

import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endChild, startChild } from './children.ts';
import { freePort } from './free-port.ts';
import type { RedisServer, RedisServerOptions } from './redis.ts';
import { untilRedisAnswers } from './redis-answers.ts';
import { missingRedis, obtainRedisServer } from './redis-binary.ts';

export type LocalRedisOptions = RedisServerOptions & {
  /** Run as a sentinel with this file, which it rewrites. */
  readonly sentinelFile?: string;
};

/** Like `startRedis`, but on this machine even where containers could be had. */
export async function startLocalRedis(options: LocalRedisOptions = {}): Promise<RedisServer> {
  const binary = obtainRedisServer();
  if (binary === null) throw new Error(missingRedis);
  const port = options.port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'regionpilot-redis-'));
  const argsIn = (where: string): readonly string[] =>
    options.sentinelFile === undefined
      ? redisArgs(port, where, options.args ?? [])
      : [options.sentinelFile, '--sentinel'];
  let child = await launch(binary, argsIn(folder), port);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await endChild(child, signal);
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    host: '127.0.0.1',
    port,
    kill9: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    freeze: async () => {
      child.kill('SIGSTOP');
    },
    thaw: async () => {
      child.kill('SIGCONT');
    },
    restart: async () => {
      await endChild(child, 'SIGKILL');
      child = await launch(binary, argsIn(tmpdir()), port);
    },
  };
}

function redisArgs(port: number, folder: string, more: readonly string[]): string[] {
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  return [...args, '--dir', folder, '--logfile', '', ...more];
}

/** Runs a server that answers PING on `port`. */
async function launch(
  binary: string,
  args: readonly string[],
  port: number,
): Promise<ChildProcess> {
  const { child, ended } = startChild(binary, args);
  await untilRedisAnswers(port, ended);
  return child;
}
