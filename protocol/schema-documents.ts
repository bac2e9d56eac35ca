import type { TSchema } from 'typebox';
import { alertsTopicSchemas, deliverySchema } from './alert-schemas.ts';
import { auditSchema, policyOrderSchema } from './operator-schemas.ts';
import { rosterSchema } from './roster-schema.ts';
import {
  batchSchema,
  decisionSchema,
  heartbeatSchema,
  incidentSchema,
  overrideSchema,
  partialSchema,
} from './schemas.ts';

/** File name → JSON Schema text of each record kind, as checked in under `protocol/schemas/`. */
export function schemaDocuments(): Readonly<Record<string, string>> {
  const kinds: Record<string, TSchema> = {
    ...alertsTopicSchemas,
    audit: auditSchema,
    batch: batchSchema,
    decision: decisionSchema,
    delivery: deliverySchema,
    heartbeat: heartbeatSchema,
    incident: incidentSchema,
    override: overrideSchema,
    partial: partialSchema,
    policy: policyOrderSchema,
    roster: rosterSchema,
  };
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, schema]) => [`${kind}.v1.json`, document(kind, schema)]),
  );
}

function document(kind: string, schema: TSchema): string {
  const head = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `https://regionpilot.io/schemas/${kind}.v1.json`,
    title: `RegionPilot ${kind}, version 1`,
  };
  return `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`;
}
