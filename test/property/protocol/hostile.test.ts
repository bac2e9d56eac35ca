// Bad input, ≥ 100,000 pieces of it: never a throw, never a number out of range that is accepted,
// never a decision that leaves somebody without a region, and a folder that goes on.

import { readFileSync } from 'node:fs';
import type { Batch, Bytes, Column, Decision, Decoded } from '@regionpilot/protocol';
import {
  at,
  batchSchema,
  connectionStates,
  decodeAlertsRecord,
  decodeBatch,
  decodeDecision,
  decodeDelivery,
  decodeHeartbeat,
  decodeIncident,
  decodeOverride,
  decodePartial,
  encodeRecord,
  errorClassNames,
  eventKinds,
  fullShare,
  histogramBuckets,
  isName,
  problemsOf,
  routeOf,
} from '@regionpilot/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createFolder,
  foldBatch,
  foldTick,
  restoreFolder,
  snapshotFolder,
} from '../../../aggregator/fold/folder.ts';
import { policyDefaults } from '../../../aggregator/policy.ts';
import { mutated } from './mutate.ts';

const vector = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'));
const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

const decoders = [
  ['batch.v1', decodeBatch],
  ['decision.v1', decodeDecision],
  ['heartbeat.v1', decodeHeartbeat],
  ['incident.v1', decodeIncident],
  ['override.v1', decodeOverride],
  ['partial.v1', decodePartial],
  ['alert.v1', decodeAlertsRecord],
  ['notice.v1', decodeAlertsRecord],
  ['silence.v1', decodeAlertsRecord],
  ['delivery.v1', decodeDelivery],
] as const satisfies readonly (readonly [string, (bytes: Bytes) => Decoded<unknown>])[];

test('60,000 random bytes, truncations and flipped bits are values', () => {
  for (const [name, decode] of decoders) {
    const whole = utf8(JSON.stringify(vector(name).record));
    const garbage = fc.uint8Array({ maxLength: 200 });
    const truncated = fc.nat({ max: whole.length - 1 }).map((length) => whole.slice(0, length));
    const flipped = fc
      .array(fc.tuple(fc.nat(), fc.nat({ max: 7 })), { minLength: 1 })
      .map((bits) => {
        const bytes = whole.slice();
        for (const [place, bit] of bits) {
          const i = place % bytes.length;
          bytes[i] = (bytes[i] as number) ^ (1 << bit);
        }
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(garbage, truncated, flipped), (bytes) => {
        const decoded = decode(bytes);
        if (decoded.kind === 'invalid') expect(decoded.text.length).toBeLessThan(4_000);
      }),
      { numRuns: 10_000 },
    );
  }
});

test('40,000 mutated batches: what is accepted is in range, and a folder digests it', () => {
  const folder = createFolder({ partition: 0, owner: 'fuzz', policy: policyDefaults });
  const startMs = vector('batch.v1').record.sentMs;
  let offset = 0;
  let accepted = 0;
  fc.assert(
    fc.property(mutated(vector('batch.v1').record), (json) => {
      const decoded = decodeBatch(utf8(JSON.stringify(json)));
      if (decoded.kind === 'invalid') return;
      accepted++;
      expectInRange(decoded.value);
      const atMs = startMs + offset;
      foldBatch(folder, { ...decoded.value, seq: offset }, { offset, appendedMs: atMs }, atMs);
      offset++;
      if (offset % 50 !== 0) return;
      for (const partial of foldTick(folder, atMs, 0)) {
        expect(decodePartial(encodeRecord(partial)).kind).toBe('ok');
      }
    }),
    { numRuns: 40_000 },
  );
  expect(accepted).toBeGreaterThan(1_000);
  const options = { partition: 0, owner: 'fuzz', policy: policyDefaults };
  expect(restoreFolder(snapshotFolder(folder), options).kind).toBe('restored');
});

