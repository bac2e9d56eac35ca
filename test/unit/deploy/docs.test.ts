// docs/deployment.md against what it speaks of: commands, topics, variables and profiles.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { topicNames } from '../../../protocol/topics.ts';
import { commandsIn, understand } from '../../support/command-words.ts';
import { composeFile, composeText } from '../../support/compose-file.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/deployment.md'), 'utf8');

test('every command of the page is one that exists, options and all', async () => {
  expect(commandsIn(page).length).toBeGreaterThan(5);
  for (const command of commandsIn(page)) {
    const [, ...words] = command.split(/\s+/);
    await expect(understand(words), command).resolves.toBeUndefined();
  }
});

test('the page says of every topic what is lost with it', () => {
  const rows = page.slice(page.indexOf('## Backups'), page.indexOf('## Checklists'));
  for (const topic of topicNames) expect(rows).toMatch(new RegExp(`^\\|.*\`${topic}\`.*\\|`, 'm'));
});

test('the page names exactly the variables that replace an image or a port', () => {
  const variables = (text: string): readonly string[] =>
    [...new Set(text.match(/\b[A-Z_]+_(IMAGE|PORT)\b/g))].sort();
  const inFile = [...composeText.matchAll(/\$\{([A-Z_]+_(?:IMAGE|PORT)):/g)].map(
    ([, name = '']) => name,
  );
  expect(variables(page)).toEqual([...new Set(inFile)].sort());
});

test('the page speaks of profiles, services and files that exist', () => {
  const { services } = composeFile();
  const profiles = new Set(Object.values(services).flatMap((each) => each.profiles ?? []));
  for (const [, profile = ''] of page.matchAll(/--profile (\w+)/g))
    expect(profiles).toContain(profile);
  for (const [, service = ''] of page.matchAll(/docker compose (?:kill|start) (\S+)/g)) {
    expect(Object.keys(services)).toContain(service);
  }
  for (const [path = ''] of page.matchAll(/\bdeploy\/[\w./-]+\b/g)) {
    expect(existsSync(join(root, path)), path).toBe(true);
  }
});
