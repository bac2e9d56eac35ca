// The words of `regionpilot demo`: everything after it belongs to the demo.

import { Command } from 'commander';
import type { Go } from './common.ts';

/** Everything after `demo` belongs to the demo, `--help` too. */
export function demoCommand(go: Go<readonly string[]>): Command {
  return new Command('demo')
    .description('a simulated world with regions to break: see "regionpilot demo --help"')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('[options...]')
    .action((_options: readonly string[], _flags: object, command: Command) => go(command.args));
}
