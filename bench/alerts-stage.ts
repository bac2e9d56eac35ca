// An alerting process and a receiver of ours, for as long as a bench needs them.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@regionpilot/bus';
import type { AlertsInput } from '../alerts/config/parse.ts';
import { shippedRules } from '../alerts/rules/shipped.ts';
import { benchTopics } from './alert-incidents.ts';
import type { AlertingPlan } from './alerting-process.ts';
import { startWebhookClock, type WebhookClock } from './webhook-clock.ts';

/** The heap is bounded as an operator with little memory would bound it. */
const execArgv = ['--max-old-space-size=192', '--max-semi-space-size=2'];

export type Stage = {
  readonly child: ChildProcess;
  readonly receiver: WebhookClock;
  readonly prefix: string;
};

/** An alerting process that tells a receiver of ours, both gone afterwards. */
export async function withAlerting<Value>(
  bus: Bus,
  brokers: readonly string[],
  name: string,
  hook: object,
  use: (stage: Stage) => Promise<Value>,
): Promise<Value> {
  const prefix = `bench-alerts-${name}.`;
  await benchTopics(bus, prefix);
  const receiver = await startWebhookClock();
  const child = fork(new URL('./alerting-process.ts', import.meta.url), { execArgv });
  try {
    const input = inputFor(receiver.url, hook);
    child.send({ plan: { brokers, prefix, input } satisfies AlertingPlan });
    await once(child, 'message');
    return await Promise.race([use({ child, receiver, prefix }), died(child)]);
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.send({ order: 'stop' });
      await gone;
    }
    await receiver.close();
  }
}

async function died(child: ChildProcess): Promise<never> {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`the alerting process ended by itself: ${signal ?? code}`);
}

/** Every alert by itself and at once: what is left is the way through. */
function inputFor(url: string, hook: object): AlertsInput {
  return {
    startDelay: '0s',
    receivers: { hook: { kind: 'webhook', url, allow: ['127.0.0.0/8'], ...hook } },
    route: { receivers: ['hook'], groupBy: ['...'], groupWait: '0s' },
    rules: {
      ...Object.fromEntries(shippedRules.map(({ name }) => [name, { off: true }])),
      noSafeTarget: { only: ['group!~"ticket-.*"'] },
      ticketed: {
        signal: 'noSafeTarget',
        only: ['group=~"ticket-.*"'],
        when: { above: 0.5 },
        severity: 'ticket',
        summary: 'nothing is safe in {{ labels.group }}',
      },
    },
  };
}

export async function until(holds: () => boolean, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('the receiver did not get everything');
    await sleep(20);
  }
}
