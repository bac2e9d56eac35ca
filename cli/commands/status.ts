// The words of `regionpilot status`: its options, help and examples.

import { Command } from 'commander';
import { duration, type Flags, type Go, withBus, withExamples } from './common.ts';

export type StatusRequest = Flags & {
  readonly watch?: boolean;
  /** ms between two looks of `--watch`. */
  readonly every: number;
};

export function statusCommand(go: Go<StatusRequest>): Command {
  const command = withBus(new Command('status'))
    .description('who is where and why: regions, epochs, convergence, orders, lag')
    .option('--watch', 'look again and again')
    .option(
      '--every <duration>',
      'time between looks',
      duration(200, 3_600_000, '200ms to 1h'),
      1_000,
    )
    .action((request: StatusRequest) => go(request));
  return withExamples(
    command,
    'regionpilot status --brokers kafka-1:9092',
    'regionpilot status --file bus.sqlite --watch',
    'regionpilot status --file bus.sqlite --json | jq ".groups[].convergence"',
  );
}
