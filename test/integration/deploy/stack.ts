// The processes of the compose file without containers: the same programs, command lines and mounted
// files, with the names that a container network would resolve replaced by addresses on loopback.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Child, endChild, startChild } from '../../support/children.ts';
import {
  type ComposeFile,
  type ComposeService,
  composeFile,
  mountsOf,
} from '../../support/compose-file.ts';

const root = join(import.meta.dirname, '../../..');

/** `[what, by what]`, applied to command lines, environment and mounted files alike. */
export type Replacements = readonly (readonly [string, string])[];

export type StartOptions = {
  readonly replacements?: Replacements;
  readonly env?: Readonly<Record<string, string>>;
};

export type Stack = {
  /** Starts a service and forgets the process it had before. */
  readonly start: (name: string, options?: StartOptions) => Child;
  /** Asks every process to end and answers their exit codes, by service. */
  readonly stop: () => Promise<Readonly<Record<string, number | null>>>;
};

/** Where on loopback the names of the compose file are. */
export type Places = {
  readonly brokers: readonly string[];
  /** Of topics and consumer groups, since the Kafka is not ours alone. */
  readonly prefix: string;
  /** Region → port of its Redis. */
  readonly redisPorts: Readonly<Record<string, number>>;
  readonly inboxPort: number;
};

export function onLoopback({ brokers, prefix, redisPorts, inboxPort }: Places): Replacements {
  return [
    ['[kafka:9092]', JSON.stringify(brokers)],
    ['kafka:9092', brokers.join(',')],
    ...Object.entries(redisPorts).map(
      ([region, port]) => [`redis-${region}:6379`, `127.0.0.1:${port}`] as const,
    ),
    ['inbox:8080', `127.0.0.1:${inboxPort}`],
    ['allow: [', 'allow: [127.0.0.0/8, '],
    ['replication: 1', `replication: 1\n  prefix: ${prefix}`],
    ['groups:\n', `aggregator: { consumerGroup: ${prefix}aggregator }\n\ngroups:\n`],
    ['http://otel-collector:4318', ''],
    ['host=0.0.0.0', 'host=127.0.0.1'],
    ['api-port=7400', 'api-port=0'],
  ];
}

export function openStack(addresses: Replacements): Stack {
  const file = composeFile();
  const folder = mkdtempSync(join(tmpdir(), 'regionpilot-stack-'));
  const running = new Map<string, Child>();
  const start = (name: string, { replacements = [], env = {} }: StartOptions = {}): Child => {
    const service = file.services[name];
    if (service === undefined) throw new Error(`no service ${name}`);
    const names = [...replacements, ...addresses, ...secretsOf(file)];
    const all = [...mountedCopies(service, folder, names), ...names];
    const variables = Object.entries({ ...service.environment, ...env });
    const child = startChild('env', [
      '-i',
      `PATH=${process.env['PATH']}`,
      ...variables.map(([key, value]) => `${key}=${replaced(String(value), all)}`),
      process.execPath,
      ...programOf(service),
      ...(service.command ?? []).map((word) => replaced(word, all)),
    ]);
    running.set(name, child);
    return child;
  };
  const stop = async (): Promise<Readonly<Record<string, number | null>>> => {
    const children = [...running];
    await Promise.all(children.map(([, { child }]) => endChild(child, 'SIGTERM')));
    rmSync(folder, { recursive: true, force: true });
    return Object.fromEntries(children.map(([name, { child }]) => [name, child.exitCode]));
  };
  return { start, stop };
}

/** The image's entry point, unless the service has one of its own. */
function programOf({ entrypoint }: ComposeService): readonly string[] {
  const inImage = entrypoint?.slice(1) ?? ['/app/cli/main.ts'];
  return inImage.map((path) => path.replace(/^\/app\//, `${root}/`));
}

/** Each mounted file as a copy in which names are addresses; each volume as a folder of this stack. */
function mountedCopies(service: ComposeService, folder: string, names: Replacements): Replacements {
  return mountsOf(service).map(({ source, target }) => {
    const here = join(folder, basename(source));
    if (source.startsWith('/')) writeFileSync(here, replaced(readFileSync(source, 'utf8'), names));
    else mkdirSync(here, { recursive: true });
    return [target, here];
  });
}

function secretsOf({ secrets }: ComposeFile): Replacements {
  return Object.entries(secrets).map(([name, { file }]) => [
    `/run/secrets/${name}`,
    join(root, file),
  ]);
}

function replaced(text: string, replacements: Replacements): string {
  return replacements.reduce((result, [what, by]) => result.replaceAll(what, by), text);
}
