import { type Decoded, decodeBatch, decodeDecision, decodeHeartbeat } from '@regionpilot/protocol';
import { expect, test } from 'vitest';
import { batchOf, ten } from '../fold/build.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const reason = (decoded: Decoded<unknown>): string =>
  decoded.kind === 'ok' ? 'ok' : `${decoded.rejection}: ${decoded.text}`;

test('each gate says what came and what was wanted', () => {
  expect(reason(decodeBatch(utf8('{"v":1')))).toMatch(/^notJson: not JSON: /);
  expect(reason(decodeBatch(Uint8Array.of(0xff, 0xfe)))).toMatch(/^notJson: /);
  expect(reason(decodeBatch(utf8('[1]')))).toBe('shapeInvalid: got [1], wanted an object');
  expect(reason(decodeBatch(utf8('{"v":7}')))).toBe('versionUnknown: got version 7, wanted 1');
  expect(reason(decodeBatch(new Uint8Array(1_000_001)))).toBe(
    'tooLarge: 1000001 bytes, wanted at most 1000000',
  );
});

test('a header`s mistakes are named by path, five at most', () => {
  const batch = { ...batchOf(ten, {}, []), client: 'two words', seq: -1, bye: 'no' };
  expect(reason(decodeBatch(utf8(JSON.stringify(batch)))).split('\n')).toEqual([
    'shapeInvalid: client: got "two words", wanted a name: a letter or digit, then letters, digits and ._:/@-, at most 128',
    'seq: got -1, wanted >= 0',
    'bye: got "no", wanted boolean',
  ]);
  expect(reason(decodeBatch(utf8('{"v":1}'))).split('\n')).toHaveLength(5);
});

test('a column`s mistake is named by row', () => {
  const batch = { ...batchOf(ten, {}, [{ ok: 1 }, { ok: 2 }]), ok: [1, 2.5] };
  expect(reason(decodeBatch(utf8(JSON.stringify(batch))))).toBe(
    'shapeInvalid: ok: row 1 is not in 0..9007199254740991',
  );
});

test('a value too long for a log line is shortened', () => {
  const text = reason(decodeHeartbeat(utf8(JSON.stringify({ v: 'x'.repeat(5_000) }))));
  expect(text.length).toBeLessThan(120);
});

test('a decision that leaves one home without a full region is no decision', () => {
  const decision = {
    v: 1,
    group: 'payments',
    term: 1,
    epoch: 1,
    owner: 'aggregator-1',
    atMs: ten,
    reason: 'regionDown',
    text: 'east is down',
    regions: ['east', 'west'],
    admit: { west: 10_000 },
    homes: { north: { east: 9_999, west: 9_999 } },
    noSafeTarget: false,
    health: {},
    evidence: [],
    incident: null,
  };
  expect(reason(decodeDecision(utf8(JSON.stringify(decision))))).toBe(
    'shapeInvalid: home north: no region admits everybody',
  );
  expect(reason(decodeDecision(utf8(JSON.stringify({ ...decision, homes: {} }))))).toBe('ok');
});
