// The words of `regionpilot token create`, `list` and `revoke`.

import { type TokenScope, tokenLifeMaxMs, tokenScopes } from '@regionpilot/api/access';
import { Command, Option } from 'commander';
import { duration, type Flags, type Go, withExamples } from './common.ts';

export type TokenFileFlags = Pick<Flags, 'config' | 'json'> & {
  /** Default: `api.tokensFile` of the config file. */
  readonly tokensFile?: string;
};

export type TokenCreateRequest = TokenFileFlags & {
  readonly name: string;
  readonly scope: TokenScope;
  readonly for: number;
};

export type TokenListRequest = TokenFileFlags & { readonly all?: boolean };

export type TokenRevokeRequest = TokenFileFlags & { readonly token: string };

export function tokenCommand(go: {
  readonly create: Go<TokenCreateRequest>;
  readonly list: Go<TokenListRequest>;
  readonly revoke: Go<TokenRevokeRequest>;
}): Command {
  return new Command('token')
    .description('who may use the HTTP API: bearer tokens, kept as hashes in a file')
    .addCommand(createCommand(go.create))
    .addCommand(listCommand(go.list))
    .addCommand(revokeCommand(go.revoke));
}

function createCommand(go: Go<TokenCreateRequest>): Command {
  const command = withFile(new Command('create'))
    .description('make a token; it is shown once and kept nowhere')
    .argument('<name>', 'whose it is: the actor in audit records')
    .addOption(
      new Option('--scope <scope>', 'what it may do; each may do what those before it may')
        .choices(tokenScopes)
        .makeOptionMandatory(),
    )
    .option(
      '--for <duration>',
      'how long it lives',
      duration(1_000, tokenLifeMaxMs, '1s to 400d'),
      90 * 86_400_000,
    )
    .action((name: string, flags: Omit<TokenCreateRequest, 'name'>) => go({ ...flags, name }));
  return withExamples(
    command,
    'regionpilot token create ann --scope failover --for 30d --tokens-file tokens.json',
    'regionpilot token create checkout --scope relay --config regionpilot.yaml > relay.token',
  );
}

function listCommand(go: Go<TokenListRequest>): Command {
  const command = withFile(new Command('list'))
    .description('tokens in force; never the tokens themselves')
    .option('--all', 'those that ended too')
    .action((flags: TokenListRequest) => go(flags));
  return withExamples(command, 'regionpilot token list --tokens-file tokens.json');
}

function revokeCommand(go: Go<TokenRevokeRequest>): Command {
  const command = withFile(new Command('revoke'))
    .description('end a token; servers notice within a second')
    .argument('<token>', 'its id or its name')
    .action((token: string, flags: TokenFileFlags) => go({ ...flags, token }));
  return withExamples(command, 'regionpilot token revoke ann --tokens-file tokens.json');
}

function withFile(command: Command): Command {
  return command
    .option('--tokens-file <path>', 'default: api.tokensFile of --config')
    .option('--config <path>', 'YAML or JSON of the deployment')
    .option('--json', 'data as JSON');
}
