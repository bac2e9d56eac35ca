// The shapes of alert records, as data, like those in `schemas.ts`. Labels may hold any text (they
// come from the world), so their sizes are bounded and the one name that is never plain data is not
// a name.

import Type, { type Static, type TSchema } from 'typebox';
import {
  type Ack,
  type Alert,
  type AlertOwner,
  type AlertProbe,
  type AlertRecord,
  alertStates,
  matcherOps,
  type Notice,
  noticeActions,
  noticeOutcomes,
  noticeReasons,
  type Sent,
  type Silence,
  severities,
} from './alert.ts';
import { attemptResults, type Delivery } from './delivery.ts';
import { namePattern } from './names.ts';

const name = Type.String({ pattern: namePattern });
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const milliseconds = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const line = Type.String({ maxLength: 2_000 });
const text = Type.String({ maxLength: 20_000 });
const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const labels = Type.Record(
  Type.String({ pattern: '^(?!__proto__$)[^\\u0000]{1,128}$' }),
  Type.String({ maxLength: 1_024 }),
  { additionalProperties: false },
);
const annotations = Type.Record(
  Type.String({ pattern: '^(?!__proto__$)[^\\u0000]{1,128}$' }),
  line,
  { additionalProperties: false },
);
const severity = Type.Enum([...severities]);
const fingerprint = Type.String({ pattern: '^[0-9a-f]{16}$' });
const fingerprints = Type.Array(fingerprint, { maxItems: 100_000 });
const dedupKey = Type.String({ pattern: '^[A-Za-z0-9_:-]{1,200}$' });
const versionOne = Type.Literal(1);

const alert = Type.Object({
  fingerprint,
  labels,
  severity,
  state: Type.Enum([...alertStates]),
  startsMs: milliseconds,
  endsMs: orNull(milliseconds),
  updatedMs: milliseconds,
  expiresMs: orNull(milliseconds),
  summary: line,
  description: text,
  annotations,
  value: orNull(Type.Number()),
  flapping: Type.Boolean(),
  why: line,
});

const alertRecord = Type.Object({
  v: versionOne,
  kind: Type.Literal('alert'),
  term: count,
  alert,
});

const notice = Type.Object({
  v: versionOne,
  kind: Type.Literal('notice'),
  term: count,
  receiver: name,
  dedupKey,
  seq: count,
  action: Type.Enum([...noticeActions]),
  reason: Type.Enum([...noticeReasons]),
  severity,
  groupLabels: labels,
  alerts: Type.Array(alert, { maxItems: 100 }),
  truncatedAlerts: count,
  firing: fingerprints,
  resolved: fingerprints,
  ackedBy: orNull(line),
  atMs: milliseconds,
  causeMs: milliseconds,
});

const sent = Type.Object({
  v: versionOne,
  kind: Type.Literal('sent'),
  term: count,
  receiver: name,
  dedupKey,
  seq: count,
  action: Type.Enum([...noticeActions]),
  outcome: Type.Enum([...noticeOutcomes]),
  attempts: count,
  atMs: milliseconds,
  error: orNull(line),
});

const matcher = Type.Object({
  label: Type.String({ minLength: 1, maxLength: 128 }),
  op: Type.Enum([...matcherOps]),
  value: Type.String({ maxLength: 1_024 }),
});

const silence = Type.Object({
  v: versionOne,
  kind: Type.Literal('silence'),
  id: name,
  matchers: Type.Array(matcher, { minItems: 1, maxItems: 16 }),
  startsMs: milliseconds,
  endsMs: milliseconds,
  author: Type.String({ minLength: 1, maxLength: 200 }),
  reason: Type.String({ minLength: 1, maxLength: 2_000 }),
});

const ack = Type.Object({
  v: versionOne,
  kind: Type.Literal('ack'),
  dedupKey,
  author: Type.String({ minLength: 1, maxLength: 200 }),
  source: Type.Enum(['cli', 'pagerduty', 'api']),
  atMs: milliseconds,
  acked: Type.Boolean(),
});

const owner = Type.Object({
  v: versionOne,
  kind: Type.Literal('owner'),
  partition: count,
  term: count,
  owner: name,
  atMs: milliseconds,
});

const probe = Type.Object({
  v: versionOne,
  kind: Type.Literal('probe'),
  id: name,
  atMs: milliseconds,
});

const delivery = Type.Object({
  v: versionOne,
  receiver: name,
  dedupKey,
  seq: count,
  action: Type.Enum([...noticeActions]),
  reason: Type.Enum([...noticeReasons]),
  severity,
  title: line,
  attempt: count,
  startedMs: milliseconds,
  tookMs: count,
  result: Type.Enum([...attemptResults]),
  status: orNull(count),
  error: orNull(line),
  nextAttemptMs: orNull(milliseconds),
  outcome: orNull(Type.Enum([...noticeOutcomes])),
  latencyMs: orNull(count),
  alerts: Type.Array(Type.Object({ labels, severity }), { maxItems: 100 }),
});

export const deliverySchema: TSchema = delivery;
/** Of one matcher, for whoever reads silences and routes from a file. */
export const matcherSchema: TSchema = matcher;

/** One schema per `kind`, so that a bad record is told what its own kind wants. */
export const alertsTopicSchemas = {
  alert: alertRecord as TSchema,
  notice: notice as TSchema,
  sent: sent as TSchema,
  silence: silence as TSchema,
  ack: ack as TSchema,
  owner: owner as TSchema,
  probe: probe as TSchema,
} as const;

// A field that is documented but not checked, or checked but not documented, fails to compile.
type Writable<T> = { -readonly [K in keyof T]: Writable<T[K]> };
type Fits<Documented, Checked> = [Writable<Documented>] extends [Writable<Checked>] ? true : never;
type Assertions = [
  Fits<Alert, Static<typeof alert>>,
  Fits<AlertRecord, Static<typeof alertRecord>>,
  Fits<Notice, Static<typeof notice>>,
  Fits<Sent, Static<typeof sent>>,
  Fits<Silence, Static<typeof silence>>,
  Fits<Ack, Static<typeof ack>>,
  Fits<AlertOwner, Static<typeof owner>>,
  Fits<AlertProbe, Static<typeof probe>>,
  Fits<Delivery, Static<typeof delivery>>,
];
const documentedFieldsFit: Assertions = [true, true, true, true, true, true, true, true, true];
void documentedFieldsFit;
