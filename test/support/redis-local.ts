// A redis-server as a child process: killed, frozen and healed by pid.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Runs a server that answers PING on `port`; its own pid is what we signal, never the shell's. */
async function launch(
  binary: string,
  args: readonly string[],
  port: number,
): Promise<ChildProcess> {
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  const output: string[] = [];
  child.stdout?.on('data', (chunk) => output.push(String(chunk)));
  child.stderr?.on('data', (chunk) => output.push(String(chunk)));
  child.once('exit', () => children.delete(child));
  child.once('error', (error) => output.push(String(error)));
  const unwatch = watchParent(child.pid);
  child.once('exit', unwatch);
  const lastWords = (): string => output.join('').slice(-1_000);
  await untilRedisAnswers(port, () => (child.exitCode === null ? null : lastWords()));
  return child;
}

/**
 * Kills the child once this process is gone, however it went: the pipe to the watchdog closes.
 * Answers the way to call the watchdog off, so that a pid used again is never shot.
 */
function watchParent(pid: number | undefined): () => void {
  const dog = spawn('sh', ['-c', `cat >/dev/null; kill -9 ${pid} 2>/dev/null`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  dog.unref();
  (dog.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return () => {
    if (dog.pid !== undefined && dog.exitCode === null) process.kill(-dog.pid, 'SIGKILL');
  };
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  child.kill('SIGCONT');
  await gone;
}
