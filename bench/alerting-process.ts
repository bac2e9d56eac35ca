// One alerting process of the bench, apart from what measures it: its memory is its own.

import { openKafkaBus } from '@regionpilot/bus/kafka';
import { type AlertsInput, alertingConfig } from '../alerts/config/parse.ts';
import { type Alerting, startAlerting } from '../alerts/index.ts';

export type AlertingPlan = {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly input: AlertsInput;
};

let alerting: Alerting | null = null;
let most = 0;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 50);

process.on('message', (message: { readonly plan?: AlertingPlan; readonly order?: string }) => {
  if (message.plan !== undefined) void start(message.plan);
  if (message.order === 'memory') process.send?.({ rss: most });
  if (message.order === 'stop') void stop();
});
process.once('disconnect', () => process.exit(0));

async function start({ brokers, prefix, input }: AlertingPlan): Promise<void> {
  const open = (clientId: string) => openKafkaBus({ kind: 'kafka', brokers, clientId });
  alerting = await startAlerting({
    config: alertingConfig(input),
    secrets: new Map(),
    bus: open('bench-alerting'),
    bulkBus: open('bench-alerting-bulk'),
    instance: 'bench',
    topicPrefix: prefix,
    consumerGroup: `${prefix}alerts`,
  });
  const poll = setInterval(() => {
    const terms = Object.values(alerting?.status().partitions ?? {});
    if (terms.length === 0 || terms.includes(null)) return;
    clearInterval(poll);
    process.send?.({ ready: true });
  }, 20);
}

async function stop(): Promise<void> {
  clearInterval(watch);
  await alerting?.close();
  process.exit(0);
}
