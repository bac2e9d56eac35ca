// Prometheus' own checker of rule files, and its tester.

import { spawnSync } from 'node:child_process';
import { oncePerRun } from './once-per-run.ts';
import { obtainProgram } from './prometheus-binary.ts';

const missing =
  'promtool is not on PATH and cannot be fetched by apt-get: install it or set REGIONPILOT_PROMTOOL to its path';

/** Whether it can be had here. Asked once per run, while suites are collected. */
const promtoolRuns: 'local' | 'none' = await oncePerRun(
  'REGIONPILOT_TEST_PROMTOOL',
  ['local', 'none'],
  async () => (obtainProgram('promtool') === null ? 'none' : 'local'),
);

/**
 * Says loudly that a suite is skipped for want of it, and answers whether to skip it.
 * @throws {Error} under `CI=true`, where a skip would be a lie.
 */
export function skipWithoutPromtool(suite: string): boolean {
  if (promtoolRuns === 'local') return false;
  if (process.env['CI'] === 'true') throw new Error(`${suite}: ${missing}`);
  console.warn(`SKIPPED ${suite}: ${missing}`);
  return true;
}

export type Verdict = { readonly passed: boolean; readonly output: string };

/** For example `promtool('check', 'rules', file)`. */
export function promtool(...args: readonly string[]): Verdict {
  const program = obtainProgram('promtool');
  if (program === null) throw new Error(missing);
  const { status, stdout, stderr } = spawnSync(program.path, args, {
    encoding: 'utf8',
    timeout: 100_000,
  });
  return { passed: status === 0, output: `${stdout}${stderr}` };
}
