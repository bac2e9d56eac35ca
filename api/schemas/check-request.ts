// A request against what its route takes: path, query and body at once, so that a caller who mends a
// request mends it once. Text of the query becomes the number or the truth the schema wants, absent
// values get their defaults.

import { nearest, type Problem, problemsOf, shorten } from '@regionpilot/protocol';
import type { TSchema } from 'typebox';
import type { InvalidPart } from '../contract/answers.ts';
import type { Route } from '../route.ts';

export type RawRequest = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
};

export type Checked = {
  readonly query: Readonly<Record<string, unknown>>;
  /** Empty: it fits. */
  readonly errors: readonly InvalidPart[];
};

/** Nothing we take is nested so deep; whoever walks through what is could run out of stack. */
const deepest = 32;

export function checkRequest(route: Route, request: RawRequest): Checked {
  if (isDeeper(request.body, deepest)) return { query: {}, errors: [tooDeep] };
  const { query, errors } = checkQuery(route.query, request.query);
  return {
    query,
    errors: [
      ...partsOf('path/', route.params, request.params),
      ...errors,
      ...(route.body === undefined ? [] : partsOf('/', route.body, request.body ?? undefined)),
    ],
  };
}

const tooDeep: InvalidPart = {
  pointer: '',
  got: `more than ${deepest} levels`,
  wanted: `at most ${deepest} levels of lists and objects in one another`,
};

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}

type Properties = Readonly<Record<string, TSchema & Readonly<Record<string, unknown>>>>;

function checkQuery(
  schema: TSchema | undefined,
  given: Readonly<Record<string, unknown>>,
): { readonly query: Readonly<Record<string, unknown>>; readonly errors: readonly InvalidPart[] } {
  const properties = ((schema as { properties?: Properties } | undefined)?.properties ??
    {}) as Properties;
  const known = Object.keys(properties);
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  const query = Object.fromEntries(
    known.flatMap((name) => {
      const property: Readonly<Record<string, unknown>> = properties[name] ?? {};
      const value = given[name] === undefined ? property['default'] : typed(property, given[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return {
    query,
    errors: [
      ...unknown.map((name) => strange(name, given[name], known)),
      ...(schema === undefined ? [] : partsOf('query/', schema, query)),
    ],
  };
}

function strange(name: string, value: unknown, known: readonly string[]): InvalidPart {
  const near = nearest(name, known);
  const hint = near === null ? `one of ${known.join(', ') || '(none)'}` : `did you mean ${near}?`;
  return {
    pointer: `query/${shortName(name)}`,
    got: shown(name, value),
    wanted: `no such parameter: ${hint}`,
  };
}

/** Text as the type that the schema wants; what is no such text stays and is refused. */
function typed(schema: Readonly<Record<string, unknown>>, value: unknown): unknown {
  if (schema['type'] === 'array') {
    const items = Array.isArray(value) ? value : [value];
    return items.map((each) => typed((schema['items'] ?? {}) as Record<string, unknown>, each));
  }
  if (typeof value !== 'string') return value;
  const { type } = schema;
  if ((type === 'integer' || type === 'number') && /^-?\d{1,17}(\.\d{1,17})?$/.test(value)) {
    return Number(value);
  }
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

function partsOf(
  prefix: string,
  schema: TSchema | undefined,
  value: unknown,
): readonly InvalidPart[] {
  return schema === undefined ? [] : problemsOf(schema, value).map((each) => partOf(prefix, each));
}

function partOf(prefix: string, { path, value, expected }: Problem): InvalidPart {
  const pointer = prefix + path.split('.').map(escaped).join('/');
  return {
    pointer: path === '' && prefix === '/' ? '' : shortName(pointer),
    got: isSecret(path) ? '(not shown)' : value,
    wanted: expected,
  };
}

function shown(name: string, value: unknown): string {
  return isSecret(name) ? '(not shown)' : shorten(value);
}

/** What looks like one is not repeated to whoever reads along. */
function isSecret(name: string): boolean {
  return /token|secret|password|authorization|api.?key/i.test(name);
}

function shortName(name: string): string {
  return name.length <= 100 ? name : `${name.slice(0, 97)}...`;
}

/** RFC 6901. */
function escaped(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}
