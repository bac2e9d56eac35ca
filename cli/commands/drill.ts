// The words of `regionpilot drill`: its options, help and examples.

import { Command, InvalidArgumentError, Option } from 'commander';
import { type FaultName, faultNames, faults } from '../drill/faults.ts';
import { type Address, parseTargets } from '../drill/plan.ts';
import { type Flags, type Go, integer, withBus, withExamples, withTopics } from './common.ts';

export type DrillRequest = Flags & {
  readonly fault: FaultName;
  readonly clients: number;
  readonly processes: number;
  readonly runs: number;
  readonly regions: number;
  readonly rate: number;
  /** Servers of the user's own; the fault is then made on the way to the first. */
  readonly redis?: readonly Address[];
};

export function drillCommand(go: Go<DrillRequest>): Command {
  const command = withTopics(withBus(new Command('drill')))
    .description('measure a real failover: real clients under load, a real fault, every phase')
    .addOption(
      new Option('--fault <name>', "what happens to the clients' home")
        .choices([...faultNames])
        .makeOptionMandatory(),
    )
    .option('--clients <n>', 'clients, each with an agent of its own', integer(2, 10_000), 200)
    .option('--processes <n>', 'processes they are spread over', integer(1, 64), 4)
    .option('--runs <n>', 'how often the fault is injected', integer(1, 1_000), 1)
    .option('--regions <n>', 'redis-servers to start, one per region', integer(2, 8), 3)
    .option('--rate <n>', 'commands per second and client', integer(1, 1_000), 10)
    .option(
      '--redis <region=host:port,…>',
      'use these servers; clients write keys named drill:*',
      targets,
    )
    .addHelpText(
      'after',
      `\nFaults:\n${faultNames.map((name) => `  ${name.padEnd(12)}${faults[name].text}`).join('\n')}`,
    )
    .action((request: DrillRequest) => go(request));
  return withExamples(
    command,
    'regionpilot drill --brokers kafka-1:9092 --fault refused --clients 200 --runs 10',
    'regionpilot drill --bus embedded --fault frozen --clients 20 --json',
    'regionpilot drill --fault blackhole --redis eu=10.0.0.1:6379,us=10.1.0.1:6379',
  );
}

function targets(text: string): readonly Address[] {
  const parsed = parseTargets(text);
  if (parsed !== null) return parsed;
  throw new InvalidArgumentError('Wanted at least two regions: eu=host:port,us=host:port.');
}
