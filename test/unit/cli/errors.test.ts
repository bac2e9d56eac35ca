import { readFileSync } from 'node:fs';
import { errorCodes, PipelineError } from '@regionpilot/protocol';
import { expect, test } from 'vitest';
import { exitCodeOf, failureText } from '../../../cli/exit.ts';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

test('every error code has its row in docs/errors.md, with the exit code that it really has', () => {
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d) \| (.+) \| (.+) \|$/gm)];
  expect(rows.map(([, code]) => code)).toEqual([...errorCodes]);
  for (const [, code, exit] of rows) {
    const error = new PipelineError(code as (typeof errorCodes)[number], 'x', { retriable: false });
    expect(`${code} ${exitCodeOf(error)}`).toBe(`${code} ${exit}`);
  }
});

test('a failure is one line: what, what next, and its code', () => {
  const error = new PipelineError(
    'BUS_UNREACHABLE',
    'Kafka cannot be reached at a:1: ECONNREFUSED',
    {
      retriable: true,
    },
  );
  expect(failureText(error)).toBe(
    'regionpilot: Kafka cannot be reached at a:1: ECONNREFUSED: check the address (--brokers or --file) and that the log is running [BUS_UNREACHABLE]',
  );
});

test('several problems are one line each below the first', () => {
  const error = new PipelineError('CONFIG_INVALID', 'x.yaml has 2 problems\na: got 1\nb: got 2', {
    retriable: false,
  });
  expect(failureText(error).split('\n')).toEqual([
    'regionpilot: x.yaml has 2 problems [CONFIG_INVALID]',
    '  a: got 1',
    '  b: got 2',
  ]);
});

test('a failure nobody foresaw shows its first line and how to see more', () => {
  expect(failureText(new Error('boom\n    at somewhere'))).toBe(
    'regionpilot: unexpected failure: boom (REGIONPILOT_DEBUG=1 shows where)',
  );
  expect(exitCodeOf('boom')).toBe(1);
});
