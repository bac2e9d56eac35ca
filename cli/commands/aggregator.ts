// The words of `regionpilot aggregator`: its options, help and examples.

import { Command } from 'commander';
import {
  type ApiFlags,
  type Flags,
  type Go,
  type TelemetryFlags,
  withApi,
  withBus,
  withExamples,
  withTelemetry,
  withTopics,
} from './common.ts';

export type AggregatorRequest = Flags &
  TelemetryFlags &
  ApiFlags & {
    readonly policy?: string;
    readonly journal?: string;
    readonly shadow?: boolean;
  };

export function aggregatorCommand(go: Go<AggregatorRequest>): Command {
  const command = withApi(withTelemetry(withTopics(withBus(new Command('aggregator')))))
    .description('judge regions and decide; logs on stderr, JSON lines unless that is a terminal')
    .option('--policy <path>', 'policy over that of --config (YAML or JSON)')
    .option('--shadow', 'decide and say so, but enforce nothing')
    .option('--journal <path>', 'append every input and decision, for "replay"')
    .action((request: AggregatorRequest) => go(request));
  return withExamples(
    command,
    'regionpilot aggregator --brokers kafka-1:9092,kafka-2:9092',
    'regionpilot aggregator --file bus.sqlite --shadow --journal today.jsonl',
    'regionpilot aggregator --brokers kafka-1:9092 --telemetry-port 9464',
    'regionpilot aggregator --brokers kafka-1:9092 --api-port 7400',
    'regionpilot aggregator --config regionpilot.yaml',
  );
}
