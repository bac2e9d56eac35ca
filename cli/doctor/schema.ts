// The promise of `doctor --json`. Fields are added, never renamed, while `v` is 1.

import Type, { type TSchema } from 'typebox';
import { categories, levels } from './finding.ts';

const count = Type.Integer({ minimum: 0 });

export const doctorSchema: TSchema = Type.Object(
  {
    v: Type.Literal(1),
    atMs: count,
    tookMs: count,
    ok: Type.Boolean(),
    counts: Type.Object({ ok: count, warning: count, failed: count, skipped: count }),
    findings: Type.Array(
      Type.Object({
        id: Type.String(),
        category: Type.Enum([...categories]),
        level: Type.Enum([...levels]),
        title: Type.String(),
        detail: Type.String(),
        hint: Type.Union([Type.String(), Type.Null()]),
      }),
    ),
  },
  { $id: 'https://regionpilot.io/schemas/doctor.v1.json', title: 'regionpilot doctor --json' },
);
