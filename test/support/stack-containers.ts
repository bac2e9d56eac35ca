// The compose file brought up as containers, with a project name and ports of its own: everything but
// the services that only look on (collector, Prometheus, Grafana).

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StatusReport } from '../../cli/status/report.ts';
import { composeFile } from './compose-file.ts';
import { eventually } from './eventually.ts';
import { freePorts } from './free-port.ts';
import { engineEnvironment, type StackImages } from './stack-engine.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const config = '--config=/etc/regionpilot/regionpilot.yaml';

type Inbox = { readonly pages: readonly { readonly title: string; readonly state: string }[] };

export type ContainerStack = {
  /** `docker compose …` on this project; answers what it printed. */
  readonly compose: (...words: readonly string[]) => Promise<string>;
  /** A program in a running service. */
  readonly exec: (service: string, ...words: readonly string[]) => Promise<string>;
  /** Starts every service that is not running; ready or not, see `untilDecisionReady`. */
  readonly up: () => Promise<void>;
  /** The API at its published port, with the token of the one-shot unless another is given. */
  readonly api: (path: string, bearer?: string) => Promise<Response>;
  /** `regionpilot status --json`, asked in a container. */
  readonly status: () => Promise<StatusReport>;
  readonly inbox: () => Promise<Inbox>;
  /** Ends it and forgets its data. */
  readonly down: () => Promise<void>;
  /** Ids of what the engine still has of it. */
  readonly remains: (what: 'container' | 'volume' | 'network') => Promise<readonly string[]>;
};

/** Nothing is started yet. */
export async function containerStack(
  project: string,
  images: StackImages,
): Promise<ContainerStack> {
  const [kafkaPort, inboxPort, consolePort] = await freePorts(3);
  const env = {
    ...engineEnvironment,
    ...images,
    KAFKA_PORT: String(kafkaPort),
    INBOX_PORT: String(inboxPort),
    CONSOLE_PORT: String(consolePort),
    // There is no collector.
    OTEL_EXPORTER_OTLP_ENDPOINT: '',
  };
  const ours = ['compose', '-p', project, '--profile', 'core', '--profile', 'demo'];
  const compose = async (...words: readonly string[]): Promise<string> => {
    const options = { cwd: root, env, maxBuffer: 50e6 };
    return (await run('docker', [...ours, ...words], options)).stdout;
  };
  const exec = (service: string, ...words: readonly string[]): Promise<string> =>
    compose('exec', '-T', service, ...words);
  return {
    compose,
    exec,
    up: async () => {
      await compose('up', '--detach', '--no-build', ...servicesAtWork()).catch(async (cause) => {
        throw new Error(`compose up failed:\n${await compose('logs', '--tail', '10')}`, { cause });
      });
    },
    api: async (path, bearer) => {
      const token = bearer ?? tokenIn(await compose('logs', '--no-log-prefix', 'tokens'));
      const headers = { authorization: `Bearer ${token}` };
      return fetch(`http://127.0.0.1:${consolePort}${path}`, { headers });
    },
    status: async () => {
      const json = await exec('aggregator-1', 'regionpilot', 'status', '--json', config);
      return JSON.parse(json) as StatusReport;
    },
    inbox: async () => (await fetch(`http://127.0.0.1:${inboxPort}/`)).json() as Promise<Inbox>,
    down: async () => {
      await compose('down', '--volumes', '--timeout', '5');
    },
    remains: async (what) => {
      const filter = `label=com.docker.compose.project=${project}`;
      const all = what === 'container' ? ['--all'] : [];
      const words = [what, 'ls', ...all, '--quiet', '--filter', filter];
      return (await run('docker', words, { env })).stdout.split('\n').filter((id) => id !== '');
    },
  };
}

export type StartTimes = {
  /** Until `docker compose up` returned: every container runs, none need be ready. */
  readonly startedMs: number;
  readonly readyMs: number;
};

/**
 * Brings the stack up and waits until it would decide: both aggregators are ready, and the group has an
 * owner that answers and acts. Nothing else stands between a failing region and a decision.
 */
export async function startTimes(stack: ContainerStack, withinMs: number): Promise<StartTimes> {
  const began = performance.now();
  const sinceMs = (): number => Math.round(performance.now() - began);
  await stack.up();
  const startedMs = sinceMs();
  await eventually(async () => {
    for (const name of ['aggregator-1', 'aggregator-2']) await stack.exec(name, 'node', '-e', ask);
    const reason = notReady(await stack.status());
    if (reason !== null) throw new Error(reason);
  }, withinMs);
  return { startedMs, readyMs: sinceMs() };
}

/** Why nobody would decide for the one group of the stack, or null. */
export function notReady({ groups: [group] }: StatusReport): string | null {
  if (group?.heartbeat?.stale !== false) return 'no owner answers for the group';
  return group.tilt === null ? null : `the owner only watches: ${group.tilt}`;
}

const ask =
  "fetch('http://127.0.0.1:9464/readyz').then(async (r) => r.ok || (console.error(await r.text()), process.exit(1)))";

/** As a person would find it in the one-shot's log. */
function tokenIn(log: string): string {
  return /\brp_admin_\w{12}_[\w-]{43}/.exec(log)?.[0] ?? '';
}

function servicesAtWork(): readonly string[] {
  return Object.entries(composeFile().services)
    .filter(([, { profiles = [] }]) => !profiles.includes('observability'))
    .map(([name]) => name);
}
