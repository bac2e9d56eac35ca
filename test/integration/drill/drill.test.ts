// The drill as a user runs it, small and on the embedded bus: real servers, real clients, a real
// fault, and nothing left running afterwards.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DrillReport } from '../../../cli/drill/report.ts';
import { eventually } from '../../support/eventually.ts';
import { skipWithoutRedisServer, startRedis } from '../../support/redis.ts';

const command = join(import.meta.dirname, '../../../cli/main.ts');

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

function start(args: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
  return spawn(process.execPath, [command, 'drill', ...args], { env });
}

async function ended(child: ChildProcess): Promise<Ended> {
  const text = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    text.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    text.err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, ...text };
}

async function drill(...args: readonly string[]): Promise<DrillReport> {
  const small = ['--bus', 'embedded', '--clients', '8', '--processes', '2', '--json'];
  const { code, out, err } = await ended(start([...small, ...args]));
  expect(code, err).toBe(0);
  return JSON.parse(out) as DrillReport;
}

/** Processes whose parent this is, and theirs. */
function descendants(pid: number): readonly number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => parentOf(each) === pid);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe.skipIf(skipWithoutRedisServer('the drill'))('a drill', () => {
  test('a killed server: everybody leaves, nothing fails, everybody is back', async () => {
    const report = await drill('--fault', 'refused');
    expect(report).toMatchObject({
      fault: 'refused',
      bus: 'embedded',
      clients: 8,
      moved: 8,
      returned: 8,
      commands: { failed: 0 },
    });
    const { detected, decided, published, appliedLast } = report.phasesMs;
    const order = [0, detected, decided, published, appliedLast].map(Number);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(report.decisions.map(({ reason }) => reason)).toContain('regionDown');
    expect(report.decisions.at(-1)).toMatchObject({ reason: 'rampStep', admit: { eu: 10_000 } });
  });

  test('a black hole in front of servers of the user: no server is touched', async () => {
    const servers = await Promise.all([startRedis(), startRedis()]);
    try {
      const targets = ['eu', 'us'].map((region, i) => `${region}=127.0.0.1:${servers[i]?.port}`);
      const report = await drill('--fault', 'blackhole', '--redis', targets.join(','));
      expect(report).toMatchObject({ moved: 8, returned: 8, commands: { failed: 0 } });
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });

  test('one client cut off moves nobody, and its failures are told apart', async () => {
    const report = await drill('--fault', 'one-client');
    expect(report).toMatchObject({ moved: 0, commands: { failed: 0 } });
    expect(report.runs[0]?.aloneCommands?.failed).toBeGreaterThan(0);
  });

  test.skipIf(process.platform !== 'linux')(
    'ends everything it started, stopped in the middle and even killed',
    async () => {
      for (const signal of ['SIGINT', 'SIGKILL'] as const) {
        const child = start(['--bus', 'embedded', '--clients', '4', '--fault', 'frozen']);
        let err = '';
        child.stderr?.on('data', (chunk) => {
          err += chunk;
        });
        await eventually(() => expect(err).toContain('run 1 of 1'), 60_000);
        const started = descendants(child.pid ?? 0);
        expect(started.length).toBeGreaterThanOrEqual(6);
        const over = once(child, 'close');
        child.kill(signal);
        await over;
        await eventually(() => expect(started.filter(isAlive)).toEqual([]), 10_000);
        if (signal === 'SIGINT') expect(err).toMatch(/stopped before its end \[DRILL_FAILED\]\n$/);
      }
    },
  );

  test('without redis-server there is one clear line', async () => {
    const env = { ...process.env, PATH: '' };
    const { code, out, err } = await ended(start(['--bus', 'embedded', '--fault', 'refused'], env));
    expect([code, out]).toEqual([1, '']);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain('redis-server is not on PATH');
  });
});
