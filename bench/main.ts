// `npm run bench -- NAME [--json]`: runs one bench, writes its section of docs/benchmarks.md, and
// ends with one line of JSON (with --json, the only one on standard output).

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { causes } from './causes.ts';
import { withSection } from './document.ts';
import type { BenchReport, BenchResult } from './result.ts';

type Bench = {
  readonly about: string;
  readonly load: () => Promise<{ readonly run: () => Promise<readonly BenchResult[]> }>;
};

const benches: Readonly<Record<string, Bench>> = {
  failover: {
    about:
      'A real failover: 200 clients in 4 processes under load, real Kafka, real Redis, detection at defaults (`regionpilot drill`).',
    load: () => import('./failover.ts'),
  },
  alerts: {
    about:
      'From an incident to the first byte at a receiver: one at a time, ten thousand at once, and beside Prometheus with Alertmanager; real Kafka, one alerting process.',
    load: () => import('./alerts.ts'),
  },
  'agent-overhead': {
    about:
      'What watching a Redis connection costs its process: bare ioredis, with the agent, with OpenTelemetry, in turns against one server.',
    load: () => import('./agent-overhead.ts'),
  },
  aggregator: {
    about:
      'What an event costs the aggregator, in processor time, through the real consumer path and in the pure core.',
    load: () => import('./aggregator.ts'),
  },
  'decision-fanout': {
    about:
      'From a decision published to all followers having it: the bus against bare sockets, in turns on one broker.',
    load: () => import('./decision-fanout.ts'),
  },
  relay: {
    about:
      'From a decision published to 1,000 followers of the HTTP relay having applied it, beside followers of the log.',
    load: () => import('./relay.ts'),
  },
  api: {
    about:
      'What readers cost the one who decides and how long they wait: 500 followers of the live stream beside an aggregator that folds all it can, pages of clients; real Kafka, the API in its thread. Relay followers: `relay`.',
    load: () => import('./api.ts'),
  },
  telemetry: {
    about:
      'What watching costs an aggregator: an OTLP export at a million rows a second, with and without it in turns; a scrape of 100 groups of 5 regions.',
    load: () => import('./telemetry.ts'),
  },
  start: {
    about:
      'Start of the stack: the compose file from nothing until both aggregators are ready and the group has an owner that acts.',
    load: () => import('./start.ts'),
  },
  idle: {
    about: 'What an agent costs that follows decisions on Kafka while nothing happens.',
    load: () => import('./idle.ts'),
  },
};

const document = join(import.meta.dirname, '../docs/benchmarks.md');

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const name = positionals[0] ?? '';
const bench = benches[name];

if (bench === undefined) {
  if (name !== '') console.error(`There is no bench ${name}.`);
  for (const [each, { about }] of Object.entries(benches)) console.log(`${each}: ${about}`);
  process.exitCode = name === '' ? 0 : 2;
} else {
  process.exitCode = await measure(bench);
}
// Sockets that linger in some client must not keep a finished bench.
process.stdout.write('', () => process.exit());

async function measure({ about, load }: Bench): Promise<number> {
  const machine = describeMachine();
  const { run } = await load();
  const results = await run();
  const report: BenchReport = { bench: name, commit: commit(), machine, results };
  const date = new Date().toISOString().slice(0, 10);
  const section = { ...report, about, date, causes: causes[name] ?? {} };
  writeFileSync(document, withSection(readDocument(), section));
  if (!values.json) {
    for (const { name: figure, value, unit, goal, met } of results) {
      console.log(`${met ? '  ' : '! '}${figure}: ${value} ${unit} (${goal})`);
    }
  }
  console.log(JSON.stringify(report));
  return 0;
}

function readDocument(): string {
  try {
    return readFileSync(document, 'utf8');
  } catch {
    return '';
  }
}

function commit(): string {
  try {
    const git = (...args: readonly string[]): string =>
      execFileSync('git', [...args], { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
    const isDirty = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${isDirty ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}

/** With what the machine was busy with before: a figure from a busy one says little. */
function describeMachine(): string {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const name = cores[0]?.model.trim() ?? 'unknown processor';
  const busy = `load ${(loadavg()[0] ?? 0).toFixed(1)} at the start`;
  return `${cores.length} × ${name}, ${memory} GB, ${platform()} ${arch()}, Node ${process.versions.node}, ${busy}`;
}
