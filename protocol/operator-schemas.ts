// The shapes of what people's writes leave behind (audit, policy orders), as data, like those in
// `schemas.ts`.

import Type, { type Static, type TSchema } from 'typebox';
import type { AuditRecord } from './audit.ts';
import { namePattern } from './names.ts';
import type { PolicyOrder } from './policy-order.ts';

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const milliseconds = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const line = Type.String({ minLength: 1, maxLength: 200 });
const reason = Type.String({ minLength: 1, maxLength: 2_000 });
const versionOne = Type.Literal(1);

const audit = Type.Object({
  v: versionOne,
  id: line,
  atMs: milliseconds,
  actor: line,
  auth: line,
  action: Type.String({ pattern: '^[a-z][A-Za-z]{0,31}(\\.[a-z][A-Za-z]{0,31}){0,3}$' }),
  target: line,
  reason: Type.String({ maxLength: 2_000 }),
  before: Type.Unknown(),
  after: Type.Unknown(),
  requestId: Type.Union([line, Type.Null()]),
});

const capacity = Type.Record(Type.String({ pattern: namePattern }), count, {
  additionalProperties: false,
});
const value = Type.Union([
  Type.Number(),
  Type.String({ maxLength: 200 }),
  Type.Boolean(),
  Type.Array(count, { maxItems: 64 }),
  capacity,
]);

const policyOrder = Type.Object({
  v: versionOne,
  group: Type.String({ pattern: `^\\*$|${namePattern}` }),
  atMs: milliseconds,
  author: line,
  reason,
  settings: Type.Record(Type.String({ pattern: '^[a-z][A-Za-z]{0,63}$' }), value, {
    additionalProperties: false,
  }),
  version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});

export const auditSchema: TSchema = audit;
export const policyOrderSchema: TSchema = policyOrder;

// A field that is documented but not checked, or checked but not documented, fails to compile.
type Writable<T> = { -readonly [K in keyof T]: Writable<T[K]> };
type Fits<Documented, Checked> = [Writable<Documented>] extends [Writable<Checked>] ? true : never;
type Assertions = [
  Fits<AuditRecord, Static<typeof audit>>,
  Fits<PolicyOrder, Static<typeof policyOrder>>,
];
const documentedFieldsFit: Assertions = [true, true];
void documentedFieldsFit;
