// Pieces that the shapes of all answers share.

import { namePattern } from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';

export const text = (description: string): TSchema => Type.String({ description });
export const count = (description: string): TSchema => Type.Integer({ minimum: 0, description });
export const number = (description: string): TSchema => Type.Number({ description });
export const flag = (description: string): TSchema => Type.Boolean({ description });
export const ms = (description: string): TSchema =>
  Type.Integer({ description: `${description} ms since 1970.` });
export const orNull = (schema: TSchema, description: string): TSchema =>
  Type.Union([schema, Type.Null()], { description });
export const list = (schema: TSchema, description: string): TSchema =>
  Type.Array(schema, { description });
export const map = (schema: TSchema, description: string): TSchema =>
  Type.Record(Type.String(), schema, { description });
export const oneOf = (values: readonly string[], description: string): TSchema =>
  Type.Enum([...values], { description });
/** Whose shape belongs to somebody else, or to nobody. */
export const anything = (description: string): TSchema => Type.Unknown({ description });

export const name = (description: string): TSchema =>
  Type.String({ pattern: namePattern, description });

export const share = (description: string): TSchema =>
  Type.Integer({ minimum: 0, maximum: 10_000, description });

export const page = (title: string, item: TSchema): TSchema =>
  Type.Object(
    {
      items: Type.Array(item, { description: 'The items of this page.' }),
      next: orNull(Type.String(), 'Cursor of the next page; null on the last.'),
      total: count('Items the filter matches, all pages together, as far as they are remembered.'),
    },
    { title, description: 'A page.' },
  );

export const limit = (byDefault: number): TSchema =>
  Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 500,
      default: byDefault,
      description: 'Most items on a page.',
    }),
  );
export const cursor: TSchema = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 1_000,
    description: 'Where the last page ended: its `next`, with the same filter.',
  }),
);
export const moment = (description: string): TSchema =>
  Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 8_640_000_000_000_000,
      description: `${description} ms since 1970.`,
    }),
  );
export const filterName = (description: string): TSchema => Type.Optional(name(description));

/** Query parameters of a route; there are no others. */
export const query = (properties: Readonly<Record<string, TSchema>>): TSchema =>
  Type.Object(properties, { additionalProperties: false });

export const groupParams: TSchema = Type.Object({ group: name('The group.') });

/** RFC 9457. */
export const problemSchema: TSchema = Type.Object(
  {
    type: text('Which problem, as the address of its page.'),
    title: text('What this type of problem is called.'),
    status: Type.Integer({ description: 'The HTTP status.' }),
    detail: text('What is wrong with this request.'),
    instance: text('The id of this request, as in the log and in `x-request-id`.'),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            pointer: text('JSON pointer into the body, or query/, path/ or header/ and a name.'),
            got: text('What came, shortened; secrets are not repeated.'),
            wanted: text('What would fit.'),
          },
          { title: 'InvalidPart', description: 'One thing that is wrong with a request.' },
        ),
        { description: 'Everything that is wrong with the request, at once.' },
      ),
    ),
    retryAfterS: Type.Optional(Type.Integer({ description: 'Seconds to wait, for 429 and 503.' })),
  },
  { title: 'Problem', description: 'Why a request failed.' },
);
