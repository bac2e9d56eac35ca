// What writes take, as schemas: the server checks by them, the reference shows them.

import { automationModes, matcherSchema, namePattern } from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';

const closed = { additionalProperties: false };
const dayMs = 86_400_000;

const reason: TSchema = Type.String({
  minLength: 1,
  maxLength: 1_000,
  description: 'Why, in words, for whoever reads this at night',
});

const durationMs = (minimum: number, maximum: number): TSchema =>
  Type.Integer({ minimum, maximum, description: 'How long from now, ms; it ends by itself' });

const hold = Type.Object(
  {
    kind: Type.Enum(['use', 'avoid'], {
      description: '`use`: everybody to this region; `avoid`: nobody',
    }),
    region: Type.String({ pattern: namePattern, description: 'A region of the group' }),
  },
  { ...closed, description: 'Where clients go' },
);

export const orderRequest: TSchema = Type.Object(
  {
    hold: Type.Union([hold, Type.Null()], { description: 'null: routes are not ordered' }),
    automation: Type.Enum([...automationModes], {
      description:
        '`enforce` acts, `shadow` writes down what it would do, `off` is the kill switch',
    }),
    overrideRules: Type.Array(Type.String({ maxLength: 64 }), {
      maxItems: 16,
      description: 'Safety rules automation may pass meanwhile, by name',
    }),
    reason,
    durationMs: durationMs(10_000, 7 * dayMs),
    replace: Type.Optional(
      Type.Boolean({ description: 'End what the order in force says beyond this one' }),
    ),
  },
  { ...closed, title: 'OrderRequest', description: 'All that is to hold for a group' },
);

export const reasonRequest: TSchema = Type.Object(
  { reason },
  { ...closed, title: 'ReasonRequest', description: 'Why' },
);

export const ackRequest: TSchema = Type.Object(
  {
    acked: Type.Boolean({ description: 'false gives it back' }),
    reason: Type.String({ maxLength: 1_000, description: 'Why; may be empty' }),
  },
  { ...closed, title: 'AckRequest', description: 'Somebody has it' },
);

export const silenceRequest: TSchema = Type.Object(
  {
    matchers: Type.Array(matcherSchema, {
      minItems: 1,
      maxItems: 16,
      description: 'All must match',
    }),
    durationMs: durationMs(1_000, 30 * dayMs),
    reason,
  },
  { ...closed, title: 'SilenceRequest', description: 'Alerts nobody is told of for a while' },
);

export const policyRequest: TSchema = Type.Object(
  {
    settings: Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), {
      description: 'Setting → value, over the configured policy; what is left out is as configured',
    }),
    reason,
  },
  { ...closed, title: 'PolicyRequest', description: 'Settings that differ from the configuration' },
);
