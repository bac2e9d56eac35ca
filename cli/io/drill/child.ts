// A process of the drill and what it says. Each is a group of its own, so that Ctrl-C reaches only
// the drill, which then ends them in order.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { PipelineError } from '@regionpilot/protocol';
import type { Leash } from './leash.ts';

type Said = { readonly kind: string };
type Kind<Message extends Said, Name extends string> = Extract<Message, { readonly kind: Name }>;

export type Child<To, From extends Said> = {
  readonly pid: number;
  readonly send: (message: To) => void;
  /** Resolves with the next message of this kind; rejects when the process fails or ends first. */
  readonly next: <Name extends From['kind']>(
    kind: Name,
    withinMs: number,
  ) => Promise<Kind<From, Name>>;
  readonly hear: (listener: (message: From) => void) => void;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Asks, and after `withinMs` does not ask any more. */
  readonly stop: (message: To, withinMs: number) => Promise<void>;
};

export function forkChild<To extends Said, From extends Said>(
  name: string,
  entry: string,
  leash: Leash,
): Child<To, From> {
  const child = fork(new URL(entry, import.meta.url), {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  leash.hold(child);
  const lastWords = collect(child);
  const listeners = new Set<(message: From) => void>();
  const waiting = new Set<(error: Error) => void>();
  const fail = (text: string): void => {
    const error = drillFailed(`${name} ${text}`);
    for (const reject of waiting) reject(error);
    waiting.clear();
  };
  child.on('message', (message) => {
    const said = message as From & { readonly text?: string };
    if (said.kind === 'failed') fail(`failed: ${said.text}`);
    for (const listener of listeners) listener(said);
  });
  child.once('exit', (code, signal) => fail(`ended (${signal ?? code})${lastWords()}`));
  child.once('error', (error) => fail(`could not be started: ${error.message}`));

  const send = (message: To): void => {
    if (child.connected) child.send(message as object, () => {}); // Its end is told by `exit`.
  };
  return {
    pid: child.pid ?? 0,
    send,
    hear: (listener) => void listeners.add(listener),
    signal: (signal) => void child.kill(signal),
    next: (kind, withinMs) =>
      new Promise((resolve, reject) => {
        const settle = (): void => {
          clearTimeout(timer);
          listeners.delete(listener);
          waiting.delete(refuse);
        };
        const refuse = (error: Error): void => {
          settle();
          reject(error);
        };
        const listener = (message: From): void => {
          if (message.kind !== kind) return;
          settle();
          resolve(message as Kind<From, typeof kind>);
        };
        const timer = setTimeout(
          () => refuse(drillFailed(`${name} said nothing of "${kind}" within ${withinMs} ms`)),
          withinMs,
        );
        listeners.add(listener);
        waiting.add(refuse);
        if (hasEnded(child)) refuse(drillFailed(`${name} has ended${lastWords()}`));
      }),
    stop: async (message, withinMs) => {
      if (hasEnded(child)) return;
      const gone = once(child, 'exit');
      const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
      send(message);
      await gone;
      clearTimeout(timer);
    },
  };
}

export function drillFailed(message: string): PipelineError {
  return new PipelineError('DRILL_FAILED', `Drill: ${message}`, { retriable: true });
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** The line of its standard error that says most. */
function collect(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-4_000);
  });
  return () => {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    const line = lines.find((each) => /^\w*Error\b/.test(each)) ?? lines.at(-1);
    return line === undefined ? '' : `: ${line.trim()}`;
  };
}
