// Real Redis servers for tests, drills and benches: started, killed, frozen and healed by pid.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type RedisServer = {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  /** SIGKILL; resolves when the process is gone. */
  readonly kill9: () => Promise<void>;
  /** SIGTERM; resolves when the process is gone. */
  readonly stop: () => Promise<void>;
  /** SIGSTOP: the kernel still accepts and acknowledges, nothing is answered. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Starts an empty server on the same port after `kill9` or `stop`. */
  readonly restart: () => Promise<void>;
};

export type RedisServerOptions = {
  /** Default: any free port. */
  readonly port?: number;
  /** More arguments for redis-server, for example `['--requirepass', 'secret']`. */
  readonly args?: readonly string[];
  /** Run as a sentinel with this file, which it rewrites. */
  readonly sentinelFile?: string;
};

/** Starts a redis-server without persistence and resolves when it answers. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const binary = requireRedisServer();
  const port = options.port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'regionpilot-redis-'));
  const argsIn = (where: string): readonly string[] =>
    options.sentinelFile === undefined
      ? redisArgs(port, where, options.args ?? [])
      : [options.sentinelFile, '--sentinel'];
  const args = argsIn(folder);
  let child = await launch(binary, args, port);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await endChild(child, signal);
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    host: '127.0.0.1',
    port,
    get pid() {
      return child.pid as number;
    },
    kill9: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
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

/** How to get a Redis when there is none; also the text of every skip. */
export const missingRedis =
  'redis-server is not on PATH: install it (apt-get install redis-server, brew install redis) or set REGIONPILOT_REDIS_SERVER to its path';

/** Path of redis-server, or null. */
export function findRedisServer(): string | null {
  const named = process.env['REGIONPILOT_REDIS_SERVER'];
  const candidates = named === undefined ? ['redis-server', 'valkey-server'] : [named];
  return candidates.find((path) => spawnSync(path, ['--version']).status === 0) ?? null;
}

/**
 * Says loudly that a suite is skipped for want of Redis, and answers whether to skip it.
 * @throws {Error} under `CI=true`, where a skip would be a lie.
 */
export function skipWithoutRedis(suite: string): boolean {
  if (findRedisServer() !== null) return false;
  if (process.env['CI'] === 'true') throw new Error(`${suite}: ${missingRedis}`);
  console.warn(`SKIPPED ${suite}: ${missingRedis}`);
  return true;
}

function requireRedisServer(): string {
  const binary = findRedisServer();
  if (binary === null) throw new Error(missingRedis);
  return binary;
}

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Runs a server that answers PING on `port`; its own pid is what we signal, never the shell's. */
export async function launch(
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
  await untilAnswers(
    port,
    () => child.exitCode !== null,
    () => output.join('').slice(-1_000),
  );
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

async function untilAnswers(
  port: number,
  ended: () => boolean,
  output: () => string,
): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await answers(port))) {
    if (ended()) throw new Error(`redis-server on port ${port} ended at once: ${output()}`);
    if (Date.now() > deadline) throw new Error(`redis-server on port ${port} never answered`);
    await sleep(15);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => done(false));
    socket.once('error', () => done(false));
    socket.once('data', (data) => done(!String(data).startsWith('-LOADING')));
    socket.once('connect', () => socket.write('PING\r\n'));
  });
}

/** A port nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
