import {
  decodeRelayed,
  encodeRelayed,
  type RelayedRecord,
  signatureHeader,
} from '@regionpilot/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const ten = Date.UTC(2026, 10, 21, 10);
const record = (value: Uint8Array | null, headers = {}): RelayedRecord => ({
  partition: 0,
  offset: 12,
  appendedMs: ten,
  key: 'payments',
  headers,
  value,
});
const there = (one: RelayedRecord) => decodeRelayed(encodeRelayed(one));

test('any record survives the way, byte for byte, on one line', () => {
  fc.assert(
    fc.property(
      fc.option(
        fc.oneof(
          fc.uint8Array(),
          fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
        ),
      ),
      fc.dictionary(fc.string(), fc.string(), { maxKeys: 5 }),
      fc.string({ unit: 'binary', maxLength: 100 }),
      (value, headers, key) => {
        const one = { ...record(value === null ? null : Uint8Array.from(value), headers), key };
        expect(encodeRelayed(one)).not.toMatch(/[\n\r]/);
        expect(there(one)).toEqual({ kind: 'ok', record: one });
      },
    ),
  );
});

test('text stays text, bytes that are none become base64, a byte order mark is kept', () => {
  const text = new TextEncoder().encode('{"v":1}');
  expect(JSON.parse(encodeRelayed(record(text)))).toMatchObject({ value: '{"v":1}' });
  expect(JSON.parse(encodeRelayed(record(Uint8Array.of(255, 0))))).toMatchObject({
    value: null,
    base64: '/wA=',
  });
  const marked = Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b);
  expect(there(record(marked))).toEqual({ kind: 'ok', record: record(marked) });
});

test('the place of a signature is kept: header through, and beside the record', () => {
  const signed = record(null, { [signatureHeader]: 'ed25519:abc' });
  expect(JSON.parse(encodeRelayed(signed))).toMatchObject({ signature: 'ed25519:abc' });
  expect(there(signed)).toEqual({ kind: 'ok', record: signed });
});

test('what is no record is a value with a reason', () => {
  const good = JSON.parse(encodeRelayed(record(new TextEncoder().encode('x'))));
  const bad: readonly unknown[] = [
    null,
    [],
    'text',
    { ...good, offset: -1 },
    { ...good, offset: 1.5 },
    { ...good, offset: '1' },
    { ...good, appendedMs: 1e300 },
    { ...good, key: 7 },
    { ...good, key: 'k'.repeat(2_000) },
    { ...good, headers: null },
    { ...good, headers: { a: 1 } },
    { ...good, headers: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`h${i}`, 'x'])) },
    { ...good, value: 7 },
    { ...good, value: undefined },
    { ...good, value: null, base64: 'not base64!' },
    { ...good, value: null, base64: 7 },
  ];
  for (const each of bad) expect(decodeRelayed(JSON.stringify(each)).kind).toBe('invalid');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(decodeRelayed(text).kind).toBe('invalid');
    }),
  );
});
