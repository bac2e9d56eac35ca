// The drill, as anybody can run it, ten times per fault; each promise is held against the worst.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type FaultName, faults } from '../cli/drill/faults.ts';
import type { DrillReport } from '../cli/drill/report.ts';
import { withKafka } from './kafka.ts';
import { atMost, type BenchResult } from './result.ts';

const fleet = { clients: 200, processes: 4, runs: 10 };
const command = join(import.meta.dirname, '../cli/main.ts');

type Promised = {
  readonly fault: FaultName;
  readonly outageMs: number;
  readonly longestMs: number;
};

const moving: readonly Promised[] = [
  { fault: 'refused', outageMs: 500, longestMs: 600 },
  { fault: 'frozen', outageMs: 1_000, longestMs: 1_100 },
  { fault: 'blackhole', outageMs: 1_000, longestMs: 1_100 },
];
const staying: readonly FaultName[] = ['blip', 'one-client'];

export async function run(): Promise<readonly BenchResult[]> {
  return withKafka(async (brokers) => {
    const results: BenchResult[] = [];
    for (const promised of moving) {
      results.push(...held(promised, await drill(brokers, promised.fault)));
    }
    for (const fault of staying) results.push(...stayed(await drill(brokers, fault)));
    return results;
  });
}

function held(
  { fault, outageMs, longestMs }: Promised,
  report: DrillReport,
): readonly BenchResult[] {
  const { clients, processes, runs } = fleet;
  const against = `${runs} runs, ${clients} clients in ${processes} processes`;
  const { phasesMs, commands } = report;
  const worst = report.outageMs ?? { p50: Number.NaN, p99: Number.NaN, max: Number.NaN };
  const phases = `median ${worst.p50}; slowest phases: decided ${phasesMs.decided}, published ${phasesMs.published}, last applied ${phasesMs.appliedLast}`;
  return [
    atMost(
      `${fault}: first stuck command to last client moved, p99`,
      worst.p99,
      outageMs,
      'ms',
      `${against}; ${phases}`,
    ),
    atMost(`${fault}: longest command`, report.longestCommandMs, longestMs, 'ms', against),
    atMost(
      `${fault}: failed commands`,
      commands.failed,
      0,
      'commands',
      `${commands.sent} sent; ${commands.ambiguous} INCR in flight told AMBIGUOUS_WRITE`,
    ),
    {
      name: `${fault}: clients that moved and came back, fewest of a run`,
      value: Math.min(report.moved, report.returned),
      unit: 'clients',
      against,
      goal: `all ${clients}`,
      met: Math.min(report.moved, report.returned) === clients,
    },
  ];
}

function stayed(report: DrillReport): readonly BenchResult[] {
  const { fault, commands } = report;
  const against = `${fleet.runs} runs: ${faults[fault].text}; the other commands: ${commands.failed} of ${commands.sent} failed, longest ${report.longestCommandMs} ms`;
  return [atMost(`${fault}: clients that moved`, report.moved, 0, 'clients', against)];
}

async function drill(brokers: readonly string[], fault: FaultName): Promise<DrillReport> {
  const { clients, processes, runs } = fleet;
  const options = { bus: 'kafka', brokers, fault, clients, processes, runs };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const child = spawn(process.execPath, [command, 'drill', ...flags, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(child, 'close');
  if (text === '') throw new Error(`the drill of ${fault} brought no report`);
  return JSON.parse(text) as DrillReport;
}
