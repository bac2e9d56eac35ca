// A real Redis (or Valkey) process that keeps nothing on disk, started, killed and frozen by pid.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { createConnection } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './listen.ts';
import type { Server } from './server.ts';

const startMs = 10_000;

/** The first `redis-server` or `valkey-server` on a PATH, or null. */
export function findRedisServer(path: string | undefined): string | null {
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = ['redis-server', 'valkey-server'].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  return candidates.find(isExecutable) ?? null;
}

/** @throws {Error} when it does not answer within 10 s. */
export async function startRedisServer(binary: string, folder: string): Promise<Server> {
  const port = await freePort();
  let child = await launch(binary, port, folder);
  // Without this a crash of ours would leave the servers running.
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  const kill = (): Promise<void> => end(child);
  return {
    kind: 'redis-server',
    port,
    kill,
    revive: async () => {
      if (hasEnded(child)) child = await launch(binary, port, folder);
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    close: async () => {
      process.removeListener('exit', killNow);
      await kill();
    },
  };
}

async function launch(binary: string, port: number, folder: string): Promise<ChildProcess> {
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(binary, [...args, '--dir', folder, '--maxmemory', '64mb'], {
    stdio: 'ignore',
  });
  let failure: Error | undefined;
  child.on('error', (error) => {
    failure = error;
  });
  const deadlineMs = performance.now() + startMs;
  while (!(await answers(port))) {
    if (failure !== undefined || hasEnded(child) || performance.now() > deadlineMs) {
      child.kill('SIGKILL');
      throw new Error(`${binary} did not start on port ${port}`, { cause: failure });
    }
    await sleep(20);
  }
  return child;
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
    socket.once('data', (reply) => done(reply.toString().startsWith('+PONG')));
    socket.write('PING\r\n');
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
