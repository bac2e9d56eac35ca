// The words of what tries an alerts file: `alerts check`, `alerts routes test` and `alerts test`. None
// of them needs a bus.

import { type Severity, severities } from '@regionpilot/protocol';
import { Command, Option } from 'commander';
import { type Go, integer, withExamples } from './common.ts';

type File = { readonly alerts: string; readonly json?: boolean };

export type AlertsCheckRequest = File;
export type AlertsTestRequest = File & { readonly receiver: string };
export type AlertsRoutesRequest = File & {
  /** `LABEL=VALUE` */
  readonly labels: readonly string[];
  readonly severity: Severity;
  readonly partialPartitions: number;
};

export function checkCommand(go: Go<AlertsCheckRequest>): Command {
  const command = withFile(new Command('check'))
    .description('read an alerts file and say everything that is wrong with it')
    .action((request: AlertsCheckRequest) => go(request));
  return withExamples(command, 'regionpilot alerts check --alerts alerts.yaml');
}

export function routesCommand(go: Go<AlertsRoutesRequest>): Command {
  const test = withFile(new Command('test'))
    .description('who would be told of an alert with these labels, and in what rhythm')
    .argument('<label...>', 'LABEL=VALUE')
    .addOption(
      new Option('--severity <severity>', 'its severity').choices(severities).default('page'),
    )
    .option(
      '--partial-partitions <n>',
      'partitions of alerts: dedup keys differ between them',
      integer(1, 64),
      1,
    )
    .action((labels: readonly string[], flags: Omit<AlertsRoutesRequest, 'labels'>) =>
      go({ ...flags, labels }),
    );
  return new Command('routes')
    .description('try the routing tree')
    .addCommand(
      withExamples(
        test,
        'regionpilot alerts routes test --alerts alerts.yaml alertname=regionDown group=payments region=eu-west',
        'regionpilot alerts routes test --alerts alerts.yaml --severity ticket alertname=eventsLost',
      ),
    );
}

export function testCommand(go: Go<AlertsTestRequest>): Command {
  const command = withFile(new Command('test'))
    .description('send a test notice through a receiver and print what it answered')
    .argument('<receiver>', 'a receiver of the file')
    .action((receiver: string, flags: File) => go({ ...flags, receiver }));
  return withExamples(command, 'regionpilot alerts test oncall --alerts alerts.yaml');
}

function withFile(command: Command): Command {
  return command
    .requiredOption('--alerts <path>', 'rules, routes and receivers (YAML or JSON)')
    .option('--json', 'data as JSON');
}
