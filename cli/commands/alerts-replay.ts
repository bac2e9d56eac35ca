// The words of `regionpilot alerts replay`.

import { Command } from 'commander';
import type { Moment } from '../moment.ts';
import { type Flags, type Go, moment, withBus, withExamples } from './common.ts';

export type AlertsReplayRequest = Flags & {
  readonly from?: Moment;
  readonly to?: Moment;
  /** What is tried. */
  readonly rules: string;
  /** What it is compared with; default: the shipped rules. */
  readonly alerts?: string;
};

export function alertsReplayCommand(go: Go<AlertsReplayRequest>): Command {
  const command = withBus(new Command('replay'))
    .description(
      'history through other rules: which pages more or less, how much sooner, how much noise',
    )
    .requiredOption('--rules <path>', 'the alerts file to try (B)')
    .option('--alerts <path>', 'the alerts file in use (A; default: the shipped rules)')
    .option('--from <time>', 'from this time (default -1h)', moment)
    .option('--to <time>', 'up to this time (default now)', moment)
    .action((request: AlertsReplayRequest) => go(request));
  return withExamples(
    command,
    'regionpilot alerts replay --rules calmer.yaml --alerts alerts.yaml --from -24h',
    'regionpilot alerts replay --rules calmer.yaml --from 2026-11-17T02:00:00Z --to 2026-11-17T04:00:00Z --json',
  );
}
