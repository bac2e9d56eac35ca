// One agent that follows decisions while nothing happens, and what its process spends meanwhile.

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAgent } from '@regionpilot/agent';

export type IdlePlan = {
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  /** Null: the process alone, without an agent. */
  readonly group: string | null;
  readonly settleMs: number;
  readonly watchMs: number;
};
export type IdleFound = {
  readonly cpuShare: number;
  readonly turnsPerSecond: number;
  readonly following: boolean;
};

process.once('message', (plan: IdlePlan) => {
  void watch(plan).then((found) => process.send?.(found));
});
process.once('disconnect', () => process.exit(0));

async function watch({
  brokers,
  topicPrefix,
  group,
  settleMs,
  watchMs,
}: IdlePlan): Promise<IdleFound> {
  const agent =
    group === null
      ? null
      : createAgent({
          client: 'bench/idle',
          topicPrefix,
          bus: { kind: 'kafka', brokers },
          groups: { [group]: { regions: ['here', 'there'] } },
        });
  await sleep(settleMs);
  const cpuBefore = process.cpuUsage();
  const turnsBefore = performance.nodeTiming.uvMetricsInfo.loopCount;
  const began = performance.now();
  await sleep(watchMs);
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpuBefore);
  const turns = performance.nodeTiming.uvMetricsInfo.loopCount - turnsBefore;
  const lastContactMs = agent?.status().decisions.lastContactMs ?? 0;
  return {
    cpuShare: (user + system) / 1_000 / wallMs,
    turnsPerSecond: turns / (wallMs / 1_000),
    following: agent === null || Date.now() - lastContactMs < 3_000,
  };
}
