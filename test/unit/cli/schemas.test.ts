import { readFileSync } from 'node:fs';
import { problemsOf } from '@regionpilot/protocol';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { cliPage } from '../../../cli/cli-page.ts';
import { commandPath, createProgram, runCommand } from '../../../cli/io/program.ts';
import { errorSchema, schemas } from '../../../cli/schemas.ts';
import { silent } from './silent.ts';

const program: Command = createProgram(silent, () => undefined);
const all = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(all)];
const hasJson = (command: Command) => command.options.some(({ long }) => long === '--json');

type Said = { readonly code: number; readonly out: string; readonly notes: readonly string[] };

async function said(...argv: readonly string[]): Promise<Said> {
  let out = '';
  const notes: string[] = [];
  const code = await runCommand(argv, {
    ...silent,
    out: (text) => {
      out += text;
    },
    note: (line) => notes.push(line),
  });
  return { code, out, notes };
}

describe('--json', () => {
  test('of every command has a schema, and every schema a command', () => {
    const printing = all(program).filter(hasJson).map(commandPath);
    expect(printing.sort()).toEqual(Object.keys(schemas).sort());
  });

  test('every schema has a name of its own', () => {
    const ids = Object.values(schemas).map((schema) => (schema as { $id?: string }).$id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(undefined);
  });

  test('--schema prints it whatever else is missing from the line', async () => {
    const { code, out } = await said('hold', 'set', '--schema');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ title: 'regionpilot hold set --json' });
    // The value of an option is no option.
    expect((await said('hold', 'set', 'g', '--reason', '--schema')).code).toBe(2);
  });

  test.each([
    [['status', '--json'], 'CONFIG_INVALID'],
    [['status', '--json', '--nonsense'], 'USAGE'],
    [['hold', 'set', '--json'], 'USAGE'],
    [['alerts', 'check', '--json', '--alerts', '/nowhere.yaml'], 'FILE_UNREADABLE'],
    [['status', '--json', '--file', '/nowhere.sqlite'], 'BUS_UNREACHABLE'],
  ])('%s fails as one document of type %s', async (argv, type) => {
    const { code, out } = await said(...argv);
    const document = JSON.parse(out);
    expect(problemsOf(errorSchema, document)).toEqual([]);
    expect(document.error).toMatchObject({ type, exitCode: code });
    expect(code).toBeGreaterThan(1);
  });

  test('a failure without --json says nothing on stdout', async () => {
    const { out, notes } = await said('status');
    expect(out).toBe('');
    expect(notes).toHaveLength(1);
  });
});

test('docs/cli.md is what the commands say (npm run cli-page)', () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  expect(cliPage(createProgram(silent, () => undefined))).toBe(page);
});
