import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, inject, test } from 'vitest';

const main = fileURLToPath(new URL('../../../demo/main.ts', import.meta.url));
/** Nothing but Node: no Redis to be found. */
const barePath = dirname(process.execPath);

let child: ChildProcess | null = null;
afterEach(() => void child?.kill('SIGKILL'));

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], TMPDIR: tmpdir(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return child;
}

async function ended(running: ChildProcess): Promise<Ended> {
  let out = '';
  let err = '';
  running.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  running.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = (await once(running, 'close')) as [number | null];
  return { code, out, err };
}

const foldersLeft = (): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('regionpilot-demo-'));

const outage = ['--script', 'outage', '--json', '--clients', '30'] as const;

function expectEverybodyMoved({ code, out, err }: Ended, fault: string, bus: string): void {
  const report = JSON.parse(out);
  expect(report, err).toMatchObject({ fault, bus, clients: 30, moved: 30, returned: 30 });
  expect(report.commands.failed).toBe(0);
  expect(report.phasesMs.appliedLast).toBeGreaterThan(0);
  const reasons = report.decisions.map(({ reason }: { reason: string }) => reason);
  expect(reasons.filter((reason: string) => reason === 'regionDown')).toHaveLength(3);
  // A ramp that met a busy machine is taken back and begun again: that is no failure.
  const steps = reasons.filter((reason: string) => reason === 'rampStep');
  expect(steps.length).toBeGreaterThanOrEqual(12);
  expectNoticesOnly(report);
  expect(code).toBe(0);
}

type Told = {
  readonly pages: readonly {
    readonly receiver: string;
    readonly severity: string;
    readonly title: string;
    readonly sentMs: number;
    readonly afterFaultMs: number;
    readonly resolvedMs: number;
    readonly attempts: number;
  }[];
  readonly changes: readonly { readonly title: string }[];
};

/** Failovers that worked wake nobody: one notice each, resolved, and a record of the move. */
function expectNoticesOnly({ pages, changes }: Told): void {
  for (const receiver of ['pagerduty', 'webhook']) {
    const own = pages.filter((page) => page.receiver === receiver);
    expect(own.map(({ severity, title }) => `${severity}: ${title}`)).toEqual(
      ['eu-west', 'us-east', 'ap-south'].map((region) =>
        expect.stringMatching(new RegExp(`^warning: .*${region} is down; moved, 100 % of clients`)),
      ),
    );
  }
  for (const page of pages) {
    expect(page.afterFaultMs).toBeGreaterThan(2_000);
    expect(page.resolvedMs).toBeGreaterThan(page.sentMs);
    expect(page.attempts).toBe(1);
  }
  const moves = changes.filter(({ title }) => /everybody left \S+ for/.test(title));
  expect(moves).toHaveLength(3);
}

describe('the scripted outage', () => {
  test('on a machine with nothing but Node everybody moves and returns', async () => {
    const before = foldersLeft();
    const result = await ended(start(outage, { PATH: barePath }));
    expect(result.err).toContain('a simulated Redis (stand-in) each');
    expectEverybodyMoved(result, 'refused', 'embedded');
    expect(foldersLeft()).toEqual(before);
  });

  const brokers = inject('kafkaBrokers');
  test.skipIf(brokers.length === 0)('the same on Kafka', async () => {
    const env = { REGIONPILOT_KAFKA_BROKERS: brokers.join(',') };
    expectEverybodyMoved(await ended(start(outage, env)), 'refused', 'kafka');
  });
});

describe('manners', () => {
  test('help is for people, with examples', async () => {
    const { code, out } = await ended(start(['--help']));
    expect(code).toBe(0);
    expect(out).toContain('npm start -- --script outage --json');
  });

  test.each([
    [['--sript', 'outage'], "demo: Unknown option '--sript' (see --help)\n"],
    [['--script', 'party'], 'demo: --script: got party, wanted outage (see --help)\n'],
    [['hello'], expect.stringMatching(/^demo: Unexpected argument 'hello'.*\(see --help\)\n$/)],
  ])('%j is refused in one line', async (args, err) => {
    expect(await ended(start(args))).toEqual({ code: 2, out: '', err });
  });

  test('a Kafka that is not there is one line and exit 3', async () => {
    const env = { REGIONPILOT_KAFKA_BROKERS: '127.0.0.1:1' };
    const { code, out, err } = await ended(start(outage, env));
    expect([code, out, err.trim().split('\n').length]).toEqual([3, '', 1]);
    expect(err).toMatch(/^demo: .*127\.0\.0\.1:1/);
  });

  test('a signal ends it cleanly: nothing is left behind', async () => {
    const before = foldersLeft();
    const running = start(['--script', 'outage', '--clients', '9']);
    const result = ended(running);
    await once(running.stdout as NodeJS.ReadableStream, 'data');
    running.kill('SIGTERM');
    const { code, err } = await result;
    expect([code, err]).toEqual([1, '']);
    expect(foldersLeft()).toEqual(before);
  });
});
