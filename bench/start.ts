// Start of the whole stack: from nothing until a failing region would be left. As containers where a
// Docker engine answers (`.ci/engine npm run bench -- start` lends one), and as processes of this machine.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { StatusReport } from '../cli/status/report.ts';
import { onLoopback, openStack, type Stack } from '../test/integration/deploy/stack.ts';
import { eventually } from '../test/support/eventually.ts';
import { freePorts } from '../test/support/free-port.ts';
import { startKafka } from '../test/support/kafka.ts';
import { startRedis } from '../test/support/redis.ts';
import { containerStack, notReady, startTimes } from '../test/support/stack-containers.ts';
import { missingEngine, stackImages } from '../test/support/stack-engine.ts';
import { atMost, type BenchResult, median, rounded } from './result.ts';

const ask = promisify(execFile);
const rounds = 3;
const goalS = 30;
const withinMs = 120_000;
const regions = ['eu-west', 'us-east', 'ap-south'] as const;
const deciders = ['aggregator-1', 'aggregator-2'] as const;
const others = ['alerting-1', 'alerting-2', ...regions.map((region) => `clients-${region}`)];

export async function run(): Promise<readonly BenchResult[]> {
  const missing = missingEngine();
  if (missing !== null) console.error(`Not as containers: ${missing}`);
  return [
    ...(missing === null ? [result('as containers', await repeated(await withImages()))] : []),
    result('as processes', await repeated(asProcesses)),
  ];
}

function result(how: string, tookMs: readonly number[]): BenchResult {
  const seconds = tookMs.map((ms) => rounded(ms / 1_000));
  const about = `slowest of ${rounds} starts; median ${median(seconds)} s; Kafka, topics, three Redis, two aggregators, two alerting instances, an inbox, 60 clients`;
  return atMost(`ready to decide, ${how}`, Math.max(...seconds), goalS, 's', about);
}

async function repeated(start: (round: number) => Promise<number>): Promise<readonly number[]> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) took.push(await start(round));
  return took;
}

/** Images are there already; containers, networks and volumes are not. */
async function withImages(): Promise<(round: number) => Promise<number>> {
  const images = await stackImages();
  return async (round) => {
    const stack = await containerStack(`regionpilot-bench-${process.pid}-${round}`, images);
    try {
      return (await startTimes(stack, withinMs)).readyMs;
    } finally {
      await stack.down();
    }
  };
}

async function asProcesses(round: number): Promise<number> {
  const began = performance.now();
  const [kafka, ...servers] = await Promise.all([startKafka(), ...regions.map(() => startRedis())]);
  const [inboxPort = 0, ...ports] = await freePorts(1 + deciders.length + others.length);
  const redisPorts = Object.fromEntries(
    regions.map((region, i) => [region, servers[i]?.port ?? 0]),
  );
  const prefix = `start-${process.pid}-${round}.`;
  const stack = openStack(onLoopback({ brokers: kafka.brokers, prefix, redisPorts, inboxPort }));
  try {
    for (const name of ['topics', 'tokens']) {
      const { child } = stack.start(name);
      await once(child, 'exit');
      if (child.exitCode !== 0) throw new Error(`${name} ended with ${child.exitCode}`);
    }
    startServices(stack, prefix, inboxPort, ports);
    await untilReady(kafka.brokers, prefix, ports);
    return performance.now() - began;
  } finally {
    await stack.stop();
    await Promise.all([kafka, ...servers].map((server) => server.stop()));
  }
}

function startServices(
  stack: Stack,
  prefix: string,
  inbox: number,
  ports: readonly number[],
): void {
  stack.start('inbox', { env: { PORT: `${inbox}` } });
  for (const [i, name] of [...deciders, ...others].entries()) {
    const PORT = `${ports[i]}`;
    const isClients = name.startsWith('clients-');
    stack.start(name, {
      replacements: [['9464', PORT]],
      env: isClients ? { PORT, REGIONPILOT_PREFIX: prefix } : {},
    });
  }
}

async function untilReady(
  brokers: readonly string[],
  prefix: string,
  ports: readonly number[],
): Promise<void> {
  const words = [
    'cli/main.ts',
    'status',
    '--json',
    '--brokers',
    brokers.join(','),
    '--prefix',
    prefix,
  ];
  await eventually(async () => {
    for (const port of ports.slice(0, deciders.length)) {
      const { ok } = await fetch(`http://127.0.0.1:${port}/readyz`);
      if (!ok) throw new Error(`the aggregator on ${port} is not ready`);
    }
    const { stdout } = await ask(process.execPath, words);
    const reason = notReady(JSON.parse(stdout) as StatusReport);
    if (reason !== null) throw new Error(reason);
  }, withinMs);
}
