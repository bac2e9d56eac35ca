// The shapes of all records, as data. From these the checks run and `protocol/schemas/*.json` are
// generated. Unknown fields are allowed (a newer minor version may add some), unknown majors are not.
// The types in the neighbouring files are written by hand, for their documentation; the assertions
// at the end of this file keep the two from drifting apart.

import Type, { type Static, type TSchema } from 'typebox';
import type { Batch } from './batch.ts';
import { batchLimits, connectionStates, dropReasons, eventKinds } from './batch.ts';
import type { Decision, Heartbeat } from './decision.ts';
import { decisionReasons } from './decision.ts';
import { errorClassNames } from './error-classes.ts';
import { healths, verdictRules } from './evidence.ts';
import type { IncidentRecord } from './incident.ts';
import { namePattern } from './names.ts';
import type { Override } from './override.ts';
import { automationModes } from './override.ts';
import type { Partial } from './partial.ts';
import { fullShare } from './route.ts';

const name = Type.String({ pattern: namePattern });
const home = Type.String({ pattern: `^\\*$|${namePattern}` });
const text = Type.String({ maxLength: 2_000 });
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const milliseconds = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const share = Type.Integer({ minimum: 0, maximum: fullShare });
const ratio = Type.Number({ minimum: 0, maximum: 1 });
const version = Type.Tuple([count, count]);
const pair = version;
const versionOne = Type.Literal(1);

// Keys are names too: nothing that could be mistaken for `__proto__` gets past.
function byName<Value extends TSchema>(value: Value) {
  return Type.Record(Type.String({ pattern: namePattern }), value, { additionalProperties: false });
}

const health = Type.Enum([...healths]);
const admission = byName(share);
const byRule = Type.Object({ connectivity: count, stall: count, errorRatio: count });
const fewNames = Type.Array(name, { maxItems: 16 });

const evidence = Type.Object({
  region: name,
  home,
  health,
  rule: Type.Union([Type.Enum([...verdictRules]), Type.Null()]),
  liveClients: count,
  engagedClients: count,
  voters: count,
  votersByRule: byRule,
  setAside: count,
  quorum: count,
  domains: fewNames,
  domainsWanted: count,
  short: pair,
  long: pair,
  wilsonLow: ratio,
  errors: byName(count),
  stalledMaxMs: count,
  sampleVoters: fewNames,
});

const decision = Type.Object({
  v: versionOne,
  group: name,
  term: count,
  epoch: count,
  owner: name,
  atMs: milliseconds,
  reason: Type.Enum([...decisionReasons]),
  text,
  regions: Type.Array(name, { minItems: 1, maxItems: 16 }),
  admit: admission,
  homes: byName(admission),
  noSafeTarget: Type.Boolean(),
  health: byName(health),
  evidence: Type.Array(evidence, { maxItems: 64 }),
  incident: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
});

const heartbeat = Type.Object({
  v: versionOne,
  partition: count,
  owner: name,
  atMs: milliseconds,
  intervalMs: Type.Integer({ minimum: 1, maximum: 60_000 }),
  epochs: byName(version),
  tilt: byName(text),
});

const hold = Type.Object({ kind: Type.Enum(['use', 'avoid']), region: name });

const override = Type.Object({
  v: versionOne,
  group: home,
  atMs: milliseconds,
  author: Type.String({ minLength: 1, maxLength: 200 }),
  reason: Type.String({ minLength: 1, maxLength: 2_000 }),
  expiresMs: milliseconds,
  hold: Type.Union([hold, Type.Null()]),
  automation: Type.Enum([...automationModes]),
  overrideRules: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 16 }),
});

const accounts = Type.Object({
  offset: count,
  lagRecords: count,
  batches: count,
  rows: count,
  duplicates: count,
  rejected: count,
  gaps: count,
  declaredDrops: count,
  late: count,
  clamped: count,
});

const cell = Type.Object({
  home,
  region: name,
  live: count,
  engaged: count,
  down: count,
  byRule,
  everywhere: count,
  domains: fewNames,
  downDomains: fewNames,
  everywhereDomains: fewNames,
  sampled: count,
  failing: count,
  failingDomains: fewNames,
  short: pair,
  long: pair,
  raw: pair,
  errors: byName(count),
  stalledMaxMs: count,
  latency: Type.Array(count),
  downClients: Type.Array(name, { maxItems: 8 }),
});

