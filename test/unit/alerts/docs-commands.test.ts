import { readdirSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { aggregatorCommand } from '../../../cli/commands/aggregator.ts';
import { alertsCommand } from '../../../cli/commands/alerts.ts';
import { explainCommand } from '../../../cli/commands/explain.ts';
import { holdCommand } from '../../../cli/commands/hold.ts';
import { replayCommand } from '../../../cli/commands/replay.ts';
import { statusCommand } from '../../../cli/commands/status.ts';
import { tapCommand } from '../../../cli/commands/tap.ts';
import { topicsCommand } from '../../../cli/commands/topics.ts';

const files = [
  'docs/alerts.md',
  ...readdirSync('docs/runbooks').map((name) => `docs/runbooks/${name}`),
];

/** The real words of every command, and nothing behind them. */
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
    statusCommand(go),
    explainCommand(go),
    tapCommand(go),
    topicsCommand(go, go),
    holdCommand(go, go),
    replayCommand(go),
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

/** Commands in code blocks and in `code`; what is cut short with … or names only a family is left out. */
function commandsIn(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const inBlocks = lines.filter((line) => line.startsWith('regionpilot '));
  const inline = [...text.matchAll(/`(regionpilot [^`]+)`/g)].map(([, command = '']) => command);
  return [...inBlocks, ...inline].map((line) => line.replaceAll('\n', ' '));
}

function wordsOf(command: string): readonly string[] {
  const words = command.replace(/\s+#.*$/, '').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g);
  return [...words].map(([, a, b, c]) => a ?? b ?? c ?? '');
}

test.each(files)('every command of %s is one that exists, options and all', async (file) => {
  for (const command of commandsIn(readFileSync(file, 'utf8'))) {
    const [, ...words] = wordsOf(command);
    if (words.at(-1) === '…') continue;
    await expect(program().parseAsync(words, { from: 'user' }), command).resolves.toBeDefined();
  }
});

test('a command that does not exist would be found', async () => {
  const wrong = wordsOf('alerts silence region=eu --untill 2h');
  await expect(program().parseAsync(wrong, { from: 'user' })).rejects.toThrow();
});
