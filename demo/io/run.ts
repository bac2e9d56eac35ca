// The demo as a command: arguments and environment in, exit code out.

import { parseArgs } from 'node:util';
import { PipelineError } from '@regionpilot/protocol';
import type { Happening } from '../happening.ts';
import { happeningLines, openingLines } from '../lines.ts';
import { type DemoOptions, demoOptions, helpText, usage } from '../options.ts';
import { type Output, runHeadless } from './headless.ts';
import { runLive } from './live.ts';
import { startWorld } from './world.ts';

/** More than any screen shows. */
const happeningsKept = 200;

/** Somebody watches, so a push is frequent. */
const otlpIntervalMs = 2_000;

/** Done, failed, wrong usage, the event log cannot be reached. */
export type DemoExitCode = 0 | 1 | 2 | 3;

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Runs the demo until it is over or the user leaves.
 * @param argv Arguments after the program's name.
 * @returns The exit code; nothing is left running.
 */
export async function runDemo(argv: readonly string[], env: Env): Promise<DemoExitCode> {
  const output: Output = {
    out: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
  };
  try {
    const options = optionsFrom(argv, env);
    if (options === null) {
      output.out(helpText);
      return 0;
    }
    return await withSignals((stopping) => run(options, env, output, stopping));
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    output.note(`demo: ${error.message}${error.code === 'CONFIG_INVALID' ? ' (see --help)' : ''}`);
    return exitCodeOf(error);
  }
}

async function run(
  options: DemoOptions,
  env: Env,
  output: Output,
  stopping: AbortSignal,
): Promise<DemoExitCode> {
  const startedMs = Date.now();
  const live = !options.script && process.stdout.isTTY && process.stdin.isTTY;
  const { otlpEndpoint: endpoint } = options;
  const say = options.json ? output.note : output.out;
  const happenings: Happening[] = [];
  const world = await startWorld({
    clients: options.clients,
    brokers: options.brokers,
    telemetryPort: options.telemetryPort,
    ...(endpoint === null ? {} : { otlp: { endpoint, intervalMs: otlpIntervalMs } }),
    httpPort: options.httpPort,
    path: options.standIn ? undefined : env['PATH'],
    onHappening: (happening) => {
      remember(happenings, happening);
      if (live) return;
      for (const line of happeningLines(happening, startedMs)) say(line);
    },
  });
  try {
    if (live) {
      const { fault } = options;
      await runLive(world, { fault, colour: wantsColour(env), startedMs, happenings }, stopping);
      return 0;
    }
    for (const line of openingLines(world.snapshot())) say(line);
    return await runHeadless(world, options, output, stopping);
  } finally {
    await world.close();
  }
}

/** In order of when things happened; the log tells of some a little later. */
function remember(happenings: Happening[], happening: Happening): void {
  const after = happenings.findLastIndex(({ atMs }) => atMs <= happening.atMs);
  happenings.splice(after + 1, 0, happening);
  if (happenings.length > happeningsKept) happenings.shift();
}

/** https://no-color.org */
function wantsColour(env: Env): boolean {
  return (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

function optionsFrom(argv: readonly string[], env: Env): DemoOptions | null {
  const { values } = parsed(argv);
  return values.help === true ? null : demoOptions(values, env['REGIONPILOT_KAFKA_BROKERS']);
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        script: { type: 'string' },
        json: { type: 'boolean' },
        fault: { type: 'string' },
        clients: { type: 'string' },
        'stand-in': { type: 'boolean' },
        'telemetry-port': { type: 'string' },
        'otlp-endpoint': { type: 'string' },
        'http-port': { type: 'string' },
        'no-http': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const [line = ''] = (error as Error).message.split('. ');
    throw usage(line);
  }
}

function exitCodeOf({ code }: PipelineError): DemoExitCode {
  if (code === 'CONFIG_INVALID') return 2;
  return code === 'BUS_UNREACHABLE' || code === 'BUS_SEND_FAILED' ? 3 : 1;
}

/** Lets the work end cleanly at the first signal. */
async function withSignals<Value>(work: (stopping: AbortSignal) => Promise<Value>): Promise<Value> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, abort);
  try {
    return await work(stop.signal);
  } finally {
    for (const signal of signals) process.removeListener(signal, abort);
  }
}
