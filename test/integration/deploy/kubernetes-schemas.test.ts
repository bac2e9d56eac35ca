// The manifests against Kubernetes' own schemas, unknown fields refused: what `kubectl apply` with
// strict validation would say, without a cluster. The schemas come with kubernetes-validate (PyPI).

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { howToForbid, mayFetch } from '../../support/once-per-run.ts';

const root = join(import.meta.dirname, '../../..');
const manifests = join(root, 'deploy/kubernetes');
const validator = 'kubernetes-validate==1.37.0';
const cache = join(root, 'node_modules/.cache/regionpilot/python', validator);
const fetchWithinMs = 240_000;
/** The oldest and the newest Kubernetes that the validator knows. */
const versions = ['1.25', '1.37'];

const resources: readonly string[] = parse(
  readFileSync(join(manifests, 'kustomization.yaml'), 'utf8'),
).resources;
const examples = readdirSync(join(manifests, 'examples')).map((name) => `examples/${name}`);

function python(words: readonly string[], timeout?: number) {
  const env = { ...process.env, PYTHONPATH: cache };
  const { status, stdout, stderr, error } = spawnSync('python3', words, {
    cwd: manifests,
    encoding: 'utf8',
    env,
    timeout,
  });
  return { ok: status === 0, said: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}` };
}

const validated = (version: string, ...files: readonly string[]) =>
  python(['-m', 'kubernetes_validate', '--strict', '-k', version, ...files]);

/** Installs it into the cache folder if need and right be; answers why it is not here, or null. */
function missingValidator(): string | null {
  if (existsSync(join(cache, 'kubernetes_validate'))) return null;
  if (!mayFetch()) return 'REGIONPILOT_TEST_FETCH=never and nothing is cached';
  console.error(`Fetching ${validator} by pip into ${cache} (${howToForbid})`);
  const words = ['-m', 'pip', 'install', '--quiet', '--target', cache, validator];
  const { ok, said } = python(words, fetchWithinMs);
  return ok ? null : `pip cannot install ${validator}: ${said}`;
}

function skip(): boolean {
  const reason = missingValidator();
  if (reason === null) return false;
  if (process.env['CI'] === 'true') throw new Error(reason);
  console.warn(`SKIPPED the manifests against Kubernetes' schemas: ${reason}`);
  return true;
}

describe.skipIf(skip())('the manifests', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'regionpilot-manifests-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(versions)('Kubernetes %s knows every kind and field', (version) => {
    const { ok, said } = validated(version, ...resources, ...examples);
    expect(ok, said).toBe(true);
    // A kind without a schema would only be a warning.
    expect(said).not.toMatch(/WARN|ERROR/);
    for (const file of [...resources, ...examples]) expect(said).toContain(`${file} passed`);
  });

  test.each([
    ['a field with a typo', 'replicas:', 'replica:'],
    ['a typo deep inside', 'readOnlyRootFilesystem', 'readonlyRootFilesystem'],
    ['a word where a number belongs', 'replicas: 2', 'replicas: two'],
  ])('%s is refused', (_what, right, wrong) => {
    const path = join(folder, 'aggregator.yaml');
    const text = readFileSync(join(manifests, 'aggregator.yaml'), 'utf8');
    expect(text).toContain(right);
    writeFileSync(path, text.replace(right, wrong));
    const { ok, said } = validated('1.37', path);
    expect(ok).toBe(false);
    expect(said).toContain('did not validate');
  });
});
