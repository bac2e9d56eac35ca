// Real Alertmanager and Prometheus on loopback, for oracles and for the race against them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endChild, startChild } from './children.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { oncePerRun } from './once-per-run.ts';
import {
  missingPrometheus,
  obtainProgram,
  type Program,
  type PrometheusProgram,
} from './prometheus-binary.ts';

export type RunningProgram = {
  readonly url: string;
  readonly port: number;
  /** What it printed so far. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
};

/** Whether both can be had here. Asked once per run, while suites are collected. */
export const prometheusRuns: 'local' | 'none' = await oncePerRun(
  'REGIONPILOT_TEST_PROMETHEUS',
  ['local', 'none'],
  async () => {
    const all = (['alertmanager', 'prometheus'] as const).map(obtainProgram);
    return all.includes(null) ? 'none' : 'local';
  },
);

/**
 * Says loudly that a suite is skipped for want of them, and answers whether to skip it.
 * @throws {Error} under `CI=true`, where a skip would be a lie.
 */
export function skipWithoutPrometheus(suite: string): boolean {
  if (prometheusRuns === 'local') return false;
  if (process.env['CI'] === 'true') throw new Error(`${suite}: ${missingPrometheus}`);
  console.warn(`SKIPPED ${suite}: ${missingPrometheus}`);
  return true;
}

export type AlertmanagerOptions = {
  /** Its configuration file, as YAML or as the object that it says. */
  readonly config: string | object;
  /** More arguments, for example `['--log.level=debug']`. */
  readonly args?: readonly string[];
};

/**
 * Starts one alone, without peers, and resolves when it is ready.
 * @throws {Error} when there is none here, with the cure, or with its last words.
 */
export async function startAlertmanager(options: AlertmanagerOptions): Promise<RunningProgram> {
  const found = obtainProgram('alertmanager');
  return launch('alertmanager', found, options.config, {}, (folder, port) => [
    `--config.file=${join(folder, 'config.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    ...(options.args ?? []),
  ]);
}

export type PrometheusOptions = {
  /** `host:port` of what is scraped at `/metrics`. */
  readonly targets: readonly string[];
  /** Rule groups as the object that a rule file says. Default: none. */
  readonly rules?: object;
  /** `host:port` of each Alertmanager. Default: none. */
  readonly alertmanagers?: readonly string[];
  /** For scrapes and rules. Default `1s`. */
  readonly interval?: string;
  /** Put into the `global` section, the sections `scrape_configs` and so on; wins over ours. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Its path. Default: what is on PATH, else the packaged one. */
  readonly binary?: string;
  readonly args?: readonly string[];
};

/** Starts one and resolves when it is ready. Throws as `startAlertmanager` does. */
export async function startPrometheus(options: PrometheusOptions): Promise<RunningProgram> {
  const interval = options.interval ?? '1s';
  const config = {
    global: { scrape_interval: interval, evaluation_interval: interval },
    rule_files: ['rules.yml'],
    scrape_configs: [{ job_name: 'targets', static_configs: [{ targets: options.targets }] }],
    alerting: {
      alertmanagers: [{ static_configs: [{ targets: options.alertmanagers ?? [] }] }],
    },
    ...options.config,
  };
  const files = { 'rules.yml': JSON.stringify(options.rules ?? { groups: [] }) };
  const { binary } = options;
  const found = binary === undefined ? obtainProgram('prometheus') : { path: binary, folder: '/' };
  return launch('prometheus', found, config, files, (folder, port) => [
    `--config.file=${join(folder, 'config.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    ...(options.args ?? []),
  ]);
}

async function launch(
  program: PrometheusProgram,
  found: Program | null,
  config: string | object,
  files: Readonly<Record<string, string>>,
  argsIn: (folder: string, port: number) => readonly string[],
): Promise<RunningProgram> {
  if (found === null) throw new Error(missingPrometheus);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), `regionpilot-${program}-`));
  // JSON is YAML.
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  for (const [name, content] of Object.entries({ ...files, 'config.yml': text })) {
    writeFileSync(join(folder, name), content);
  }
  const { child, ended, output } = startChild(found.path, argsIn(folder, port), found.folder);
  const stop = async (): Promise<void> => {
    await endChild(child, 'SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(url, ended);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, port, output, stop };
}

async function untilReady(url: string, ended: () => string | null): Promise<void> {
  const isReady = await eventually(async () => {
    if (ended() !== null) return false;
    const { status } = await fetch(`${url}/-/ready`);
    if (status !== 200) throw new Error(`not ready: HTTP ${status}`);
    return true;
  }, 30_000);
  if (!isReady) throw new Error(`It ended: ${ended()}`);
}
