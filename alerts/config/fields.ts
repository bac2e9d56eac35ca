// The fields of one section against its schema, one level at a time, so that a mistyped name is
// compared with the names that belong there and nowhere else.

import { type Problem, parseDuration, problemsOf, shorten } from '@regionpilot/protocol';
import Type, { type TObject, type TSchema } from 'typebox';
import { between, didYouMean, type Flaw, flaw, hidden, hiddenFlaw, noSuchField } from './flaw.ts';

const durationPattern = '^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$';

/** Where somebody may have pasted the secret itself, or a URL that holds one. */
const maybeSecret = /Files?$|^urls?$/;

/** What our own schemas say besides JSON Schema. */
type Extra = { readonly wanted?: string; readonly minMs?: number; readonly maxMs?: number };

export const closed = { additionalProperties: false };
export const anyObject: TSchema = Type.Object({});
export const file: TSchema = Type.String({ minLength: 1, maxLength: 4_096, wanted: 'a file name' });

/** Both bounds included. */
export function duration(minMs: number, maxMs: number): TSchema {
  return Type.String({ pattern: durationPattern, minMs, maxMs, wanted: between(minMs, maxMs) });
}

export function text(maxLength: number): TSchema {
  return Type.String({ maxLength, wanted: `text of at most ${maxLength} characters` });
}

export function whole(minimum: number, maximum: number): TSchema {
  const wanted = `a whole number from ${minimum} to ${maximum}`;
  return Type.Integer({ minimum, maximum, wanted });
}

export function list(what: string, item: TSchema, minItems = 0): TSchema {
  const wanted = minItems === 0 ? `a list of ${what}` : `a list of at least ${minItems} ${what}`;
  return Type.Array(item, { minItems, maxItems: 1_000, wanted });
}

export function oneOf(values: readonly string[]): TSchema {
  return Type.Enum([...values], { wanted: `one of ${values.join(', ')}` });
}

export function section(
  required: Readonly<Record<string, TSchema>>,
  optional: Readonly<Record<string, TSchema>>,
): TObject {
  const extras = Object.entries(optional).map(([name, schema]) => [name, Type.Optional(schema)]);
  return Type.Object({ ...required, ...Object.fromEntries(extras) }, closed);
}

/** Every problem of `value` at this level; what is inside sections of its own is looked at there. */
export function fieldFlaws(schema: TObject, value: unknown, path: string): readonly Flaw[] {
  if (!isRecord(value)) return [flaw(path, value, 'fields by name')];
  const isKnown = (field: string): boolean => Object.hasOwn(schema.properties, field);
  const entries = Object.entries(value);
  // Strangers are taken out first: the checker stops counting at some number of them.
  const known = Object.fromEntries(entries.filter(([field]) => isKnown(field)));
  const strangers = entries.map(([field]) => field).filter((field) => !isKnown(field));
  return [
    ...strangers.map((field) => unknownField(schema, under(path, field), field)),
    ...problemsOf(schema, known).map((problem) => worded(schema, known, problem, path)),
    ...lengthFlaws(schema, known, path),
  ];
}

/** What a field wants is said in its own words where it has some. */
function worded(
  schema: TObject,
  value: Readonly<Record<string, unknown>>,
  problem: Problem,
  path: string,
): Flaw {
  const [field = ''] = problem.path.split('.', 1);
  const wanted = problem.path === field ? extraOf(schema, field).wanted : undefined;
  const missing = problem.value === 'nothing';
  const expected = wanted ?? (missing ? 'a value' : problem.expected);
  const suggestion = unitHint(expected, value[field]);
  const got = maybeSecret.test(field) && !missing ? hidden : problem.value;
  return { path: under(path, problem.path), value: got, expected, suggestion };
}

function unknownField(schema: TObject, path: string, field: string): Flaw {
  const known = Object.keys(schema.properties);
  const secret = secretField(field, known);
  const instead = secret === null ? null : `secrets are named by file: ${secret}`;
  return hiddenFlaw(path, noSuchField, instead ?? didYouMean(field, known));
}

/** Somebody writes the secret itself: `routingKey: …` where `routingKeyFile` belongs. */
function secretField(field: string, known: readonly string[]): string | null {
  const plain = field.toLowerCase().replaceAll(/[^a-z]/g, '');
  const stem = plain.replace(/s$/, '');
  const files = known.filter((name) => /Files?$/.test(name));
  const twin = files.find((name) => name.replace(/Files?$/, '').toLowerCase() === stem);
  if (twin !== undefined) return twin;
  const aSecret =
    /^(secret|token|apikey|apitoken|key|integrationkey|signingkey|password|webhookurl|apiurl|url)$/;
  return aSecret.test(stem) ? (files[0] ?? null) : null;
}

/** Shape knows that it is a duration, not yet whether it is a sensible one. */
function lengthFlaws(
  schema: TObject,
  value: Readonly<Record<string, unknown>>,
  path: string,
): readonly Flaw[] {
  return Object.keys(schema.properties).flatMap((field) => {
    const { minMs, maxMs } = extraOf(schema, field);
    const got = Object.hasOwn(value, field) ? value[field] : undefined;
    const ms = typeof got === 'string' ? parseDuration(got) : null;
    if (ms === null || minMs === undefined || maxMs === undefined) return [];
    return ms < minMs || ms > maxMs ? [flaw(under(path, field), got, between(minMs, maxMs))] : [];
  });
}

function unitHint(expected: string, value: unknown): string | null {
  const bare = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
  if (!expected.startsWith('a duration') || !bare) return null;
  const amount = shorten(value).replaceAll('"', '');
  return `say the unit: ${amount}s or ${amount}ms?`;
}

function extraOf(schema: TObject, field: string): Extra {
  return (schema.properties[field] ?? {}) as Extra;
}

export function under(path: string, field: string): string {
  return path === '' ? field : field === '' ? path : `${path}.${field}`;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Milliseconds of a duration that was checked before. */
export function ms(value: string | undefined, otherwiseMs: number): number {
  return value === undefined ? otherwiseMs : (parseDuration(value) ?? otherwiseMs);
}
