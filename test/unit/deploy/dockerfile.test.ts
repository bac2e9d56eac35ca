// What the image promises, as far as its recipe shows it.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { composeFile, mountsOf } from '../../support/compose-file.ts';

const root = join(import.meta.dirname, '../../..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const recipe = text('Dockerfile');
const runtime = recipe.slice(recipe.indexOf(' AS runtime'));
const manifest = JSON.parse(text('package.json'));

test('the image runs the Node that the tests run on', () => {
  expect(recipe).toMatch(new RegExp(`NODE_IMAGE=node:${manifest.devDependencies.node}-\\S+slim`));
});

test('it is nobody in particular, asks itself whether it is well, and is the command', () => {
  expect(runtime).toMatch(/^USER [1-9]\d*:\d+$/m);
  expect(runtime).toMatch(/^HEALTHCHECK [\s\S]*?CMD \["node"/m);
  expect(runtime).toMatch(/^ENTRYPOINT \["regionpilot"\]$/m);
  expect(text('cli/main.ts')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test('compose asks the same question as the image', () => {
  const { healthcheck, user } = composeFile().services['aggregator-1'] ?? {};
  const [, question] = /CMD (\[.*\])$/m.exec(recipe) ?? [];
  expect(healthcheck?.test).toEqual(['CMD', ...JSON.parse(question ?? '[]')]);
  expect(runtime).toContain(`USER ${user}`);
});

test('nothing installs or builds in what runs', () => {
  expect(runtime).not.toMatch(/npm (ci|install|run)|apt-get|apk add|yarn (add|install)/);
  for (const tool of ['npm', 'npx', 'corepack', 'yarn']) expect(runtime).toMatch(tool);
});

test('the console is built inside, of its sources, and comes along as a package without its tools', () => {
  const stage = recipe.slice(recipe.indexOf(' AS console'), recipe.indexOf(' AS install'));
  expect(stage).toMatch(/npm run build --workspace console/);
  expect(recipe).toContain('--from=console /app/console/dist ./node_modules/@regionpilot/console/');
  expect(recipe).toMatch(/rm -rf console /);
  expect(runtime).not.toContain('--from=console');
  const kept = text('.dockerignore').split('\n');
  for (const line of ['!console', '!tsconfig.json', 'console/dist', '**/node_modules']) {
    expect(kept).toContain(line);
  }
  expect(kept.indexOf('console/dist')).toBeGreaterThan(kept.indexOf('!console'));
});

test('folders for volumes belong to whom the image runs as', () => {
  const { user } = composeFile().services['tokens'] ?? {};
  expect(runtime).toContain(`chown -R ${user} /var/lib/regionpilot`);
  const targets = mountsOf(composeFile().services['tokens'] ?? { image: '' });
  for (const { target } of targets) expect(runtime).toMatch(new RegExp(`mkdir -p .*${target}`));
});

test('every package that the command needs is let into the build', () => {
  const kept = text('.dockerignore').split('\n');
  expect(kept).toContain('!*/package.json');
  for (const name of needed('cli')) expect(kept, name).toContain(`!${name}`);
});

/** A workspace and all it depends on, among ours. */
function needed(workspace: string, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(workspace) || !existsSync(join(root, workspace))) return found;
  found.add(workspace);
  const { dependencies = {} } = JSON.parse(text(`${workspace}/package.json`));
  for (const name of Object.keys(dependencies)) {
    if (name.startsWith('@regionpilot/')) needed(name.slice('@regionpilot/'.length), found);
  }
  return found;
}
