// Programs in Go that no package brings: built from modules whose every sum is written beside them (go/),
// once, into a cache folder named after what they were made of.
//
// Prometheus comes without its service discoveries, which are most of it, and without its pages.

import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { howToForbid, mayFetch, oncePerRun } from './once-per-run.ts';

export type GoProgram = 'otelcol' | 'prometheus' | 'promtool';

const programs = {
  otelcol: { module: 'collector', variable: 'REGIONPILOT_OTELCOL' },
  prometheus: { module: 'prometheus', variable: 'REGIONPILOT_PROMETHEUS_3' },
  promtool: { module: 'prometheus', variable: 'REGIONPILOT_PROMTOOL_3' },
} as const;

const packages = {
  collector: ['.'],
  prometheus: ['prometheus', 'promtool'].map(
    (name) => `github.com/prometheus/prometheus/cmd/${name}`,
  ),
} as const;
type GoModule = keyof typeof packages;

const sources = join(import.meta.dirname, 'go');
const cache = join(import.meta.dirname, '../../node_modules/.cache/regionpilot/go');
const buildWithinMs = 1_500_000;

const missing =
  'An OpenTelemetry Collector and a Prometheus 3 cannot be built: install Go 1.26 or newer, or set REGIONPILOT_OTELCOL, REGIONPILOT_PROMETHEUS_3 and REGIONPILOT_PROMTOOL_3 to their paths';

/** Whether all can be had here. Asked once per run, while suites are collected. */
const goProgramsRun: 'local' | 'none' = await oncePerRun(
  'REGIONPILOT_TEST_GO_PROGRAMS',
  ['local', 'none'],
  async () => {
    for (const program of Object.keys(programs) as GoProgram[]) {
      if (find(program) === null && !(await build(program))) return 'none';
    }
    return 'local';
  },
);

/**
 * Says loudly that a suite is skipped for want of them, and answers whether to skip it.
 * @throws {Error} under `CI=true`, where a skip would be a lie.
 */
export function skipWithoutGoPrograms(suite: string): boolean {
  if (goProgramsRun === 'local') return false;
  if (process.env['CI'] === 'true') throw new Error(`${suite}: ${missing}`);
  console.warn(`SKIPPED ${suite}: ${missing}`);
  return true;
}

/** Its path. @throws {Error} when there is none here, with the cure. */
export function goProgram(program: GoProgram): string {
  const path = find(program);
  if (path === null) throw new Error(missing);
  return path;
}

function find(program: GoProgram): string | null {
  const { module, variable } = programs[program];
  const path = process.env[variable] ?? join(folderOf(module), program);
  return existsSync(path) ? path : null;
}

function folderOf(module: GoModule): string {
  return join(cache, `${module}-${fingerprint(module)}`);
}

function fingerprint(module: GoModule): string {
  const hash = createHash('sha256');
  const folder = join(sources, module);
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}

/** Takes minutes, in which the test runner must stay able to answer. */
async function build(program: GoProgram): Promise<boolean> {
  const { module } = programs[program];
  if (!mayFetch() || spawnSync('go', ['version']).status !== 0) return false;
  const folder = folderOf(module);
  const arriving = `${folder}.${process.pid}/`;
  const startMs = performance.now();
  console.error(`Building ${module} by go into ${folder} (minutes; ${howToForbid})`);
  mkdirSync(arriving, { recursive: true });
  const shape = ['-p', '2', '-trimpath', '-ldflags', '-s -w', '-tags', 'remove_all_sd'];
  try {
    await promisify(execFile)('go', ['build', ...shape, '-o', arriving, ...packages[module]], {
      cwd: join(sources, module),
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false' },
      timeout: buildWithinMs,
    });
    if (!existsSync(folder)) renameSync(arriving, folder);
    console.error(`Built ${module} in ${Math.round((performance.now() - startMs) / 1_000)} s`);
    return true;
  } catch (error) {
    console.error(`go build failed: ${String((error as { stderr?: unknown }).stderr)}`);
    return false;
  } finally {
    rmSync(arriving, { recursive: true, force: true });
  }
}
