// Options that mean the same on every command, and the pieces of its help.

import { parseDuration } from '@regionpilot/protocol';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Flags } from '../config/settings.ts';
import { exitHelp } from '../exit.ts';
import { type Moment, momentHelp, parseMoment } from '../moment.ts';

/** Carries out what a command line asked for; the program keeps its exit code. */
export type Go<Request> = (request: Request) => Promise<void>;

/** Which bus, how to reach it, and what all commands on it have in common. */
export function withBus(command: Command): Command {
  return withBusFlags(command)
    .option('--config <path>', 'YAML or JSON: bus, topics, aggregator, policy, groups')
    .option('--context <name>', 'a named deployment (env REGIONPILOT_CONTEXT)')
    .option('--json', 'data as JSON');
}

/** Which bus, and how to reach it. */
export function withBusFlags(command: Command): Command {
  return command
    .addOption(new Option('--bus <kind>', 'which bus').choices(['kafka', 'embedded']))
    .option('--brokers <host:port,…>', 'Kafka brokers (env REGIONPILOT_KAFKA_BROKERS)')
    .option('--file <path>', 'SQLite file of the embedded bus (env REGIONPILOT_BUS_FILE)')
    .option('--prefix <prefix>', 'topic prefix (env REGIONPILOT_PREFIX, default regionpilot.)')
    .option('--tls', 'encrypt, trusting the system (env REGIONPILOT_KAFKA_TLS=1)')
    .option('--tls-ca-file <path>', 'PEM to trust (env REGIONPILOT_KAFKA_TLS_CA_FILE)')
    .option('--sasl-mechanism <name>', 'env REGIONPILOT_KAFKA_SASL_MECHANISM')
    .option('--sasl-username <name>', 'env REGIONPILOT_KAFKA_SASL_USERNAME')
    .option('--sasl-password-file <path>', 'env REGIONPILOT_KAFKA_SASL_PASSWORD_FILE');
}

/** How strong the topics must be. */
export function withTopics(command: Command): Command {
  return command
    .option('--replication <n>', 'copies of each partition, default 3', integer(1, 7))
    .option('--min-insync <n>', 'copies that must confirm, default 2', integer(1, 7))
    .option('--event-partitions <n>', 'partitions of events, default 8', integer(1, 1_000))
    .option('--partial-partitions <n>', 'partitions of partials, default 1', integer(1, 64));
}

export type TelemetryFlags = {
  readonly telemetryPort?: number;
  readonly telemetryHost?: string;
  readonly otlpEndpoint?: string;
  readonly otlpHeadersFile?: string;
};

/** How a service lets itself be watched. */
export function withTelemetry(command: Command): Command {
  return command
    .option(
      '--telemetry-port <n>',
      'serve /metrics, /healthz and /readyz on this port',
      integer(0, 65_535),
    )
    .option('--telemetry-host <host>', 'address to listen on (default 127.0.0.1)')
    .option('--otlp-endpoint <url>', 'push metrics there (env OTEL_EXPORTER_OTLP_ENDPOINT)')
    .option('--otlp-headers-file <path>', 'lines "name: value" to send along');
}

export type ApiFlags = {
  readonly apiPort?: number;
  readonly apiHost?: string;
  readonly apiTokensFile?: string;
  readonly grafanaUrl?: string;
};

/** Where the console and the HTTP API listen, and who may use them. */
export function withApi(command: Command): Command {
  return command
    .option('--api-port <n>', 'serve the console and the HTTP API on this port', integer(0, 65_535))
    .option(
      '--api-host <host>',
      'address to listen on (default 127.0.0.1); any other wants access control',
    )
    .option('--api-tokens-file <path>', 'who may use them: see "regionpilot token"')
    .option('--grafana-url <url>', 'where the console finds Grafana');
}

export function withExamples(command: Command, ...examples: readonly string[]): Command {
  const lines = examples.map((example) => `  $ ${example}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${lines}\n${exitHelp}`);
}

export function integer(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Wanted a whole number from ${minimum} to ${maximum}.`);
  };
}

export function duration(minimumMs: number, maximumMs: number, words: string) {
  return (text: string): number => {
    const ms = parseDuration(text);
    if (ms !== null && ms >= minimumMs && ms <= maximumMs) return ms;
    throw new InvalidArgumentError(`Wanted ${words}, for example 30m, 90s or 1h30m.`);
  };
}

export function moment(text: string): Moment {
  const parsed = parseMoment(text);
  if (parsed !== null) return parsed;
  throw new InvalidArgumentError(`Wanted a time: ${momentHelp}.`);
}

/** For options that may be given again. */
export function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

export type { Flags };
