// The real words of the commands, and nothing behind them: whether a command line in a page, a compose
// file or a manifest is one that would be understood.

import { Command } from 'commander';
import { aggregatorCommand } from '../../cli/commands/aggregator.ts';
import { alertsCommand } from '../../cli/commands/alerts.ts';
import { apiCommand } from '../../cli/commands/api.ts';
import { drillCommand } from '../../cli/commands/drill.ts';
import { explainCommand } from '../../cli/commands/explain.ts';
import { holdCommand } from '../../cli/commands/hold.ts';
import { replayCommand } from '../../cli/commands/replay.ts';
import { statusCommand } from '../../cli/commands/status.ts';
import { tapCommand } from '../../cli/commands/tap.ts';
import { tokenCommand } from '../../cli/commands/token.ts';
import { topicsCommand } from '../../cli/commands/topics.ts';

/** @throws when the words after `regionpilot` are no command, or one of its options is unknown. */
export async function understand(words: readonly string[]): Promise<void> {
  await program().parseAsync([...words], { from: 'user' });
}

/** Commands in code blocks and in `code`; one that is cut short with … is left out. */
export function commandsIn(page: string): readonly string[] {
  const lines = page.split('\n').map((line) => line.trim());
  const inBlocks = lines.filter((line) => line.startsWith('regionpilot '));
  const inline = [...page.matchAll(/`(regionpilot [^`]+)`/g)].map(([, command = '']) => command);
  return [...inBlocks, ...inline]
    .map((line) => line.replaceAll('\n', ' ').replace(/\s+#.*$/, ''))
    .filter((line) => !line.endsWith('…'));
}

/** A line as a shell would cut it, quotes and all. */
export function wordsOf(command: string): readonly string[] {
  const words = command.replace(/\s+#.*$/, '').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g);
  return [...words].map(([, a, b, c]) => a ?? b ?? c ?? '');
}

function program(): Command {
  const go = async (): Promise<void> => undefined;
  const alerts = alertsCommand({
    run: go,
    list: go,
    show: go,
    ack: go,
    silence: go,
    silences: go,
    unsilence: go,
    test: go,
    routesTest: go,
    check: go,
    replay: go,
  });
  const root = new Command('regionpilot');
  for (const each of [
    aggregatorCommand(go),
    apiCommand(go),
    tokenCommand({ create: go, list: go, revoke: go }),
    statusCommand(go),
    explainCommand(go),
    tapCommand(go),
    topicsCommand(go, go),
    holdCommand(go, go),
    replayCommand(go),
    drillCommand(go),
    alerts,
  ]) {
    root.addCommand(each);
  }
  return throwing(root);
}

function throwing(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  for (const each of command.commands) throwing(each);
  return command;
}
