// Untrusted input meets the schema here. Every problem is reported at once, each with its path, the
// value that came and what was wanted, because a person who mends ten mistakes one run at a time
// mends them badly.

import type { TSchema } from 'typebox';
import { Settings } from 'typebox/system';
import { Errors } from 'typebox/value';
import { namePattern } from './names.ts';

// The library stops at 8 problems unless told otherwise; a person wants to see all of them.
Settings.Set({ maxErrors: 200 });

export type Problem = {
  /** Dotted path, for example `groups.payments.holdMs`; empty for the whole. */
  readonly path: string;
  /** The value that came, shortened JSON. */
  readonly value: string;
  /** What was wanted, for example `integer from 1 to 60000`. */
  readonly expected: string;
};

/** Problems of `value` under `schema`, in document order; empty when it fits. */
export function problemsOf(schema: TSchema, value: unknown): readonly Problem[] {
  const found = new Map<string, Found>();
  for (const error of Errors(schema, value)) {
    const ofUnion = error.keyword === 'type' || error.keyword === 'anyOf';
    for (const problem of explain(error, value)) {
      // The first word on a path is the most specific one; unions repeat themselves.
      if (!found.has(problem.path)) found.set(problem.path, { problem, ofUnion });
    }
  }
  const all = [...found.values()];
  return all.filter((each) => !isSaidBelow(each, all)).map(({ problem }) => problem);
}

type Found = { readonly problem: Problem; readonly ofUnion: boolean };

/** "must be null" of a whole, where what is wrong inside it is known, helps nobody. */
function isSaidBelow({ problem: { path }, ofUnion }: Found, all: readonly Found[]): boolean {
  return ofUnion && path !== '' && all.some(({ problem }) => problem.path.startsWith(`${path}.`));
}

type SchemaError = ReturnType<typeof Errors>[number];

function explain(error: SchemaError, root: unknown): readonly Problem[] {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({
        path: [...path, name].join('.'),
        value: 'nothing',
        expected: 'a value (the field is required)',
      }));
    case 'additionalProperties':
      return error.params.additionalProperties.map((name) => ({
        path: [...path, name].join('.'),
        value: shorten(valueAt(root, [...path, name])),
        expected: 'no such field',
      }));
    // The twin of additionalProperties, one per field. It is not passed over: of very many unknown
    // fields the twins alone can reach the limit above.
    case 'boolean':
      return [
        {
          path: path.join('.'),
          value: shorten(valueAt(root, path)),
          expected: 'no such field',
        },
      ];
    default:
      return [
        { path: path.join('.'), value: shorten(valueAt(root, path)), expected: wanted(error) },
      ];
  }
}

function wanted(error: SchemaError): string {
  switch (error.keyword) {
    case 'enum':
      return `one of ${error.params.allowedValues.join(', ')}`;
    case 'const':
      return JSON.stringify(error.params.allowedValue);
    case 'pattern':
      return String(error.params.pattern) === namePattern
        ? 'a name: a letter or digit, then letters, digits and ._:/@-, at most 128'
        : `text matching ${error.params.pattern}`;
    default:
      return error.message.replace(/^must (be )?/, '');
  }
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let value: unknown = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** JSON of at most 60 characters: enough to recognise, too short to flood a log. */
export function shorten(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** One line per problem. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems
    .map(
      ({ path, value, expected }) =>
        `${path === '' ? '(whole)' : path}: got ${value}, wanted ${expected}`,
    )
    .join('\n');
}
