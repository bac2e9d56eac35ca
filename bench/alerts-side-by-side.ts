// The same fault told by two ways in one run: an incident through RegionPilot, and a metric through the
// packaged Prometheus and Alertmanager at the smallest intervals that make sense (scrape and evaluate
// every second, no `for`, no group wait). Both tell a webhook on this machine.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@regionpilot/bus';
import { quantile } from '../cli/drill/quantile.ts';
import { prometheusRuns, startAlertmanager, startPrometheus } from '../test/support/prometheus.ts';
import { incidentOf, incidentsTopic } from './alert-incidents.ts';
import { until, withAlerting } from './alerts-stage.ts';
import { type BenchResult, rounded } from './result.ts';
import { startWebhookClock } from './webhook-clock.ts';

const rounds = 20;

export async function compareWithPrometheus(
  bus: Bus,
  brokers: readonly string[],
): Promise<readonly BenchResult[]> {
  if (prometheusRuns === 'none') {
    console.error('bench: no Prometheus and Alertmanager here, so nothing to stand beside');
    return [];
  }
  return withAlerting(bus, brokers, 'beside', {}, async ({ receiver, prefix }) => {
    const peer = await startPeer();
    try {
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const group = `beside-${round}`;
        const startMs = performance.timeOrigin + performance.now();
        peer.fail(group);
        await bus.publish(incidentsTopic(prefix), [incidentOf(group, true, Date.now())]);
        await until(() => receiver.seen(group) !== null && peer.seen(group) !== null, 30_000);
        ours.push((receiver.seen(group) ?? Number.NaN) - startMs);
        theirs.push((peer.seen(group) ?? Number.NaN) - startMs);
        // Out of step with the other's intervals.
        await sleep(130 + ((round * 377) % 1_000));
      }
      return [resultOf(ours, theirs)];
    } finally {
      await peer.close();
    }
  });
}

function resultOf(ours: readonly number[], theirs: readonly number[]): BenchResult {
  const at = (of: readonly number[], share: number): number =>
    rounded(quantile(of, share) ?? Number.NaN);
  const spread = (of: readonly number[]): string =>
    `median ${at(of, 0.5)}, longest ${at(of, 1)} ms`;
  const share = rounded(at(ours, 0.5) / at(theirs, 0.5), 3);
  return {
    name: 'fault to notification, beside Prometheus and Alertmanager',
    value: share,
    unit: 'times theirs',
    against: `RegionPilot: ${spread(ours)}; Prometheus and Alertmanager: ${spread(theirs)}; ${rounds} rounds, both at once`,
    goal: 'both printed',
    met: true,
  };
}

/** A target whose metric says which groups have failed, and those two behind it. */
async function startPeer() {
  const failed = new Set<string>();
  const target = createServer((_, response) => {
    const lines = [...failed].map((group) => `no_safe_target{group="${group}"} 1`);
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(`up_here 1\n${lines.join('\n')}\n`);
  });
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  const receiver = await startWebhookClock();
  const alertmanager = await startAlertmanager({
    config: {
      route: {
        receiver: 'hook',
        group_by: ['...'],
        group_wait: '0s',
        group_interval: '1s',
        repeat_interval: '1h',
      },
      receivers: [{ name: 'hook', webhook_configs: [{ url: receiver.url }] }],
    },
  });
  const prometheus = await startPrometheus({
    targets: [`127.0.0.1:${(target.address() as AddressInfo).port}`],
    alertmanagers: [`127.0.0.1:${alertmanager.port}`],
    rules: {
      groups: [{ name: 'bench', rules: [{ alert: 'noSafeTarget', expr: 'no_safe_target == 1' }] }],
    },
  });
  await sleep(3_000);
  return {
    fail: (group: string) => void failed.add(group),
    seen: (group: string) => receiver.seen(group),
    close: async () => {
      await prometheus.stop();
      await alertmanager.stop();
      await receiver.close();
      target.closeAllConnections();
      target.close();
    },
  };
}
