// The words of `regionpilot alerts run`.

import { Command } from 'commander';
import { type Flags, type Go, withBus, withExamples, withTopics } from './common.ts';

export type AlertsRunRequest = Flags & {
  readonly alerts: string;
  readonly instance?: string;
  readonly consumerGroup?: string;
};

export function alertsRunCommand(go: Go<AlertsRunRequest>): Command {
  const command = withTopics(withBus(new Command('run')))
    .description('the service: watch, tell people, logs on stderr')
    .requiredOption('--alerts <path>', 'rules, routes and receivers (YAML or JSON)')
    .option('--instance <name>', 'name of this process (default: the host name)')
    .option('--consumer-group <name>', 'who shares the work (default regionpilot-alerts)')
    .action((request: AlertsRunRequest) => go(request));
  return withExamples(
    command,
    'regionpilot alerts run --alerts alerts.yaml --brokers kafka-1:9092,kafka-2:9092',
    'regionpilot alerts run --alerts alerts.yaml --file bus.sqlite',
    'kill -HUP <pid>    # read alerts.yaml again; it is also read when it changes',
  );
}
