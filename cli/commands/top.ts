// The words of `regionpilot top`: its options, help and examples.

import { Command, Option } from 'commander';
import { type SortKey, sortKeys } from '../top/frame.ts';
import { keysHelp } from '../top/screen.ts';
import { duration, type Flags, type Go, withBus, withExamples } from './common.ts';

export type TopRequest = Flags & {
  readonly once?: boolean;
  /** ms between two looks. */
  readonly every: number;
  readonly sort: SortKey;
  readonly group?: string;
};

export function topCommand(go: Go<TopRequest>): Command {
  const command = withBus(new Command('top'))
    .description('groups and regions live: traffic, errors, latency, shares, who has arrived')
    .option(
      '--every <duration>',
      'time between looks',
      duration(200, 3_600_000, '200ms to 1h'),
      1_000,
    )
    .option('--once', 'one look, then end')
    .addOption(new Option('--sort <key>', 'by what').choices(sortKeys).default('group'))
    .option('--group <name>', 'only this group')
    .addHelpText('after', `\nKeys: ${keysHelp}`)
    .action((request: TopRequest) => go(request));
  return withExamples(
    command,
    'regionpilot top --brokers kafka-1:9092',
    'regionpilot top --once --sort errors',
    'regionpilot top --json --every 5s | jq -c ".rows[] | {region, errorRatio}"',
  );
}
