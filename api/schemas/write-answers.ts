// What writes answer.

import Type, { type TSchema } from 'typebox';

const ms = (description: string): TSchema => Type.Integer({ minimum: 0, description });
const count = (description: string): TSchema => Type.Integer({ minimum: 0, description });

export const orderAnswer: TSchema = Type.Object(
  {
    group: Type.String({ description: 'Group, or `*`' }),
    atMs: ms('When it was given, ms since 1970: its name in the timeline'),
    author: Type.String({ description: 'Who gave it' }),
    expiresMs: ms('When it ends, ms since 1970'),
  },
  { title: 'OrderAnswer', description: 'Stored; what came of it shows in the timeline' },
);

export const orderPreview: TSchema = Type.Object(
  {
    routesChange: Type.Boolean({ description: 'Some client would use another region' }),
    moving: count('Clients that would move'),
    reporting: count('Clients that report'),
    warnings: Type.Array(Type.String(), { description: 'What to think of first' }),
  },
  { title: 'OrderPreview', description: 'What an order would do' },
);

export const policyAnswer: TSchema = Type.Object(
  {
    group: Type.String({ description: 'Group' }),
    version: count('Of the change: 1, 2, 3, …'),
    atMs: ms('When it was given, ms since 1970'),
  },
  {
    title: 'PolicyAnswer',
    description: 'Stored; what the decider makes of it shows in the timeline',
  },
);
