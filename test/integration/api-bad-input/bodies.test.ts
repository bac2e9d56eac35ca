// Bodies that are too large, of the wrong shape, or sent twice.

import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProblemSlug } from '../../../api/problem.ts';
import {
  anOrder,
  expectProblem,
  type GuardedWorld,
  openGuardedWorld,
  write,
} from '../../support/api-bad-input.ts';
import { group } from '../../support/api-records.ts';
import { rawRequest } from '../../support/api-world.ts';
import { eventually } from '../../support/eventually.ts';

let world: GuardedWorld;
beforeAll(async () => {
  world = await openGuardedWorld();
});
afterAll(() => world.close());

const path = `/api/v1/groups/${group}/order`;
const put = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  world.get(path, write(world, 'PUT', body, headers));

const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

test.each<[string, unknown, ProblemSlug]>([
  ['null', 'null', 'invalid-request'],
  ['a list', '[]', 'invalid-request'],
  ['a number', '7', 'invalid-request'],
  ['a text', '"hold"', 'invalid-request'],
  ['nothing', '', 'invalid-request'],
  ['half of it', '{"hold":', 'invalid-request'],
  ['twenty thousand lists in one another', deep, 'invalid-request'],
  ['a way to the prototype', '{"__proto__":{"admin":true}}', 'invalid-request'],
  ['a constructor', '{"constructor":{"prototype":{"admin":true}}}', 'invalid-request'],
  ['a field too many', { ...anOrder, force: true }, 'invalid-request'],
  ['a duration as text', { ...anOrder, durationMs: '60000' }, 'invalid-request'],
  ['a duration without end', { ...anOrder, durationMs: 1e18 }, 'invalid-request'],
  ['a reason of spaces', { ...anOrder, reason: '   ' }, 'invalid-request'],
  [
    'a region that is none',
    { ...anOrder, hold: { kind: 'use', region: 'mars' } },
    'invalid-request',
  ],
  ['a rule nobody knows', { ...anOrder, overrideRules: ['gravity'] }, 'invalid-request'],
  ['65,537 bytes', { ...anOrder, reason: 'x'.repeat(65_537) }, 'too-large'],
])('%s is refused', async (_name, body, slug) => {
  await expectProblem(await put(body), slug);
  expect(await world.count('overrides')).toBe(0);
});

test('every part that is wrong is told at once, with its place', async () => {
  const body = { hold: { kind: 'move', region: '<b>' }, automation: 'maybe', durationMs: 1 };
  const { errors } = JSON.parse(await expectProblem(await put(body), 'invalid-request'));
  const places = errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(places).toEqual(
    expect.arrayContaining(['/automation', '/durationMs', '/reason', '/overrideRules']),
  );
  expect(places.some((place: string) => place.startsWith('/hold'))).toBe(true);
});

test.each<[string, Readonly<Record<string, string>>, ProblemSlug]>([
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'unsupported-media-type'],
  [
    'text that a page may send anywhere',
    { 'content-type': 'text/plain' },
    'unsupported-media-type',
  ],
  ['a file', { 'content-type': 'multipart/form-data; boundary=x' }, 'unsupported-media-type'],
])('%s is not read', async (_name, headers, slug) => {
  await expectProblem(await put(anOrder, headers), slug);
});

test('a compressed body is not unpacked, so no bomb goes off', async () => {
  const headers = { ...write(world, 'PUT', '').headers, 'content-encoding': 'gzip' };
  const body = gzipSync(Buffer.alloc(10_000_000, ' '));
  const response = await world.get(path, { method: 'PUT', headers, body });
  expect([400, 413, 415]).toContain(response.status);
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
});

test('a body that says it is large, and one that does not say, are cut off before they are read', async () => {
  const { port } = world.api;
  const head = `PUT ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${world.token.admin}\r\ncontent-type: application/json\r\nidempotency-key: large-000001\r\nconnection: close\r\n`;
  const declared = await rawRequest(port, `${head}content-length: 1000000000\r\n\r\n{"reason":"`);
  expect(declared).toMatch(/^HTTP\/1.1 413 [\s\S]*too-large/);
  const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
  const chunked = await rawRequest(
    port,
    `${head}transfer-encoding: chunked\r\n\r\n${chunk.repeat(6)}0\r\n\r\n`,
  );
  expect(chunked).toMatch(/^HTTP\/1.1 413 [\s\S]*too-large/);
});

describe('the same key again', () => {
  const key = { 'idempotency-key': 'replayed-000001' };

  test('is the same answer and not another order; for another body it is refused', async () => {
    const first = await put(anOrder, key);
    expect(first.status).toBe(202);
    const again = await put(anOrder, key);
    expect(again.status).toBe(202);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toEqual(await first.json());
    await expectProblem(await put({ ...anOrder, reason: 'other' }, key), 'idempotency-key-reused');
    const elsewhere = write(world, 'DELETE', { reason: 'over' }, key);
    await expectProblem(await world.get(path, elsewhere), 'idempotency-key-reused');
    expect(await world.count('overrides')).toBe(1);
    expect(await world.count('audit')).toBe(1);
  });

  test('of somebody else is nobody’s business: it is another key', async () => {
    const other = { ...key, authorization: `Bearer ${world.token.failover}` };
    const body = { ...anOrder, reason: 'other', replace: true };
    const response = await eventually(async () => {
      const each = await put(body, other);
      expect(each.status).toBe(202);
      return each;
    });
    expect(response.headers.get('idempotency-replayed')).toBeNull();
  });

  test('twenty times at once is one order', async () => {
    const before = await world.count('overrides');
    const same = { 'idempotency-key': 'at-once-000001' };
    const body = { ...anOrder, reason: 'at once', replace: true };
    const answers = await Promise.all(Array.from({ length: 20 }, () => put(body, same)));
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
    expect(await world.count('overrides')).toBe(before + 1);
  });

  test.each(['', 'short', 'with space in it', 'x'.repeat(129)])('%j is no key', async (given) => {
    await expectProblem(
      await put(anOrder, { 'idempotency-key': given }),
      'idempotency-key-missing',
    );
  });
});
