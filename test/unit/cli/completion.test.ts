import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { candidates } from '../../../cli/completion/candidates.ts';
import { createProgram } from '../../../cli/io/program.ts';
import { silent } from './silent.ts';

const program: Command = createProgram(silent, () => undefined);

/** `|` stands for the cursor; what is typed before it is the last word. */
const at = (line: string) => candidates(program, line.split(' '));
const words = (line: string) => {
  const found = at(line);
  return found.kind === 'words' ? found.words : found;
};

describe('what may come next', () => {
  test('commands, and subcommands of commands that have them', () => {
    expect(words('ho')).toEqual(['hold']);
    expect(words('alerts routes ')).toEqual(['test']);
    expect(words('help')).toEqual(['help']);
    expect(words('__')).toEqual([]);
  });

  test('options that were not given yet', () => {
    expect(words('status --wa')).toEqual(['--watch']);
    expect(words('status --watch --wa')).toEqual([]);
    expect(words('status -- --wa')).toEqual([]);
  });

  test('values of an option, with or without =', () => {
    expect(words('hold set payments --automation s')).toEqual(['shadow']);
    expect(words('hold set payments --automation=s')).toEqual(['--automation=shadow']);
    expect(words('top --sort e')).toEqual(['errors']);
    expect(words('doctor --category config bu')).toEqual([]);
    expect(words('completion f')).toEqual(['fish']);
  });

  test('the value of an option is not taken for a command', () => {
    expect(at('hold set --reason clear ')).toMatchObject({
      kind: 'names',
      of: 'group',
      also: ['*'],
    });
  });

  test('names from the log and files from the shell', () => {
    expect(at('explain ')).toEqual({ kind: 'names', of: 'group', also: [], prefix: '' });
    expect(at('hold set payments --avoid ')).toMatchObject({ kind: 'names', of: 'region' });
    expect(at('status --context=')).toMatchObject({ of: 'context', prefix: '--context=' });
    expect(at('status --config ')).toEqual({ kind: 'files', prefix: '' });
    expect(at('config diff a.yaml ')).toMatchObject({ kind: 'files' });
    expect(words('tap dec')).toEqual(['decisions']);
  });
});
