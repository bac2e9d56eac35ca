// The real command in a real process: what a person at a shell or a script sees, and nothing else.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../support/eventually.ts';

const main = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

export type Ended = {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
};

export type Running = {
  readonly out: () => string;
  readonly err: () => string;
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Asks it to stop, as Ctrl-C does. */
  readonly stop: () => Promise<Ended>;
};

export function start(args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'] ?? '', USER: 'dana', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, out, err })),
  );
  return {
    out: () => out,
    err: () => err,
    process: child,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Runs to its end. */
export async function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  return start(args, env).ended;
}

/** Waits until a running command printed something. */
export async function printed(running: Running, text: string | RegExp): Promise<void> {
  await eventually(() => {
    const said = running.out() + running.err();
    if (said.match(text) === null) throw new Error(`not yet ${text}: ${said.slice(-2_000)}`);
  }, 30_000);
}
