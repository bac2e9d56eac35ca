#!/usr/bin/env node
// The process: its arguments, environment, streams and signals. Everything else is handed these.

import { runCommand } from './io/program.ts';
import type { Session } from './io/session.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
}

// Whoever reads us may stop reading (`| head`): that is an end, not a failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

process.on('uncaughtException', (error) => {
  const debug = process.env['REGIONPILOT_DEBUG'] === '1';
  const text = debug ? error.stack : `${error.message} (REGIONPILOT_DEBUG=1 shows where)`;
  process.stderr.write(`regionpilot: stopped by a bug: ${text}\n`, () => process.exit(1));
});

const session: Session = {
  env: process.env,
  out: (text) => void process.stdout.write(text),
  note: (line) => void process.stderr.write(`${line}\n`),
  stopping: stop.signal,
  // Heard only by who asks: for everybody else a closed terminal ends the command.
  onHangup: (heard) => {
    process.on('SIGHUP', heard);
    return () => void process.off('SIGHUP', heard);
  },
  onKey: (heard) => {
    const { stdin } = process;
    if (!stdin.isTTY) return () => undefined;
    const listener = (data: Buffer): void => heard(data.toString('utf8'));
    stdin.setRawMode(true).resume().on('data', listener);
    return () => void stdin.off('data', listener).pause().setRawMode(false);
  },
  size: () => (process.stdout.rows > 0 ? { rows: process.stdout.rows } : null),
  outIsTerminal: process.stdout.isTTY,
  noteIsTerminal: process.stderr.isTTY,
};

const code = await runCommand(process.argv.slice(2), session);
process.stdout.write('', () => process.exit(code));
