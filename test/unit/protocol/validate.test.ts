import { formatProblems, isName, problemsOf } from '@regionpilot/protocol';
import Type from 'typebox';
import { expect, test } from 'vitest';

const schema = Type.Object(
  {
    mode: Type.Enum(['hold', 'fail']),
    holdMs: Type.Integer({ minimum: 0, maximum: 60_000 }),
    regions: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
    'a/b~c': Type.Boolean(),
  },
  { additionalProperties: false },
);

test('each problem names its path, the value that came and what was wanted', () => {
  const input = { mode: 'hope', holdMs: 1e9, regions: ['east', ''], 'a/b~c': 1, extra: true };
  expect(formatProblems(problemsOf(schema, input)).split('\n').sort()).toEqual([
    'a/b~c: got 1, wanted boolean',
    'extra: got true, wanted no such field',
    'holdMs: got 1000000000, wanted <= 60000',
    'mode: got "hope", wanted one of hold, fail',
    'regions.1: got "", wanted not have fewer than 1 characters',
  ]);
});

test('a missing field is a problem of that field', () => {
  expect(problemsOf(schema, { mode: 'hold', holdMs: 1, regions: ['east'] })).toEqual([
    { path: 'a/b~c', value: 'nothing', expected: 'a value (the field is required)' },
  ]);
});

test('something else altogether is one problem of the whole', () => {
  expect(formatProblems(problemsOf(schema, null))).toBe('(whole): got null, wanted object');
});

test('a name can go anywhere: into a key, a log line, a page, a terminal', () => {
  for (const good of ['a', 'payments-cache', 'eu-west.1', 'host:6379', 'x/y@z', '0']) {
    expect(isName(good)).toBe(true);
  }
  for (const bad of [
    '',
    ' a',
    'a b',
    '__proto__',
    '-a',
    'a\n',
    'a\u0000',
    '<b>',
    'é',
    'a'.repeat(129),
    7,
  ]) {
    expect(isName(bad)).toBe(false);
  }
});
