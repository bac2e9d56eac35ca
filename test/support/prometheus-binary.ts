// Where Alertmanager, Prometheus and promtool come from: PATH, else Debian's packages, taken apart in a cache
// folder. They are not installed, since that would start services and own /etc.
//
// Debian's Alertmanager reads its templates from a fixed path below /usr/share. In the copy here the
// path's first character is a dot instead of a slash, which makes it one below the working folder.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { howToForbid, mayFetch } from './once-per-run.ts';

export type PrometheusProgram = 'alertmanager' | 'prometheus' | 'promtool';

export type Program = {
  readonly path: string;
  /** Where it must be started. */
  readonly folder: string;
};

const programs = {
  alertmanager: {
    variable: 'REGIONPILOT_ALERTMANAGER',
    names: ['prometheus-alertmanager', 'alertmanager'],
    debian: 'prometheus-alertmanager',
    binary: 'prometheus-alertmanager',
  },
  prometheus: {
    variable: 'REGIONPILOT_PROMETHEUS',
    names: ['prometheus'],
    debian: 'prometheus',
    binary: 'prometheus',
  },
  promtool: {
    variable: 'REGIONPILOT_PROMTOOL',
    names: ['promtool'],
    debian: 'prometheus',
    binary: 'promtool',
  },
} as const;

const repository = join(import.meta.dirname, '../..');
const cache = join(repository, 'node_modules/.cache/regionpilot/debian');
const fetchWithinMs = 240_000;

/** How to get them; also the text of every skip. */
export const missingPrometheus =
  'alertmanager and prometheus are not on PATH and cannot be fetched by apt-get: install them or set REGIONPILOT_ALERTMANAGER and REGIONPILOT_PROMETHEUS to their paths';

/** The program, without fetching anything, or null. */
export function findProgram(program: PrometheusProgram): Program | null {
  const { variable, names, debian, binary } = programs[program];
  const named = process.env[variable];
  const installed = (named === undefined ? names : [named]).map((path) => ({ path, folder: '/' }));
  const folder = join(cache, debian);
  const cached = { path: join(folder, 'usr/bin', binary), folder };
  const candidates = named === undefined ? [...installed, cached] : installed;
  return candidates.find(({ path }) => succeeds(path, ['--version'])) ?? null;
}

/** The program, its package fetched if need and right be, or null. */
export function obtainProgram(program: PrometheusProgram): Program | null {
  const found = findProgram(program);
  if (found !== null || process.env[programs[program].variable] !== undefined) return found;
  if (!mayFetch() || !succeeds('apt-get', ['--version'])) return null;
  const { debian } = programs[program];
  console.error(`Fetching ${debian} by apt-get into ${cache} (${howToForbid})`);
  if (!fetchPackage(debian)) {
    // Lists that are missing or old; only root may renew them.
    succeeds('apt-get', ['update']);
    fetchPackage(debian);
  }
  return findProgram(program);
}

function fetchPackage(debian: string): boolean {
  const arriving = join(cache, `${debian}.${process.pid}`);
  mkdirSync(arriving, { recursive: true });
  try {
    const options = { cwd: arriving, timeout: fetchWithinMs, stdio: 'pipe' } as const;
    execFileSync('apt-get', ['download', '-q', debian], options);
    const file = readdirSync(arriving).find((name) => name.endsWith('.deb'));
    if (file === undefined) return false;
    execFileSync('dpkg-deb', ['-x', file, 'root'], options);
    const root = join(arriving, 'root');
    relocate(root, join(root, 'usr/bin', debian));
    if (!existsSync(join(cache, debian))) renameSync(root, join(cache, debian));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(arriving, { recursive: true, force: true });
  }
}

function relocate(root: string, binary: string): void {
  symlinkSync('usr', join(root, '.usr'));
  const fixed = Buffer.from('/usr/share/prometheus/alertmanager');
  const bytes = readFileSync(binary);
  for (let at = bytes.indexOf(fixed); at !== -1; at = bytes.indexOf(fixed, at))
    bytes.write('.', at);
  writeFileSync(binary, bytes);
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { timeout: fetchWithinMs }).status === 0;
}
