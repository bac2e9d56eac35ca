// The words of `regionpilot replay`: a journal, or a span of the log.

import { Command } from 'commander';
import type { Moment } from '../moment.ts';
import { type Flags, type Go, moment, withBus, withExamples } from './common.ts';

export type ReplayRequest = Flags & {
  /** A journal; without one, the bus. */
  readonly journal?: string;
  readonly from?: Moment;
  readonly to?: Moment;
  readonly group?: string;
  readonly policy?: string;
};

export function replayCommand(go: Go<ReplayRequest>): Command {
  const command = withBus(new Command('replay'))
    .description('decide again from what was recorded, and compare byte for byte')
    .argument('[journal]', 'a file written by "aggregator --journal"; without it, the bus')
    .option('--from <time>', 'on a bus: from this time (default -1h)', moment)
    .option('--to <time>', 'on a bus: up to this time (default now)', moment)
    .option('--group <name>', 'on a bus: only this group')
    .option('--policy <path>', 'also show what this policy would have decided')
    .action((journal: string | undefined, flags: Omit<ReplayRequest, 'journal'>) =>
      go(journal === undefined ? flags : { ...flags, journal }),
    );
  return withExamples(
    command,
    'regionpilot replay today.jsonl',
    'regionpilot replay today.jsonl --policy calmer.yaml',
    'regionpilot replay --from -2h --to -1h --brokers kafka-1:9092',
  );
}
