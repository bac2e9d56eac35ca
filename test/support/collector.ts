// A real OpenTelemetry Collector on loopback, with the config of the compose file.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { endChild, startChild } from './children.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { goProgram } from './go-binary.ts';

export type RunningCollector = {
  /** OTLP/HTTP base address for RegionPilot's own processes, which Prometheus scrapes. */
  readonly forScraped: string;
  /** The same for everybody else: it goes on to Prometheus. */
  readonly forPushed: string;
  readonly stop: () => Promise<void>;
};

export const collectorYaml: string = readFileSync(
  join(import.meta.dirname, '../../deploy/compose/otel-collector.yaml'),
  'utf8',
);

/** The Collector's opinion of a config: empty when it takes it. */
export function collectorRefuses(yaml: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'regionpilot-otelcol-'));
  const path = join(folder, 'config.yaml');
  writeFileSync(path, yaml);
  const { status, stderr } = spawnSync(goProgram('otelcol'), ['validate', `--config=${path}`]);
  rmSync(folder, { recursive: true });
  return status === 0 ? '' : String(stderr);
}

/** Starts one and resolves when it listens. @throws {Error} with its last words. */
export async function startCollector(prometheusUrl: string): Promise<RunningCollector> {
  const [scraped, pushed, own] = [await freePort(), await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'regionpilot-otelcol-'));
  const path = join(folder, 'config.yaml');
  writeFileSync(path, onLoopback({ scraped, pushed, own }, prometheusUrl));
  const { child, ended } = startChild(goProgram('otelcol'), [`--config=${path}`]);
  const stop = async (): Promise<void> => {
    await endChild(child, 'SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  const at = (port: number): string => `http://127.0.0.1:${port}`;
  try {
    const listens = await eventually(async () => {
      if (ended() !== null) return false;
      await Promise.all([scraped, pushed].map((port) => fetch(at(port))));
      return true;
    }, 30_000);
    if (!listens) throw new Error(`It ended: ${ended()}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { forScraped: at(scraped), forPushed: at(pushed), stop };
}

/** The compose file's config with the addresses of this run. */
function onLoopback(
  ports: { readonly scraped: number; readonly pushed: number; readonly own: number },
  prometheusUrl: string,
): string {
  const config = parse(collectorYaml);
  const { receivers, exporters, service } = config;
  receivers['otlp/regionpilot'].protocols.http.endpoint = `127.0.0.1:${ports.scraped}`;
  receivers['otlp/hosts'].protocols.http.endpoint = `127.0.0.1:${ports.pushed}`;
  exporters['otlphttp/prometheus'].endpoint = `${prometheusUrl}/api/v1/otlp`;
  const [reader] = service.telemetry.metrics.readers;
  Object.assign(reader.pull.exporter.prometheus, { host: '127.0.0.1', port: ports.own });
  return stringify(config);
}
