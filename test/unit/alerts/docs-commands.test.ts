import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandsIn, understand, wordsOf } from '../../support/command-words.ts';

const files = [
  'docs/alerts.md',
  ...readdirSync('docs/runbooks').map((name) => `docs/runbooks/${name}`),
];

test.each(files)('every command of %s is one that exists, options and all', async (file) => {
  for (const command of commandsIn(readFileSync(file, 'utf8'))) {
    const [, ...words] = wordsOf(command);
    await expect(understand(words), command).resolves.toBeUndefined();
  }
});

test('a command that does not exist would be found', async () => {
  await expect(understand(wordsOf('alerts silence region=eu --untill 2h'))).rejects.toThrow();
});
