// An agent with nothing to do, beside a process with nothing in it, while heartbeats come by.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Bus } from '@regionpilot/bus';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import {
  encodeRecord,
  envelope,
  type Heartbeat,
  heartbeatKey,
  topicCatalogue,
  topicDefaults,
  topicFullName,
} from '@regionpilot/protocol';
import type { IdleFound, IdlePlan } from './idle-agent.ts';
import { withKafka } from './kafka.ts';
import { atMost, type BenchResult, rounded } from './result.ts';

const topicPrefix = 'regionpilot-bench-idle.';
const group = 'bench';
const heartbeatMs = 1_000;
const settleMs = 8_000;
const watchMs = 30_000;

export async function run(): Promise<readonly BenchResult[]> {
  return withKafka(async (brokers) => {
    const bus = openKafkaBus({ kind: 'kafka', brokers, clientId: 'bench-heart' });
    const topics = { ...topicDefaults, prefix: topicPrefix, replication: 1, minInsyncReplicas: 1 };
    await bus.applyTopics(topicCatalogue(topics));
    const heart = setInterval(() => void beat(bus), heartbeatMs);
    try {
      const plan = { brokers, topicPrefix, settleMs, watchMs };
      const [idle, empty] = await Promise.all([
        observe({ ...plan, group }),
        observe({ ...plan, group: null }),
      ]);
      if (!idle.following) throw new Error('the agent did not follow the log');
      return figures(idle, empty);
    } finally {
      clearInterval(heart);
      await bus.close();
    }
  });
}

function figures(idle: IdleFound, empty: IdleFound): readonly BenchResult[] {
  const percent = (share: number): number => rounded(100 * share, 3);
  const against = `${watchMs / 1_000} s, a heartbeat a second; an empty process: ${percent(empty.cpuShare)} %, ${rounded(empty.turnsPerSecond)} turns/s`;
  return [
    atMost('CPU of an idle agent', percent(idle.cpuShare), 0.5, '% of a core', against),
    atMost('turns of its event loop', rounded(idle.turnsPerSecond), 30, 'per second', against),
  ];
}

async function beat(bus: Bus): Promise<void> {
  const atMs = Date.now();
  const heartbeat: Heartbeat = {
    v: 1,
    partition: 0,
    owner: 'bench',
    atMs,
    intervalMs: heartbeatMs,
    epochs: {},
    tilt: {},
  };
  const id = `bench/${atMs}`;
  const headers = envelope({ kind: 'heartbeat', id, source: '/bench', atMs });
  const record = { key: heartbeatKey(0), value: encodeRecord(heartbeat), headers };
  await bus.publish(topicFullName(topicPrefix, 'decisions'), [record]).catch(() => undefined);
}

async function observe(plan: IdlePlan): Promise<IdleFound> {
  const child = fork(new URL('./idle-agent.ts', import.meta.url));
  child.send(plan);
  const [found] = (await once(child, 'message')) as [IdleFound];
  child.kill();
  return found;
}
