// What really happened in the world, counted out of its log's own records.

import type { Bus } from '@regionpilot/bus';
import {
  type Batch,
  type Column,
  decodeBatch,
  decodeDelivery,
  errorClasses,
  errorClassNames,
} from '@regionpilot/protocol';
import { readTopic } from '../../../cli/io/read-log.ts';
import { topicPrefix } from '../../../demo/settings.ts';

/** By whatever the field says. */
export type Counts = Readonly<Record<string, number>>;

export type Produced = {
  readonly batches: number;
  readonly rows: number;
  /** By region: commands answered, and failures that speak against it. */
  readonly answered: Counts;
  readonly failed: Counts;
  /** By `region class`. */
  readonly errors: Counts;
  /** By `receiver result`. */
  readonly attempts: Counts;
};

export async function producedIn(bus: Bus): Promise<Produced> {
  const batches = await batchesIn(bus);
  const rows = batches.flatMap(rowsOf);
  const errors = rows.flatMap(({ region, errors: all }) =>
    all.map(({ name, count }) => ({ region, name, count })),
  );
  const against = errors.filter(({ name }) => errorClasses[name] === 'region');
  return {
    batches: batches.length,
    rows: rows.length,
    answered: summed(rows.map(({ region, ok }) => [region, ok])),
    failed: summed(against.map(({ region, count }) => [region, count])),
    errors: summed(errors.map(({ region, name, count }) => [`${region} ${name}`, count])),
    attempts: await attemptsIn(bus),
  };
}

export function summed(entries: readonly (readonly [string, number])[]): Counts {
  const sums: Record<string, number> = {};
  for (const [key, count] of entries) sums[key] = (sums[key] ?? 0) + count;
  return Object.fromEntries(Object.entries(sums).filter(([, count]) => count > 0));
}

/** Each once, however often it was sent. */
async function batchesIn(bus: Bus): Promise<readonly Batch[]> {
  const found = new Map<string, Batch>();
  for await (const { value } of readTopic(bus, `${topicPrefix}events`)) {
    const decoded = value === null ? null : decodeBatch(value);
    if (decoded?.kind !== 'ok') throw new Error('an unreadable batch');
    const { client, boot, seq } = decoded.value;
    found.set(`${client} ${boot} ${seq}`, decoded.value);
  }
  return [...found.values()];
}

function rowsOf(batch: Batch) {
  const at = (column: Column, row: number): number =>
    typeof column === 'number' ? column : (column[row] ?? 0);
  return Array.from({ length: batch.rows }, (_, row) => ({
    region: batch.strings[at(batch.region, row)] ?? '',
    ok: at(batch.ok, row),
    errors: triples(batch.errors)
      .filter(([of]) => of === row)
      .map(([, name, count]) => ({ name: errorClassNames[name] ?? 'other', count })),
  }));
}

function triples(flat: readonly number[]): readonly (readonly [number, number, number])[] {
  return Array.from({ length: flat.length / 3 }, (_, i) => [
    flat[i * 3] ?? 0,
    flat[i * 3 + 1] ?? 0,
    flat[i * 3 + 2] ?? 0,
  ]);
}

async function attemptsIn(bus: Bus): Promise<Counts> {
  const results: [string, number][] = [];
  for await (const { value } of readTopic(bus, `${topicPrefix}deliveries`)) {
    const decoded = value === null ? null : decodeDelivery(value);
    if (decoded?.kind !== 'ok') continue;
    results.push([`${decoded.value.receiver} ${decoded.value.result}`, 1]);
  }
  return summed(results);
}
