// Bytes to records and back. Reading never throws: bytes from the log are untrusted, and what does
// not fit is a value with a reason, which the shell sends to the dead letter before it reads on.

import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { AlertsTopicRecord } from './alert.ts';
import { alertsTopicSchemas, deliverySchema } from './alert-schemas.ts';
import type { AuditRecord } from './audit.ts';
import type { Decision, Heartbeat } from './decision.ts';
import type { Delivery } from './delivery.ts';
import type { IncidentRecord } from './incident.ts';
import { auditSchema, policyOrderSchema } from './operator-schemas.ts';
import type { Override } from './override.ts';
import type { Partial } from './partial.ts';
import type { PolicyOrder } from './policy-order.ts';
import type { Roster } from './roster.ts';
import { rosterSchema, rosterSense } from './roster-schema.ts';
import { admitsEveryone } from './route.ts';
import {
  decisionSchema,
  heartbeatSchema,
  incidentSchema,
  overrideSchema,
  partialSchema,
} from './schemas.ts';
import { formatProblems, problemsOf, shorten } from './validate.ts';

export const rejections = ['tooLarge', 'notJson', 'versionUnknown', 'shapeInvalid'] as const;
export type Rejection = (typeof rejections)[number];

export type Decoded<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'invalid'; readonly rejection: Rejection; readonly text: string };

export type Bytes = Uint8Array;

const maxBytes = 4_000_000;
const utf8Reader = new TextDecoder('utf-8', { fatal: true });
const utf8Writer = new TextEncoder();

/** Every record that is plain JSON on the wire; a batch has a codec of its own. */
export type PlainRecord =
  | Decision
  | Heartbeat
  | Override
  | Partial
  | IncidentRecord
  | AlertsTopicRecord
  | Delivery
  | Roster
  | AuditRecord
  | PolicyOrder;

export function encodeRecord(record: PlainRecord): Bytes {
  return utf8Writer.encode(JSON.stringify(record));
}

export const decodeDecision: (bytes: Bytes) => Decoded<Decision> = decoder<Decision>(
  decisionSchema,
  decisionSense,
);
export const decodeHeartbeat: (bytes: Bytes) => Decoded<Heartbeat> =
  decoder<Heartbeat>(heartbeatSchema);
export const decodeOverride: (bytes: Bytes) => Decoded<Override> =
  decoder<Override>(overrideSchema);
export const decodePartial: (bytes: Bytes) => Decoded<Partial> = decoder<Partial>(partialSchema);
export const decodeIncident: (bytes: Bytes) => Decoded<IncidentRecord> =
  decoder<IncidentRecord>(incidentSchema);
export const decodeDelivery: (bytes: Bytes) => Decoded<Delivery> =
  decoder<Delivery>(deliverySchema);
export const decodeRoster: (bytes: Bytes) => Decoded<Roster> = decoder<Roster>(
  rosterSchema,
  rosterSense,
);
export const decodeAudit: (bytes: Bytes) => Decoded<AuditRecord> =
  decoder<AuditRecord>(auditSchema);
export const decodePolicyOrder: (bytes: Bytes) => Decoded<PolicyOrder> =
  decoder<PolicyOrder>(policyOrderSchema);

const alertsTopicDecoders: Readonly<
  Record<string, (value: unknown) => Decoded<AlertsTopicRecord>>
> = Object.fromEntries(
  Object.entries(alertsTopicSchemas).map(([kind, schema]) => [
    kind,
    shaped<AlertsTopicRecord>(schema),
  ]),
);

/** A record of the `alerts` topic, told apart by its `kind`. */
export function decodeAlertsRecord(bytes: Bytes): Decoded<AlertsTopicRecord> {
  const parsed = parseVersioned(bytes, maxBytes);
  if (parsed.kind === 'invalid') return parsed;
  const { kind } = parsed.value;
  const decode =
    typeof kind === 'string' && Object.hasOwn(alertsTopicDecoders, kind)
      ? alertsTopicDecoders[kind]
      : undefined;
  if (decode !== undefined) return decode(parsed.value);
  const wanted = Object.keys(alertsTopicSchemas).join(', ');
  return invalid('shapeInvalid', `got kind ${shorten(kind)}, wanted one of ${wanted}`);
}

/** JSON of a known major version, or why not. The first gate of every record. */
export function parseVersioned(bytes: Bytes, limit: number): Decoded<Record<string, unknown>> {
  if (bytes.length > limit)
    return invalid('tooLarge', `${bytes.length} bytes, wanted at most ${limit}`);
  let value: unknown;
  try {
    value = JSON.parse(utf8Reader.decode(bytes));
  } catch (error) {
    return invalid('notJson', `not JSON: ${shorten((error as Error).message)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return invalid('shapeInvalid', `got ${shorten(value)}, wanted an object`);
  }
  const version = (value as { v?: unknown }).v;
  if (version !== 1) return invalid('versionUnknown', `got version ${shorten(version)}, wanted 1`);
  return { kind: 'ok', value: value as Record<string, unknown> };
}

export function invalid(rejection: Rejection, text: string): Decoded<never> {
  return { kind: 'invalid', rejection, text };
}

/** Compiled on first use: a process that never reads a kind of record never pays for its check. */
export function checker(schema: TSchema): (value: unknown) => boolean {
  let check: ((value: unknown) => boolean) | undefined;
  return (value) => {
    if (check === undefined) {
      const compiled = Compile(schema);
      check = (candidate) => compiled.Check(candidate);
    }
    return check(value);
  };
}

function decoder<Value>(
  schema: TSchema,
  sense: (value: Value) => string | null = () => null,
): (bytes: Bytes) => Decoded<Value> {
  const decode = shaped(schema, sense);
  return (bytes) => {
    const parsed = parseVersioned(bytes, maxBytes);
    return parsed.kind === 'invalid' ? parsed : decode(parsed.value);
  };
}

/** A parsed value that fits the schema and makes sense, or why not. */
function shaped<Value>(
  schema: TSchema,
  sense: (value: Value) => string | null = () => null,
): (value: unknown) => Decoded<Value> {
  const fits = checker(schema);
  return (value) => {
    if (!fits(value)) {
      return invalid('shapeInvalid', formatProblems(problemsOf(schema, value).slice(0, 5)));
    }
    const nonsense = sense(value as Value);
    return nonsense === null
      ? { kind: 'ok', value: value as Value }
      : invalid('shapeInvalid', nonsense);
  };
}

/** A decision that fits its schema and would still strand somebody is no decision. */
function decisionSense(decision: Decision): string | null {
  const rows = [['*', decision.admit] as const, ...Object.entries(decision.homes)];
  for (const [home, admission] of rows) {
    const strangers = Object.keys(admission).filter((region) => !decision.regions.includes(region));
    if (strangers.length > 0) return `home ${home} admits ${strangers[0]}, which is not in regions`;
    if (!admitsEveryone(admission)) return `home ${home}: no region admits everybody`;
  }
  if (new Set(decision.regions).size !== decision.regions.length) return 'regions repeats a name';
  return null;
}
