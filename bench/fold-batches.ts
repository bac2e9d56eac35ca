// Batches as a busy fleet sends them, for the aggregator's bench: the same rows once as the product
// writes them (columns) and once as rows of objects, the usual way, for comparison.

import type { Batch } from '@regionpilot/protocol';
import { column, connectionStates, encodeBatch, errorClassNumber } from '@regionpilot/protocol';

const regions = ['eu-west', 'us-east'];

export type FleetShape = {
  readonly clients: number;
  /** Rows in each batch: one per connection with something to tell. */
  readonly rowsPerBatch: number;
};

/** Batch `seq` of client number `client`, flushed at `atMs`. One row in fifty carries a failure. */
export function fleetBatch(shape: FleetShape, client: number, seq: number, atMs: number): Batch {
  const { rowsPerBatch } = shape;
  const numbers = Array.from({ length: rowsPerBatch }, (_, row) => row);
  const jitter = (row: number, salt: number) => (Math.imul(row + salt, 2654435761) >>> 20) % 97;
  return {
    v: 1,
    client: `checkout-${client}/host-${client % 50}/1234`,
    boot: `b${(client * 7919).toString(36)}`,
    seq,
    sentMs: atMs,
    baseMs: atMs - 100,
    home: regions[client % 2] as string,
    domain: `zone-${client % 6}`,
    applied: { 'payments-cache': [3, 17] },
    produced: (seq + 1) * rowsPerBatch,
    dropped: {},
    bye: false,
    strings: ['payments-cache', ...regions],
    rows: rowsPerBatch,
    connection: column(numbers),
    group: 0,
    region: column(numbers.map((row) => 1 + (row % 2))),
    event: 0,
    state: connectionStates.indexOf('ready'),
    at: column(numbers.map((row) => jitter(row, seq))),
    ok: column(numbers.map((row) => 40 + jitter(row, seq + client))),
    stalledMs: column(numbers.map((row) => (row % 3 === 0 ? 1 + (row % 4) : 0))),
    errors: numbers
      .filter((row) => row % 50 === 49)
      .flatMap((row) => [row, errorClassNumber('timeout'), 1]),
    latency: [1, 2].map((region) => [
      0,
      region,
      ...Array.from({ length: 12 }, (_, i) => [140 + i, 3 + jitter(i, seq)]).flat(),
    ]),
    breaker: [],
  };
}

/** The same rows, one object each, as a record of an ordinary pipeline would hold them. */
export function rowJson(batch: Batch): Uint8Array {
  const value = (of: Batch['ok'], row: number) => (typeof of === 'number' ? of : (of[row] ?? 0));
  const rows = Array.from({ length: batch.rows }, (_, row) => ({
    client: batch.client,
    home: batch.home,
    domain: batch.domain,
    connection: value(batch.connection, row),
    group: batch.strings[value(batch.group, row)],
    region: batch.strings[value(batch.region, row)],
    event: 'sample',
    state: 'ready',
    atMs: batch.baseMs + value(batch.at, row),
    ok: value(batch.ok, row),
    stalledMs: value(batch.stalledMs, row),
    failed: batch.errors.includes(row) ? 1 : 0,
  }));
  return new TextEncoder().encode(JSON.stringify(rows));
}

export type EncodedFleet = {
  readonly batches: readonly { readonly bytes: Uint8Array; readonly atMs: number }[];
  readonly rows: number;
};

/** `flushes` rounds of the whole fleet, 100 ms apart, encoded as the agent does. */
export function encodedFleet(shape: FleetShape, flushes: number, startMs: number): EncodedFleet {
  const batches = [];
  for (let flush = 0; flush < flushes; flush++) {
    const atMs = startMs + flush * 100;
    for (let client = 0; client < shape.clients; client++) {
      batches.push({ bytes: encodeBatch(fleetBatch(shape, client, flush, atMs)), atMs });
    }
  }
  return { batches, rows: batches.length * shape.rowsPerBatch };
}
