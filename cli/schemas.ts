// What every `--json` promises, in one place: command → JSON Schema. `--schema` prints it, a test holds
// real output against it, and a command with `--json` that is missing here fails another test.

import Type, { type TSchema } from 'typebox';
import { doctorSchema } from './doctor/schema.ts';
import { alertsSchemas } from './schemas/alerts.ts';
import { configSchemas, operatingSchemas } from './schemas/operating.ts';
import { statusSchema } from './status/schema.ts';
import { bundleSchema } from './support/bundle.ts';
import { topSchema } from './top/schema.ts';

/** By the command's name without the program's own, for example `hold set`. */
export const schemas: Readonly<Record<string, TSchema>> = {
  status: statusSchema,
  doctor: doctorSchema,
  top: topSchema,
  'support-bundle': bundleSchema,
  ...operatingSchemas,
  ...alertsSchemas,
  ...configSchemas,
};

/** Null for a command that prints no JSON. */
export function schemaOf(command: string): TSchema | null {
  return Object.hasOwn(schemas, command) ? (schemas[command] ?? null) : null;
}

/** The one document of a `--json` run that failed before it said anything. */
export const errorSchema: TSchema = Type.Object(
  {
    v: Type.Literal(1),
    error: Type.Object({
      type: Type.String(),
      message: Type.String(),
      exitCode: Type.Integer(),
      problems: Type.Array(
        Type.Object({ path: Type.String(), value: Type.String(), expected: Type.String() }),
      ),
    }),
  },
  { $id: 'https://regionpilot.io/schemas/cli-error.v1.json', title: 'a failed --json run' },
);
