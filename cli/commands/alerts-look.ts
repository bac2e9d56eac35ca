// The words of `regionpilot alerts list` and `alerts show`.

import { type AlertState, alertStates, type Severity, severities } from '@regionpilot/protocol';
import { Command, Option } from 'commander';
import { collect, type Flags, type Go, withBus, withExamples } from './common.ts';

export type AlertsListRequest = Flags & {
  readonly state?: readonly AlertState[];
  readonly severity?: readonly Severity[];
  readonly match: readonly string[];
};

export type AlertsShowRequest = Flags & { readonly target: string };

export function listCommand(go: Go<AlertsListRequest>): Command {
  const command = withBus(new Command('list'))
    .description('alerts that are not over, the most urgent first')
    .addOption(new Option('--state <state...>', 'only in these states').choices(alertStates))
    .addOption(new Option('--severity <severity...>', 'only this urgent').choices(severities))
    .option(
      '--match <matcher>',
      'only where it matches, for example \'region="eu-west"\' (repeat)',
      collect,
      [],
    )
    .action((request: AlertsListRequest) => go(request));
  return withExamples(
    command,
    'regionpilot alerts list --brokers kafka-1:9092',
    'regionpilot alerts list --severity page --match \'region=~"eu-.*"\'',
    'regionpilot alerts list --state resolved --json | jq .alerts',
  );
}

export function showCommand(go: Go<AlertsShowRequest>): Command {
  const command = withBus(new Command('show'))
    .description('everything about one alert: why, who was told what, every attempt, what mutes it')
    .argument('<target>', 'a fingerprint or a dedup key, or the beginning of one')
    .action((target: string, flags: Flags) => go({ ...flags, target }));
  return withExamples(
    command,
    'regionpilot alerts show 4a1f',
    'regionpilot alerts show rp-93c1 --json | jq .attempts',
  );
}
