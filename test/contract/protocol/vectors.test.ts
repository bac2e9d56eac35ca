// Records as other implementations and older versions wrote them. A file here is never changed and
// never removed: what was once written stays readable.

import { readdirSync, readFileSync } from 'node:fs';
import type { Batch, Bytes, Decision, Decoded } from '@regionpilot/protocol';
import {
  at,
  bucketOf,
  clientBucket,
  connectionStates,
  decodeAlertsRecord,
  decodeAudit,
  decodeBatch,
  decodeDecision,
  decodeDelivery,
  decodeHeartbeat,
  decodeIncident,
  decodeOverride,
  decodePartial,
  decodePolicyOrder,
  decodeRoster,
  encodeBatch,
  encodeRecord,
  errorClassNames,
  eventKinds,
  partitionOf,
  routeOf,
} from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';

type Vector = {
  readonly kind: string;
  readonly record: never;
  readonly alsoRead: readonly unknown[];
  readonly rejected: readonly { readonly rejection: string; readonly record: unknown }[];
};

const folder = new URL('../../vectors/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
const bytesOf = (record: unknown): Bytes => new TextEncoder().encode(JSON.stringify(record));

const decoders: Readonly<Record<string, (bytes: Bytes) => Decoded<unknown>>> = {
  ack: decodeAlertsRecord,
  alert: decodeAlertsRecord,
  delivery: decodeDelivery,
  notice: decodeAlertsRecord,
  owner: decodeAlertsRecord,
  probe: decodeAlertsRecord,
  sent: decodeAlertsRecord,
  silence: decodeAlertsRecord,
  audit: decodeAudit,
  batch: decodeBatch,
  decision: decodeDecision,
  heartbeat: decodeHeartbeat,
  incident: decodeIncident,
  override: decodeOverride,
  partial: decodePartial,
  policy: decodePolicyOrder,
  roster: decodeRoster,
};

test('there is a vector of every kind of record and of every shared formula', () => {
  expect(files).toEqual(
    expect.arrayContaining([
      'ack.v1.json',
      'alert.v1.json',
      'audit.v1.json',
      'batch.v1.json',
      'decision.v1.json',
      'delivery.v1.json',
      'hashing.v1.json',
      'heartbeat.v1.json',
      'histogram.v1.json',
      'incident.v1.json',
      'notice.v1.json',
      'override.v1.json',
      'owner.v1.json',
      'partial.v1.json',
      'policy.v1.json',
      'probe.v1.json',
      'roster.v1.json',
      'sent.v1.json',
      'silence.v1.json',
    ]),
  );
});

describe.each(files.filter((file) => 'record' in read(file)))('%s', (file) => {
  const vector: Vector = read(file);
  const decode = (record: unknown): Decoded<unknown> => {
    const decoder = decoders[vector.kind];
    if (decoder === undefined) throw new Error(`no decoder of ${vector.kind}`);
    return decoder(bytesOf(record));
  };

  test('its record is read as it was written, and written as it was read', () => {
    expect(decode(vector.record)).toEqual({ kind: 'ok', value: vector.record });
    const encode = vector.kind === 'batch' ? encodeBatch : encodeRecord;
    expect(encode(vector.record)).toEqual(bytesOf(vector.record));
  });

  test('fields of a newer minor version do not get in the way', () => {
    for (const record of vector.alsoRead) expect(decode(record).kind).toBe('ok');
  });

  test('what does not fit is a value with its reason', () => {
    for (const { record, rejection } of vector.rejected) {
      expect(decode(record)).toMatchObject({ kind: 'invalid', rejection });
    }
  });
});

test('the rows of the batch vector mean what it says they mean', () => {
  const { record, rows } = read('batch.v1.json') as { record: Batch; rows: unknown };
  const failuresOf = (row: number) => {
    const failures: Record<string, number> = {};
    for (let i = 0; i < record.errors.length; i += 3) {
      if (record.errors[i] !== row) continue;
      failures[errorClassNames[record.errors[i + 1] as number] as string] = record.errors[
        i + 2
      ] as number;
    }
    return failures;
  };
  const expanded = Array.from({ length: record.rows }, (_, row) => ({
    connection: at(record.connection, row),
    group: record.strings[at(record.group, row)],
    region: record.strings[at(record.region, row)],
    event: eventKinds[at(record.event, row)],
    state: connectionStates[at(record.state, row)],
    atMs: record.baseMs + at(record.at, row),
    ok: at(record.ok, row),
    stalledMs: at(record.stalledMs, row),
    errors: failuresOf(row),
  }));
  expect(expanded).toEqual(rows);
});

test('clients go where the decision vector says', () => {
  const { record, alsoRead, routes } = read('decision.v1.json') as {
    record: Decision;
    alsoRead: readonly Decision[];
    routes: readonly {
      client: string;
      home: string;
      bucket: number;
      failover: string;
      ramp: string;
    }[];
  };
  const ramp = alsoRead[0] as Decision;
  for (const { client, home, bucket, failover, ramp: ramped } of routes) {
    expect(clientBucket(client)).toBe(bucket);
    expect(routeOf(record, home, bucket)).toBe(failover);
    expect(routeOf(ramp, home, bucket)).toBe(ramped);
  }
});

test('names fall where the hashing vector says', () => {
  for (const { name, bucket, partition } of read('hashing.v1.json').cases) {
    expect([name, clientBucket(name), partitionOf(name, 8)]).toEqual([name, bucket, partition]);
  }
});

test('latencies fall where the histogram vector says', () => {
  for (const { us, bucket } of read('histogram.v1.json').cases) {
    expect([us, bucketOf(us)]).toEqual([us, bucket]);
  }
});
