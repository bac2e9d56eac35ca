// The words of `regionpilot api`: its options, help and examples.

import { Command } from 'commander';
import { type ApiFlags, type Flags, type Go, withApi, withBus, withExamples } from './common.ts';

export type ApiRequest = Flags & ApiFlags;

export function apiCommand(go: Go<ApiRequest>): Command {
  const command = withApi(withBus(new Command('api')))
    .description('serve the console and the HTTP API, in a process of their own')
    .action((request: ApiRequest) => go(request));
  return withExamples(
    command,
    'regionpilot api --brokers kafka-1:9092',
    'regionpilot api --file bus.sqlite --api-port 8080',
    'regionpilot api --brokers kafka-1:9092 --api-host 0.0.0.0 --api-tokens-file tokens.json',
  );
}