const partial = Type.Object({
  v: versionOne,
  group: name,
  partition: count,
  owner: name,
  seq: count,
  atMs: milliseconds,
  warm: Type.Boolean(),
  accounts,
  homes: byName(pair),
  cells: Type.Array(cell),
  applied: byName(count),
  regions: fewNames,
  stragglers: Type.Array(name, { maxItems: 8 }),
});

const incident = Type.Object({
  v: versionOne,
  group: name,
  incident: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
  atMs: milliseconds,
  owner: name,
  term: count,
  event: Type.Object({ kind: Type.String({ maxLength: 64 }) }),
});

const columnOf = (maximum: number) =>
  Type.Union([
    Type.Integer({ minimum: 0, maximum }),
    Type.Array(Type.Integer({ minimum: 0, maximum }), { maxItems: batchLimits.rows }),
  ]);
const indexColumn = columnOf(batchLimits.strings - 1);

const batchColumns = Type.Object({
  connection: columnOf(batchLimits.connections - 1),
  group: indexColumn,
  region: indexColumn,
  event: columnOf(eventKinds.length - 1),
  state: columnOf(connectionStates.length - 1),
  at: columnOf(batchLimits.atMs),
  ok: columnOf(Number.MAX_SAFE_INTEGER),
  stalledMs: columnOf(Number.MAX_SAFE_INTEGER),
  errors: Type.Array(count, {
    description: `row, error class number (${errorClassNames.join(', ')}), count, …`,
  }),
  latency: Type.Array(Type.Array(count, { minItems: 2 })),
  probes: Type.Optional(Type.Array(Type.Tuple([count, count, count, count]), { maxItems: 1_000 })),
});

const batchHeader = Type.Object({
  v: versionOne,
  client: name,
  boot: name,
  seq: count,
  sentMs: milliseconds,
  baseMs: milliseconds,
  home: name,
  domain: name,
  applied: byName(version),
  produced: count,
  dropped: Type.Object(
    Object.fromEntries(dropReasons.map((reason) => [reason, Type.Optional(count)])) as Record<
      (typeof dropReasons)[number],
      ReturnType<typeof Type.Optional<typeof count>>
    >,
  ),
  bye: Type.Boolean(),
  strings: Type.Array(name, { maxItems: batchLimits.strings }),
  rows: Type.Integer({ minimum: 0, maximum: batchLimits.rows }),
  breaker: Type.Array(
    Type.Object({ group: name, from: name, to: name, atMs: milliseconds, reason: text }),
    { maxItems: 100 },
  ),
});

export const decisionSchema: TSchema = decision;
export const heartbeatSchema: TSchema = heartbeat;
export const overrideSchema: TSchema = override;
export const partialSchema: TSchema = partial;
export const incidentSchema: TSchema = incident;
/** Without the columns, which `decodeBatch` checks in one pass over the numbers. */
export const batchHeaderSchema: TSchema = batchHeader;
export const batchSchema: TSchema = Type.Object({
  ...batchHeader.properties,
  ...batchColumns.properties,
});

// A field that is documented but not checked, or checked but not documented, fails to compile.
type Writable<T> = { -readonly [K in keyof T]: Writable<T[K]> };
type Fits<Documented, Checked> = [Writable<Documented>] extends [Writable<Checked>] ? true : never;
type IncidentHead = 'v' | 'group' | 'incident' | 'atMs' | 'owner' | 'term';
type Assertions = [
  Fits<Decision, Static<typeof decision>>,
  Fits<Heartbeat, Static<typeof heartbeat>>,
  Fits<Override, Static<typeof override>>,
  Fits<Partial, Static<typeof partial>>,
  Fits<Pick<IncidentRecord, IncidentHead>, Pick<Static<typeof incident>, IncidentHead>>,
  Fits<Omit<Batch, keyof typeof batchColumns.properties>, Static<typeof batchHeader>>,
];
const documentedFieldsFit: Assertions = [true, true, true, true, true, true];
void documentedFieldsFit;
