// The words of `regionpilot completion`, and of the hidden `__complete` that its scripts call.

import { Argument, Command } from 'commander';
import { type Shell, shells } from '../completion/scripts.ts';
import { type Go, withExamples } from './common.ts';

export type CompletionRequest = { readonly shell: Shell };
/** The line without the program's name; the last word may be empty. */
export type CompleteRequest = { readonly words: readonly string[]; readonly program: Command };

export function completionCommand(go: Go<CompletionRequest>): Command {
  const command = new Command('completion')
    .description('a script that teaches a shell to complete what is typed here')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell: Shell) => go({ shell }));
  return withExamples(
    command,
    'source <(regionpilot completion bash)    # also in ~/.bashrc',
    'regionpilot completion zsh > ~/.zfunc/_regionpilot    # a folder of $fpath',
    'regionpilot completion fish > ~/.config/fish/completions/regionpilot.fish',
  );
}

export function completeCommand(go: Go<CompleteRequest>): Command {
  return new Command('__complete')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('<shell>')
    .argument('[words...]')
    .action((_shell: string, words: readonly string[], _flags: object, command: Command) =>
      go({ words, program: command.parent ?? command }),
    );
}
