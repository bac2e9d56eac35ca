// The batch on the wire. Reading is the aggregator's hottest path, so the numbers are checked in
// one tight pass instead of by the schema; the small header goes through the schema.

import type { Batch, Column } from './batch.ts';
import { batchLimits, connectionStates, eventKinds } from './batch.ts';
import type { Bytes, Decoded } from './codec.ts';
import { checker, invalid, parseVersioned } from './codec.ts';
import { errorClassNames } from './error-classes.ts';
import { histogramBuckets } from './histogram.ts';
import { batchHeaderSchema } from './schemas.ts';
import { formatProblems, problemsOf } from './validate.ts';

const utf8Writer = new TextEncoder();
const headerFits = checker(batchHeaderSchema);

export function encodeBatch(batch: Batch): Bytes {
  return utf8Writer.encode(JSON.stringify(batch));
}

/** Untrusted bytes to a batch whose every number is in range, or why not. Never throws. */
export function decodeBatch(bytes: Bytes): Decoded<Batch> {
  const parsed = parseVersioned(bytes, batchLimits.bytes);
  if (parsed.kind === 'invalid') return parsed;
  if (!headerFits(parsed.value)) {
    return invalid(
      'shapeInvalid',
      formatProblems(problemsOf(batchHeaderSchema, parsed.value).slice(0, 5)),
    );
  }
  const batch = parsed.value as unknown as Batch;
  const problem =
    columnsProblem(batch) ?? errorsProblem(batch) ?? latencyProblem(batch) ?? probesProblem(batch);
  return problem === null ? { kind: 'ok', value: batch } : invalid('shapeInvalid', problem);
}

function columnsProblem(batch: Batch): string | null {
  const { rows } = batch;
  const names = batch.strings.length - 1;
  const large = Number.MAX_SAFE_INTEGER;
  return (
    columnProblem('connection', batch.connection, rows, batchLimits.connections - 1) ??
    columnProblem('group', batch.group, rows, names) ??
    columnProblem('region', batch.region, rows, names) ??
    columnProblem('event', batch.event, rows, eventKinds.length - 1) ??
    columnProblem('state', batch.state, rows, connectionStates.length - 1) ??
    columnProblem('at', batch.at, rows, batchLimits.atMs) ??
    columnProblem('ok', batch.ok, rows, large) ??
    columnProblem('stalledMs', batch.stalledMs, rows, large)
  );
}

function columnProblem(name: string, column: Column, rows: number, maximum: number): string | null {
  if (rows === 0) return null; // Nobody looks at a column without rows.
  if (typeof column === 'number') {
    return inRange(column, maximum) ? null : `${name}: got ${column}, wanted 0..${maximum}`;
  }
  if (!Array.isArray(column) || column.length !== rows) {
    return `${name}: wanted a number or ${rows} numbers`;
  }
  for (let row = 0; row < rows; row++) {
    if (!inRange(column[row], maximum)) return `${name}: row ${row} is not in 0..${maximum}`;
  }
  return null;
}

function inRange(value: unknown, maximum: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= maximum && Number.isInteger(value);
}

function errorsProblem({ errors, rows }: Batch): string | null {
  if (!Array.isArray(errors) || errors.length % 3 !== 0) return 'errors: wanted triples of numbers';
  if (errors.length / 3 > rows * errorClassNames.length)
    return 'errors: more triples than possible';
  for (let i = 0; i < errors.length; i += 3) {
    const fits =
      inRange(errors[i], rows - 1) &&
      inRange(errors[i + 1], errorClassNames.length - 1) &&
      inRange(errors[i + 2], Number.MAX_SAFE_INTEGER);
    if (!fits) return `errors: triple ${i / 3} is not row, class, count`;
  }
  return null;
}

function latencyProblem({ latency, strings }: Batch): string | null {
  if (!Array.isArray(latency) || latency.length > 1_000)
    return 'latency: wanted at most 1000 lists';
  const names = strings.length - 1;
  for (const list of latency) {
    if (!Array.isArray(list) || list.length < 2 || list.length % 2 !== 0) {
      return 'latency: wanted group, region, then pairs of bucket and count';
    }
    if (!inRange(list[0], names) || !inRange(list[1], names))
      return 'latency: unknown group or region';
    for (let i = 2; i < list.length; i += 2) {
      if (!inRange(list[i], histogramBuckets - 1) || !inRange(list[i + 1], 2 ** 32 - 1)) {
        return `latency: ${list[i]} and ${list[i + 1]} are not a bucket and a count`;
      }
    }
  }
  return null;
}

function probesProblem({ probes = [], strings }: Batch): string | null {
  if (!Array.isArray(probes) || probes.length > 1_000) return 'probes: wanted at most 1000 lists';
  const names = strings.length - 1;
  for (const list of probes) {
    const fits =
      Array.isArray(list) &&
      list.length === 4 &&
      list.every((value, at) => inRange(value, at < 2 ? names : Number.MAX_SAFE_INTEGER));
    if (!fits) return 'probes: wanted group, region, answered, failed';
  }
  return null;
}
