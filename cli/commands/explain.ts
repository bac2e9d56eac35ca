// The words of `regionpilot explain`: its options, help and examples.

import { Command } from 'commander';
import type { Moment } from '../moment.ts';
import { type Flags, type Go, integer, moment, withBus, withExamples } from './common.ts';

export type ExplainRequest = Flags & {
  readonly group: string;
  readonly at?: Moment;
  readonly last: number;
};

export function explainCommand(go: Go<ExplainRequest>): Command {
  const command = withBus(new Command('explain'))
    .description('why a group is where it is: the timeline of an incident with its evidence')
    .argument('<group>')
    .option('--at <time>', 'the incident of that time: ISO 8601, or relative such as -10m', moment)
    .option('--last <n>', 'the last n incidents', integer(1, 1_000), 1)
    .action((group: string, flags: Omit<ExplainRequest, 'group'>) => go({ ...flags, group }));
  return withExamples(
    command,
    'regionpilot explain payments --brokers kafka-1:9092',
    'regionpilot explain payments --at -10m',
    'regionpilot explain payments --at 2026-11-21T10:00:00Z --json',
  );
}
