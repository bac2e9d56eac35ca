// Servers that are child processes: they end when asked, and never outlive whoever started them.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export type Child = {
  readonly child: ChildProcess;
  /** Its last words while it runs: null; after it ended: what it printed last. */
  readonly ended: () => string | null;
  /** What it printed so far, the last 20,000 characters. */
  readonly output: () => string;
};

/** Starts `binary` in `cwd`; the pid is the server's own, never a shell's. */
export function startChild(binary: string, args: readonly string[], cwd?: string): Child {
  const child = spawn(binary, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let output = '';
  const keep = (chunk: unknown): void => {
    output = (output + String(chunk)).slice(-20_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.once('error', keep);
  child.once('exit', () => children.delete(child));
  child.once('exit', watchParent(child.pid));
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    child,
    ended: () => (hasEnded() || child.pid === undefined ? output.slice(-1_000) : null),
    output: () => output,
  };
}

/** Resolves when it is gone, frozen or not. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  child.kill('SIGCONT');
  await gone;
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
