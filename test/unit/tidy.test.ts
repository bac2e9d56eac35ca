// What the linter cannot say, or says only while nobody switches it off.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { designPage, withFileMap } from '../../.ci/file-map.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const workspaces = [
  'protocol',
  'bus',
  'agent',
  'aggregator',
  'alerts',
  'telemetry',
  'api',
  'cli',
  'demo',
];

/** Who may import whom: `protocol ← bus ← {agent, aggregator, alerts} ← api ← demo ← cli`, and
 * `protocol ← telemetry ← {demo, cli}`; the console knows the API's contract only. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  bus: ['protocol'],
  agent: ['protocol', 'bus'],
  aggregator: ['protocol', 'bus'],
  alerts: ['protocol', 'bus'],
  telemetry: ['protocol'],
  api: ['protocol', 'bus', 'aggregator', 'alerts'],
  demo: ['protocol', 'bus', 'agent', 'aggregator', 'alerts', 'telemetry', 'api'],
  cli: ['protocol', 'bus', 'agent', 'aggregator', 'alerts', 'telemetry', 'api', 'demo'],
};

type Source = { readonly path: string; readonly workspace: string; readonly text: string };

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === 'node_modules' || name === 'build') return [];
    if (statSync(path).isDirectory()) return sources(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

const all: readonly Source[] = workspaces.flatMap((workspace) =>
  sources(join(root, workspace)).map((path) => ({
    path: relative(root, path),
    workspace,
    text: readFileSync(path, 'utf8'),
  })),
);

function importsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:from\s+|import\s*\(?\s*)['"]([^'"]+)['"]/g)].map(
    ([, name]) => name ?? '',
  );
}

function isPure({ path }: Source): boolean {
  const shell = path.split('/').includes('io');
  return !shell && !['main.ts', 'index.ts'].includes(basename(path));
}

function offenders(
  candidates: readonly Source[],
  offends: (source: Source) => boolean,
): readonly string[] {
  return candidates.filter(offends).map(({ path }) => path);
}

describe('the architecture is visible in the paths', () => {
  test('a pure file imports no runtime, no shell and no client library', () => {
    const pureLibraries = [
      'typebox',
      'typebox/value',
      'typebox/compile',
      'typebox/system',
      'commander',
      'yaml',
      'liquidjs',
      're2js',
    ];
    const impure = (name: string): boolean =>
      name.startsWith('.')
        ? name.split('/').includes('io')
        : !name.startsWith('@regionpilot/') && !pureLibraries.includes(name);
    const found = all.filter(isPure).flatMap(({ path, text }) =>
      importsOf(typeImportsRemoved(text))
        .filter(impure)
        .map((name) => `${path} imports ${name}`),
    );
    expect(found).toEqual([]);
  });

  test('a pure file reads no clock, no luck and no environment', () => {
    const reaches =
      /Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|process\.(env|argv|exit)|set(Timeout|Interval|Immediate)\(/;
    expect(
      offenders(all.filter(isPure), ({ text }) => reaches.test(withoutComments(text))),
    ).toEqual([]);
  });

  test('packages import only in the direction of the arrows', () => {
    const found = all.flatMap(({ path, workspace, text }) =>
      importsOf(text)
        .flatMap((name) => /^@regionpilot\/([a-z]+)/.exec(name)?.[1] ?? [])
        .filter((target) => target !== workspace && !allowed[workspace]?.includes(target))
        .map((target) => `${path} imports ${target}`),
    );
    expect(found).toEqual([]);
  });

  test('a relative import stays within its package', () => {
    const leaves = ({ path, workspace, text }: Source): boolean =>
      importsOf(text).some(
        (name) => name.startsWith('.') && join(dirname(path), name).split('/')[0] !== workspace,
      );
    expect(offenders(all, leaves)).toEqual([]);
  });

  test('kafkajs appears only in its adapter', () => {
    const names = ({ text }: Source): boolean =>
      importsOf(text).some((name) => /^kafkajs/.test(name));
    expect(offenders(all, (each) => names(each) && !each.path.startsWith('bus/kafka/'))).toEqual(
      [],
    );
  });

  test('each package declares exactly the packages it imports', () => {
    for (const workspace of workspaces) {
      const manifest = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
      const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
      const used = all
        .filter((each) => each.workspace === workspace)
        .flatMap(({ text }) => importsOf(text))
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
        .map((name) =>
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        )
        .filter((name) => name !== `@regionpilot/${workspace}`);
      expect([...new Set(used)].sort(), workspace).toEqual(declared.sort());
    }
  });
});

test('the file map of docs/DESIGN.md is what the files say of themselves (npm run map)', () => {
  const page = readFileSync(designPage, 'utf8');
  expect(withFileMap(page)).toBe(page);
});

test('every file says first what it is', () => {
  expect(readFileSync(designPage, 'utf8')).not.toMatch(/\.ts` \|\s*\|/);
});

describe('files a reader can hold in mind', () => {
  test('no file of the product is longer than 300 lines', () => {
    expect(offenders(all, ({ text }) => text.split('\n').length > 301)).toEqual([]);
  });

  test('nothing is left for later without an issue', () => {
    expect(offenders(all, ({ text }) => /\b(TODO|FIXME|XXX)\b/.test(text))).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
}

function typeImportsRemoved(text: string): string {
  return text.replace(/import type [^;]+;/g, '');
}
