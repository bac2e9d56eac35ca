// The words of `regionpilot topics apply` and `topics verify`.

import { Command } from 'commander';
import { type Flags, type Go, withBus, withExamples, withTopics } from './common.ts';

export function topicsCommand(apply: Go<Flags>, verify: Go<Flags>): Command {
  return new Command('topics')
    .description('create or check the topics')
    .addCommand(
      withExamples(
        withTopics(withBus(new Command('apply')))
          .description('create what is missing, strengthen what can be strengthened in place')
          .action((flags: Flags) => apply(flags)),
        'regionpilot topics apply --brokers kafka-1:9092 --replication 3',
        'regionpilot topics apply --brokers localhost:9092 --replication 1',
        'regionpilot topics apply --file bus.sqlite',
      ),
    )
    .addCommand(
      withExamples(
        withTopics(withBus(new Command('verify')))
          .description(
            'list every difference that makes a topic weaker than wanted; changes nothing',
          )
          .action((flags: Flags) => verify(flags)),
        'regionpilot topics verify --brokers kafka-1:9092',
        'regionpilot topics verify --config regionpilot.yaml --json',
      ),
    );
}
