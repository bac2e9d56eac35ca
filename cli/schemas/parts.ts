// Pieces the schemas of `--json` are made of.

import Type, { type TSchema } from 'typebox';

export const count: TSchema = Type.Integer({ minimum: 0 });
/** ms since 1970. */
export const moment: TSchema = Type.Integer();
export const text: TSchema = Type.String();
export const texts: TSchema = Type.Array(Type.String());
export const yes: TSchema = Type.Boolean();
export const anything: TSchema = Type.Unknown();

export function orNull(schema: TSchema): TSchema {
  return Type.Union([schema, Type.Null()]);
}

export function byName(schema: TSchema): TSchema {
  return Type.Record(Type.String(), schema);
}

/** One document: `v` counts incompatible changes, of which there were none. Fields are only added. */
export function document(name: string, fields: Readonly<Record<string, TSchema>>): TSchema {
  const id = name.replaceAll(' ', '-');
  return Type.Object(
    { v: Type.Literal(1), ...fields },
    { $id: `https://regionpilot.io/schemas/${id}.v1.json`, title: `regionpilot ${name} --json` },
  );
}

/** One line of many, of a command that goes on. */
export function line(name: string, fields: Readonly<Record<string, TSchema>>): TSchema {
  const id = name.replaceAll(' ', '-');
  return Type.Object(fields, {
    $id: `https://regionpilot.io/schemas/${id}-line.v1.json`,
    title: `one line of regionpilot ${name} --json`,
  });
}
