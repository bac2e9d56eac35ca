// The promise of `status --json`. Fields are added, never renamed, while `v` is 1.

import { automationModes, healths } from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';

const count = Type.Integer({ minimum: 0 });
const orNull = (schema: TSchema) => Type.Union([schema, Type.Null()]);

const region = Type.Object({
  region: Type.String(),
  health: Type.Enum([...healths]),
  now: orNull(Type.Enum(['down', 'suspect', 'ok', 'thin'])),
  admit: Type.Integer({ minimum: 0, maximum: 10_000 }),
  homes: Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: 10_000 })),
  connected: count,
});

const order = Type.Object({
  scope: Type.Enum(['group', 'all']),
  hold: orNull(Type.Object({ kind: Type.Enum(['use', 'avoid']), region: Type.String() })),
  automation: Type.Enum([...automationModes]),
  overrideRules: Type.Array(Type.String()),
  author: Type.String(),
  reason: Type.String(),
  expiresMs: count,
  leftMs: count,
});

const group = Type.Object({
  group: Type.String(),
  term: count,
  epoch: count,
  owner: Type.String(),
  decidedMs: count,
  reason: Type.String(),
  text: Type.String(),
  noSafeTarget: Type.Boolean(),
  regions: Type.Array(region),
  heartbeat: orNull(Type.Object({ owner: Type.String(), ageMs: count, stale: Type.Boolean() })),
  tilt: orNull(Type.String()),
  clients: Type.Object({ reporting: count, known: count }),
  convergence: Type.Object({
    applied: count,
    share: orNull(Type.Number({ minimum: 0 })),
  }),
  stragglers: Type.Array(Type.String()),
  orders: Type.Array(order),
});

export const statusSchema: TSchema = Type.Object(
  {
    v: Type.Literal(1),
    atMs: count,
    bus: Type.Enum(['kafka', 'embedded']),
    aggregators: Type.Array(
      Type.Object({
        partition: count,
        owner: Type.String(),
        ageMs: count,
        stale: Type.Boolean(),
      }),
    ),
    lag: Type.Object({ events: orNull(count) }),
    alerts: orNull(
      Type.Object({ pages: count, tickets: count, troubledReceivers: Type.Array(Type.String()) }),
    ),
    groups: Type.Array(group),
  },
  { $id: 'https://regionpilot.io/schemas/status.v1.json', title: 'regionpilot status --json' },
);
