// The words of `regionpilot context`: named deployments.

import { Command } from 'commander';
import type { Context } from '../context/contexts.ts';
import { type Go, withBusFlags, withExamples } from './common.ts';

type Json = { readonly json?: boolean };

export type ContextListRequest = Json;
export type ContextNameRequest = Json & { readonly name: string };
export type ContextShowRequest = Json & { readonly name?: string };
export type ContextSetRequest = Json & {
  readonly name: string;
  readonly settings: Context;
  readonly use?: boolean;
};

export type ContextGo = {
  readonly list: Go<ContextListRequest>;
  readonly use: Go<ContextNameRequest>;
  readonly show: Go<ContextShowRequest>;
  readonly set: Go<ContextSetRequest>;
  readonly delete: Go<ContextNameRequest>;
};

const precedence = `
A value is taken from the first of: flags, environment, context, config file, default. The context is
--context, else REGIONPILOT_CONTEXT, else the one in use. Contexts live in
$XDG_CONFIG_HOME/regionpilot/contexts.yaml (default ~/.config) and hold no secrets, only file names.`;

export function contextCommand(go: ContextGo): Command {
  return new Command('context')
    .description('names for deployments, so that nobody types brokers at night')
    .addHelpText('after', precedence)
    .addCommand(listCommand(go.list))
    .addCommand(named('use', 'the context to use when none is named', go.use))
    .addCommand(showCommand(go.show))
    .addCommand(setCommand(go.set))
    .addCommand(named('delete', 'forget a context', go.delete));
}

function listCommand(go: Go<ContextListRequest>): Command {
  const command = withJson(new Command('list'))
    .description('every context, the one in use marked')
    .action((request: ContextListRequest) => go(request));
  return withExamples(command, 'regionpilot context list');
}

function named(word: string, description: string, go: Go<ContextNameRequest>): Command {
  const command = withJson(new Command(word))
    .description(description)
    .argument('<context>', 'its name')
    .action((name: string, flags: Json) => go({ ...flags, name }));
  return withExamples(command, `regionpilot context ${word} production`);
}

function showCommand(go: Go<ContextShowRequest>): Command {
  const command = withJson(new Command('show'))
    .description('one context, by default the one that counts now')
    .argument('[context]', 'its name')
    .action((name: string | undefined, flags: Json) =>
      go({ ...flags, ...(name === undefined ? {} : { name }) }),
    );
  return withExamples(
    command,
    'regionpilot context show',
    'regionpilot context show staging --json',
  );
}

function setCommand(go: Go<ContextSetRequest>): Command {
  const command = withBusFlags(withJson(new Command('set')))
    .description('make a context, or say all of it anew')
    .argument('<context>', 'its name')
    .option('--config <path>', 'the config file of that deployment')
    .option('--api-url <url>', 'its HTTP API')
    .option('--api-token-file <path>', 'a file with a token for it')
    .option('--use', 'use it from now on')
    .action((name: string, { json, use, ...settings }: Json & Context & { use?: boolean }) =>
      go({
        name,
        settings,
        ...(json === undefined ? {} : { json }),
        ...(use === undefined ? {} : { use }),
      }),
    );
  return withExamples(
    command,
    'regionpilot context set production --config /etc/regionpilot/production.yaml --use',
    'regionpilot context set staging --brokers kafka-1:9092,kafka-2:9092 --prefix staging.',
    'regionpilot context set laptop --file ./bus.sqlite',
  );
}

function withJson(command: Command): Command {
  return command.option('--json', 'data as JSON');
}
