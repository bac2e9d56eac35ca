// Schemas in words, for the reference: the type of a value in a few characters, the fields of an
// object as rows, and the shapes that have names of their own.

import type { TSchema } from 'typebox';

type Json = Readonly<Record<string, unknown>>;

export type Field = {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly about: string;
};

/** Whether it has a name of its own in the document too. */
export function nameOf(schema: unknown): string | null {
  const title = (schema as Json | undefined)?.['title'];
  return typeof title === 'string' && /^[A-Z][A-Za-z]+$/.test(title) ? title : null;
}

/** `[OrderRequest](#orderrequest)`, `list of string`, `"use" or "avoid"`, `integer 1 to 500`. */
export function typeOf(schema: unknown): string {
  const name = nameOf(schema);
  if (name !== null) return `[${name}](#${name.toLowerCase()})`;
  const json = (schema ?? {}) as Json;
  if (Array.isArray(json['enum'])) return either(json['enum'].map(quoted));
  if ('const' in json) return quoted(json['const']);
  if (Array.isArray(json['anyOf'])) return either(json['anyOf'].map(typeOf));
  switch (json['type']) {
    case 'array':
      return arrayType(json);
    case 'object':
      return objectType(json);
    case 'integer':
    case 'number':
      return `${json['type']}${range(json['minimum'], json['maximum'])}`;
    case 'string':
      return `string${range(json['minLength'], json['maxLength'], ' characters')}${like(json)}`;
    case undefined:
      return 'anything';
    default:
      return String(json['type']);
  }
}

function either(types: readonly string[]): string {
  return types.join(' or ');
}

function quoted(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

function arrayType({ items, maxItems }: Json): string {
  if (Array.isArray(items)) return `[${items.map(typeOf).join(', ')}]`;
  return `list of ${typeOf(items)}${maxItems === undefined ? '' : `, at most ${maxItems}`}`;
}

function objectType(json: Json): string {
  const { properties, patternProperties, additionalProperties } = json;
  const values = Object.values((patternProperties ?? {}) as Json)[0] ?? additionalProperties;
  if (properties === undefined) return `map of ${typeOf(values)}`;
  const fields = fieldsOf(json as unknown as TSchema);
  return `{ ${fields.map(({ name, type }) => `${name}: ${type}`).join(', ')} }`;
}

function range(least: unknown, most: unknown, what = ''): string {
  if (least === undefined && most === undefined) return '';
  if (most === undefined) return least === 0 ? '' : `, at least ${least}${what}`;
  return least === undefined ? `, at most ${most}${what}` : `, ${least} to ${most}${what}`;
}

function like({ pattern }: Json): string {
  return typeof pattern === 'string' ? ` like \`${pattern}\`` : '';
}

/** None for what is no object. */
export function fieldsOf(schema: TSchema): readonly Field[] {
  const { properties = {}, required = [] } = schema as unknown as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, each]) => ({
    name,
    type: typeOf(each),
    required: required.includes(name),
    about: [String(each['description'] ?? ''), ...defaultOf(each)].join(' ').trim(),
  }));
}

function defaultOf({ default: value }: Json): readonly string[] {
  return value === undefined ? [] : [`Default ${quoted(value)}.`];
}

/** Every shape with a name, also those inside others. */
export function namedIn(schemas: readonly unknown[]): ReadonlyMap<string, TSchema> {
  const found = new Map<string, TSchema>();
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const name = nameOf(node);
    if (name !== null) found.set(name, node as TSchema);
    for (const each of Object.values(node)) look(each);
  };
  for (const schema of schemas) look(schema);
  return found;
}

/** As part of a row of a table. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
