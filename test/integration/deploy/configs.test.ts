// Configuration files of the compose file, read by the programs they are for.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { skipWithoutPrometheus } from '../../support/prometheus.ts';
import { obtainProgram } from '../../support/prometheus-binary.ts';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'regionpilot-configs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const prometheusYaml = readFileSync(join(root, 'deploy/compose/prometheus.yml'), 'utf8');

/** promtool's opinion of a config; the rules are where they are here. */
function check(yaml: string): { readonly ok: boolean; readonly said: string } {
  const path = join(folder, 'prometheus.yml');
  const config = parse(yaml.replaceAll('/etc/prometheus/rules/', `${root}/grafana/prometheus/`));
  // Prometheus 2 does not know the section that says which pushed attributes become labels.
  if (majorVersion() < 3) delete config.otlp;
  writeFileSync(path, stringify(config));
  const { status, stdout, stderr } = spawnSync(promtool(), ['check', 'config', path]);
  return { ok: status === 0, said: `${stdout}${stderr}` };
}

function promtool(): string {
  const { path = 'prometheus' } = obtainProgram('prometheus') ?? {};
  return path.includes('/') ? join(dirname(path), 'promtool') : 'promtool';
}

function majorVersion(): number {
  const { stdout, stderr } = spawnSync(promtool(), ['--version']);
  return Number(/version (\d+)/.exec(`${stdout}${stderr}`)?.[1]);
}

test.skipIf(skipWithoutPrometheus('promtool'))(
  'promtool accepts the Prometheus config with its rules, and would refuse a wrong one',
  () => {
    const { ok, said } = check(prometheusYaml);
    expect(ok, said).toBe(true);
    expect(check(prometheusYaml.replace('scrape_configs', 'scrap_configs')).ok).toBe(false);
    expect(check(prometheusYaml.replace('rules.yml', 'no-rules.yml')).ok).toBe(false);
  },
);

/** Compose itself is asked where it is installed; what it would find is also a unit test. */
const compose = (...words: readonly string[]) =>
  spawnSync('docker', ['compose', ...words], { cwd: root });

if (compose('version').status === 0) {
  test('compose accepts the file in every profile', () => {
    for (const profile of ['core', 'observability', 'demo']) {
      const { status, stderr } = compose('--profile', profile, 'config', '--quiet');
      expect(status, String(stderr)).toBe(0);
    }
  });
}
