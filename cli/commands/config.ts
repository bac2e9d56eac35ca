// The words of `regionpilot config validate`, `explain` and `diff`.

import { Command } from 'commander';
import { type Flags, type Go, withBus, withExamples, withTopics } from './common.ts';

export type ConfigValidateRequest = { readonly files: readonly string[]; readonly json?: boolean };
export type ConfigExplainRequest = Flags & { readonly key?: string };
export type ConfigDiffRequest = Flags & {
  readonly a: string;
  /** Absent: what runs. */
  readonly b?: string;
};

export type ConfigGo = {
  readonly validate: Go<ConfigValidateRequest>;
  readonly explain: Go<ConfigExplainRequest>;
  readonly diff: Go<ConfigDiffRequest>;
};

export function configCommand(go: ConfigGo): Command {
  return new Command('config')
    .description('config files: what is wrong, what is in force and why, what differs')
    .addCommand(validateCommand(go.validate))
    .addCommand(explainCommand(go.explain))
    .addCommand(diffCommand(go.diff));
}

function validateCommand(go: Go<ConfigValidateRequest>): Command {
  const command = new Command('validate')
    .description('say everything that is wrong with config files, at once')
    .argument('<files...>', 'config files (YAML or JSON)')
    .option('--json', 'data as JSON')
    .action((files: readonly string[], flags: Omit<ConfigValidateRequest, 'files'>) =>
      go({ ...flags, files }),
    );
  return withExamples(command, 'regionpilot config validate regionpilot.yaml');
}

function explainCommand(go: Go<ConfigExplainRequest>): Command {
  const command = withTopics(withBus(new Command('explain')))
    .description('each setting: its value, who set it, its default, range and meaning')
    .argument('[key]', 'one setting, or a section: policy.stallMs, bus')
    .action((key: string | undefined, flags: Flags) =>
      go({ ...flags, ...(key === undefined ? {} : { key }) }),
    );
  return withExamples(
    command,
    'regionpilot config explain --config regionpilot.yaml',
    'regionpilot config explain policy.stallMs',
    'regionpilot config explain bus --json',
  );
}

function diffCommand(go: Go<ConfigDiffRequest>): Command {
  const command = withBus(new Command('diff'))
    .description('what two config files mean differently, or a file and the policy in force')
    .argument('<a>', 'a config file')
    .argument('[b]', 'another; without it: what deciders last decided by')
    .action((a: string, b: string | undefined, flags: Flags) =>
      go({ ...flags, a, ...(b === undefined ? {} : { b }) }),
    );
  return withExamples(
    command,
    'regionpilot config diff old.yaml new.yaml',
    'regionpilot config diff regionpilot.yaml --brokers kafka-1:9092',
  );
}