test('40,000 mutated decisions: every accepted one has a region for everybody', () => {
  let accepted = 0;
  const { record, alsoRead } = vector('decision.v1');
  fc.assert(
    fc.property(
      fc.oneof(mutated(record), mutated(alsoRead[0])),
      fc.nat({ max: fullShare - 1 }),
      fc.constantFrom('eu-west', 'ap-south', 'constructor', '__proto__', 'nowhere'),
      (json, bucket, home) => {
        const decoded = decodeDecision(utf8(JSON.stringify(json)));
        if (decoded.kind === 'invalid') return;
        accepted++;
        expectNobodyStranded(decoded.value, home, bucket);
      },
    ),
    { numRuns: 40_000 },
  );
  expect(accepted).toBeGreaterThan(1_000);
});

test('10,000 mutated records of the other kinds are read or refused', () => {
  for (const [name, decode] of decoders.slice(2)) {
    fc.assert(
      fc.property(mutated(vector(name).record), (json) => {
        expect(['ok', 'invalid']).toContain(decode(utf8(JSON.stringify(json))).kind);
      }),
      { numRuns: 2_500 },
    );
  }
});

test('the fast check of a batch and the published schema agree', () => {
  fc.assert(
    fc.property(mutated(vector('batch.v1').record), (json) => {
      const decoded = decodeBatch(utf8(JSON.stringify(json)));
      // The code checks more (positions inside the dictionary, lengths), never less. A batch without
      // rows is the exception: nobody looks at its columns.
      if (decoded.kind === 'ok' && decoded.value.rows > 0) {
        expect(problemsOf(batchSchema, JSON.parse(JSON.stringify(json)))).toEqual([]);
      }
    }),
    { numRuns: 5_000 },
  );
});

test('records larger than their limit are refused before they are parsed', () => {
  const decision = { ...vector('decision.v1').record, text: 'x'.repeat(4_000_000) };
  expect(decodeDecision(utf8(JSON.stringify(decision)))).toMatchObject({ rejection: 'tooLarge' });
  const deep = utf8(`{"v":1,"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}`);
  expect(decodeBatch(deep).kind).toBe('invalid');
});

function expectInRange(batch: Batch): void {
  const { rows, strings } = batch;
  const fits = (value: number, maximum: number) => {
    if (!Number.isSafeInteger(value) || value < 0 || value > maximum) {
      throw new Error(`accepted ${value}, maximum ${maximum}`);
    }
  };
  const columns: readonly (readonly [Column, number])[] = [
    [batch.connection, 65_535],
    [batch.group, strings.length - 1],
    [batch.region, strings.length - 1],
    [batch.event, eventKinds.length - 1],
    [batch.state, connectionStates.length - 1],
    [batch.at, 3_600_000],
    [batch.ok, Number.MAX_SAFE_INTEGER],
    [batch.stalledMs, Number.MAX_SAFE_INTEGER],
  ];
  fits(rows, 10_000);
  for (let row = 0; row < rows; row++) {
    for (const [column, maximum] of columns) fits(at(column, row), maximum);
  }
  for (let i = 0; i < batch.errors.length; i += 3) {
    fits(batch.errors[i] as number, rows - 1);
    fits(batch.errors[i + 1] as number, errorClassNames.length - 1);
    fits(batch.errors[i + 2] as number, Number.MAX_SAFE_INTEGER);
  }
  for (const [group, region, ...pairs] of batch.latency) {
    fits(group as number, strings.length - 1);
    fits(region as number, strings.length - 1);
    pairs.forEach((value, i) => {
      fits(value, i % 2 === 0 ? histogramBuckets - 1 : 2 ** 32 - 1);
    });
  }
  const names = [batch.client, batch.boot, batch.home, batch.domain, ...strings];
  expect([...names, ...Object.keys(batch.applied)].every(isName)).toBe(true);
}

function expectNobodyStranded(decision: Decision, home: string, bucket: number): void {
  const region = routeOf(decision, home, bucket);
  const row = Object.hasOwn(decision.homes, home) ? decision.homes[home] : decision.admit;
  expect(decision.regions).toContain(region);
  expect(Object.hasOwn(row ?? {}, region)).toBe(true);
  expect(row?.[region]).toBeGreaterThan(bucket);
  for (const share of Object.values(row ?? {})) {
    expect(Number.isInteger(share) && share >= 0 && share <= fullShare).toBe(true);
  }
}
