// The promise of `top --json`: one such document per interval.

import { healths } from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';
import { count, document, orNull, text } from '../schemas/parts.ts';

const ratio = orNull(Type.Number({ minimum: 0 }));

export const topSchema: TSchema = document('top', {
  atMs: count,
  lag: orNull(count),
  aggregators: count,
  aggregatorsSilent: count,
  rows: Type.Array(
    Type.Object({
      group: text,
      region: text,
      health: Type.Enum([...healths]),
      opsPerSecond: Type.Number({ minimum: 0 }),
      errorRatio: ratio,
      p50Us: ratio,
      p99Us: ratio,
      admit: Type.Integer({ minimum: 0, maximum: 10_000 }),
      clients: count,
      epoch: count,
      convergence: ratio,
      stragglers: Type.Array(text),
      tilt: orNull(text),
    }),
  ),
});
