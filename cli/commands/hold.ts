// The words of `regionpilot hold set` and `hold clear`.

import { type AutomationMode, automationModes } from '@regionpilot/protocol';
import { Command, Option } from 'commander';
import { collect, duration, type Flags, type Go, withBus, withExamples } from './common.ts';

export type HoldSetRequest = Flags & {
  /** A group, or `*` for all. */
  readonly group: string;
  readonly use?: string;
  readonly avoid?: string;
  readonly automation?: AutomationMode;
  readonly overrideRule: readonly string[];
  readonly for: number;
  readonly reason: string;
  readonly author?: string;
  readonly replace?: boolean;
};

export type HoldClearRequest = Flags & {
  readonly group: string;
  readonly reason: string;
  readonly author?: string;
};

const day = 86_400_000;

export function holdCommand(set: Go<HoldSetRequest>, clear: Go<HoldClearRequest>): Command {
  return new Command('hold')
    .description("operator's orders: they go before automation and end by themselves")
    .addCommand(setCommand(set))
    .addCommand(clearCommand(clear));
}

function setCommand(go: Go<HoldSetRequest>): Command {
  const command = withBus(new Command('set'))
    .description('send everybody to a region, nobody to a region, or stop automation')
    .argument('<group>', 'a group, or "*" for every group')
    .option('--use <region>', 'everybody to this region')
    .addOption(new Option('--avoid <region>', 'nobody to this region').conflicts('use'))
    .addOption(
      new Option('--automation <mode>', 'what automation may do meanwhile').choices(
        automationModes,
      ),
    )
    .option('--override-rule <rule>', 'a safety rule automation may pass (repeat)', collect, [])
    .requiredOption('--for <duration>', 'how long', duration(1_000, 30 * day, '1s to 30d'))
    .requiredOption('--reason <text>', 'why, for whoever reads this at night')
    .option('--author <name>', 'who orders it (env REGIONPILOT_AUTHOR, default $USER)')
    .option('--replace', 'drop what the order in force says beyond this one')
    .action((group: string, flags: Omit<HoldSetRequest, 'group'>) => go({ ...flags, group }));
  return withExamples(
    command,
    'regionpilot hold set payments --use eu-west --for 30m --reason "upgrade of eu-north"',
    'regionpilot hold set payments --avoid eu-north --for 2h --reason "INC-4711"',
    'regionpilot hold set "*" --automation off --for 1h --reason "kill switch: network works"',
    'regionpilot hold set payments --override-rule coolDown --for 10m --reason "INC-4711"',
  );
}

function clearCommand(go: Go<HoldClearRequest>): Command {
  const command = withBus(new Command('clear'))
    .description("end a group's order now")
    .argument('<group>', 'a group, or "*"')
    .requiredOption('--reason <text>', 'why')
    .option('--author <name>', 'who ends it (env REGIONPILOT_AUTHOR, default $USER)')
    .action((group: string, flags: Omit<HoldClearRequest, 'group'>) => go({ ...flags, group }));
  return withExamples(command, 'regionpilot hold clear payments --reason "upgrade done"');
}
