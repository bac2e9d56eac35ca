// The compose file's Collector and Prometheus configs, read by the versions they are written for.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collectorRefuses, collectorYaml } from '../../support/collector.ts';
import { goProgram, skipWithoutGoPrograms } from '../../support/go-binary.ts';

const root = join(import.meta.dirname, '../../..');

/** promtool's words against a config; empty when it takes it. */
function prometheusRefuses(yaml: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'regionpilot-configs-'));
  const path = join(folder, 'prometheus.yml');
  writeFileSync(path, yaml.replaceAll('/etc/prometheus/rules/', `${root}/grafana/prometheus/`));
  const { status, stdout, stderr } = spawnSync(goProgram('promtool'), ['check', 'config', path]);
  rmSync(folder, { recursive: true });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

describe.skipIf(skipWithoutGoPrograms('configs of the compose file'))('the compose file', () => {
  test('a real Collector takes its config, and refuses one with a part it does not have', () => {
    expect(collectorRefuses(collectorYaml)).toBe('');
    expect(collectorRefuses(collectorYaml.replace('batch: {', 'bach: {'))).toContain('bach');
  });

  test('Prometheus 3 takes its config, OTLP section and rules included, and refuses a wrong one', () => {
    const yaml = readFileSync(join(root, 'deploy/compose/prometheus.yml'), 'utf8');
    expect(prometheusRefuses(yaml)).toBe('');
    expect(prometheusRefuses(yaml.replace('promote_resource', 'promot_resource'))).toContain(
      'promot_resource_attributes',
    );
    expect(prometheusRefuses(yaml.replace('rules.yml', 'no-rules.yml'))).not.toBe('');
  });
});
