// The words of what operators order of alerting: `alerts ack`, `silence`, `silences`, `unsilence`.

import { Command } from 'commander';
import { duration, type Flags, type Go, withBus, withExamples } from './common.ts';

export type AlertsAckRequest = Flags & {
  readonly target: string;
  readonly undo?: boolean;
  readonly author?: string;
};

export type AlertsSilenceRequest = Flags & {
  readonly matchers: readonly string[];
  readonly for: number;
  readonly reason: string;
  readonly author?: string;
  readonly dryRun?: boolean;
  readonly everything?: boolean;
};

export type AlertsSilencesRequest = Flags & { readonly all?: boolean };

export type AlertsUnsilenceRequest = Flags & {
  readonly id: string;
  readonly reason: string;
  readonly author?: string;
};

const day = 86_400_000;
const authorHelp = 'who orders it (env REGIONPILOT_AUTHOR, default $USER)';

export function ackCommand(go: Go<AlertsAckRequest>): Command {
  const command = withBus(new Command('ack'))
    .description('you have it: repeats stop until it resolves or gets worse')
    .argument('<target>', 'a fingerprint or a dedup key, or the beginning of one')
    .option('--undo', 'you no longer have it')
    .option('--author <name>', authorHelp)
    .action((target: string, flags: Omit<AlertsAckRequest, 'target'>) => go({ ...flags, target }));
  return withExamples(
    command,
    'regionpilot alerts ack rp-93c1 --brokers kafka-1:9092',
    'regionpilot alerts ack 4a1f --undo',
  );
}

export function silenceCommand(go: Go<AlertsSilenceRequest>): Command {
  const command = withBus(new Command('silence'))
    .description('tell nobody of alerts that match, for a while; shows first what that would hide')
    .argument('<matcher...>', 'LABEL=VALUE, !=, =~ or !~; all must match')
    .requiredOption('--for <duration>', 'how long', duration(1_000, 30 * day, '1s to 30d'))
    .requiredOption('--reason <text>', 'why, for whoever reads this at night')
    .option('--author <name>', authorHelp)
    .option('--dry-run', 'only show what it would hide')
    .option('--everything', 'yes, also every page')
    .action((matchers: readonly string[], flags: Omit<AlertsSilenceRequest, 'matchers'>) =>
      go({ ...flags, matchers }),
    );
  return withExamples(
    command,
    'regionpilot alerts silence group=payments region=eu-west --for 2h --reason "upgrade of eu-west"',
    'regionpilot alerts silence \'alertname=~"region.*"\' --for 30m --reason INC-4711 --dry-run',
  );
}

export function silencesCommand(go: Go<AlertsSilencesRequest>): Command {
  const command = withBus(new Command('silences'))
    .description('silences in force, the next to end first')
    .option('--all', 'also those that are over')
    .action((request: AlertsSilencesRequest) => go(request));
  return withExamples(command, 'regionpilot alerts silences --all');
}

export function unsilenceCommand(go: Go<AlertsUnsilenceRequest>): Command {
  const command = withBus(new Command('unsilence'))
    .description('end a silence now')
    .argument('<id>', 'its id, or the beginning of it')
    .requiredOption('--reason <text>', 'why')
    .option('--author <name>', 'who ends it (env REGIONPILOT_AUTHOR, default $USER)')
    .action((id: string, flags: Omit<AlertsUnsilenceRequest, 'id'>) => go({ ...flags, id }));
  return withExamples(command, 'regionpilot alerts unsilence s-4be1 --reason "upgrade done"');
}
