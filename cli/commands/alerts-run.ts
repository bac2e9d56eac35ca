// The words of `regionpilot alerts run`.

import { Command } from 'commander';
import {
  collect,
  type Flags,
  type Go,
  integer,
  type TelemetryFlags,
  withBus,
  withExamples,
  withTelemetry,
  withTopics,
} from './common.ts';

export type AlertsRunRequest = Flags &
  TelemetryFlags & {
    readonly alerts: string;
    readonly instance?: string;
    readonly consumerGroup?: string;
    readonly inboundPort?: number;
    readonly inboundHost: string;
    readonly inboundSecretFile: readonly string[];
  };

export function alertsRunCommand(go: Go<AlertsRunRequest>): Command {
  const command = withTelemetry(withTopics(withBus(new Command('run'))))
    .description('the service: watch, tell people, take acks; logs on stderr')
    .requiredOption('--alerts <path>', 'rules, routes and receivers (YAML or JSON)')
    .option('--instance <name>', 'name of this process (default: the host name)')
    .option('--consumer-group <name>', 'who shares the work (default regionpilot-alerts)')
    .option('--inbound-port <n>', 'hear PagerDuty webhooks on this port', integer(0, 65_535))
    .option('--inbound-host <host>', 'address to listen on', '127.0.0.1')
    .option(
      '--inbound-secret-file <path>',
      'their signing secret (repeat while it is rotated)',
      collect,
      [],
    )
    .action((request: AlertsRunRequest) => go(request));
  return withExamples(
    command,
    'regionpilot alerts run --alerts alerts.yaml --brokers kafka-1:9092,kafka-2:9092',
    'regionpilot alerts run --alerts alerts.yaml --file bus.sqlite',
    'regionpilot alerts run --alerts alerts.yaml --brokers kafka-1:9092 --inbound-port 9300 --inbound-secret-file /run/secrets/pagerduty-webhook',
    'kill -HUP <pid>    # read alerts.yaml again; it is also read when it changes',
  );
}
