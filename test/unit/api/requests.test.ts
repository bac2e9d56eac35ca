import Type from 'typebox';
import { expect, test } from 'vitest';
import { isPagePath } from '../../../api/io/static.ts';
import { HeldBack } from '../../../api/model/held-back.ts';
import { LiveLog } from '../../../api/model/live-log.ts';
import { momentOf } from '../../../api/model/moment.ts';
import type { Route } from '../../../api/route.ts';
import { checkRequest } from '../../../api/schemas/check-request.ts';
import { operationIdOf, withComponents } from '../../../api/schemas/openapi.ts';
import { methodsAt } from '../../../api/schemas/paths.ts';

const route: Route = {
  method: 'POST',
  path: '/api/v1/things/:thing',
  scope: 'viewer',
  tag: 'things',
  summary: 'for a test',
  params: Type.Object({ thing: Type.String({ pattern: '^[a-z]+$' }) }),
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
    open: Type.Optional(Type.Boolean()),
    kind: Type.Optional(Type.Array(Type.String())),
  }),
  body: Type.Object({ password: Type.String(), 'a/b': Type.Integer() }),
  response: Type.Unknown(),
  handle: () => ({ body: null }),
};

test('everything that is wrong with a request is told at once, each with its place', () => {
  const { errors } = checkRequest(route, {
    params: { thing: 'A1' },
    query: { limit: '0', opn: 'true' },
    body: { password: 17, 'a/b': 'x' },
  });
  expect(errors.map(({ pointer }) => pointer)).toEqual([
    'path/thing',
    'query/opn',
    'query/limit',
    '/password',
    '/a~1b',
  ]);
  expect(errors[1]?.wanted).toBe('no such parameter: did you mean open?');
});

test('what looks like a secret is not repeated', () => {
  const { errors } = checkRequest(route, {
    params: { thing: 'a' },
    query: { access_token: 'rp_admin_hunter2' },
    body: { password: 12_345, 'a/b': 1 },
  });
  expect(JSON.stringify(errors)).not.toMatch(/hunter2|12345/);
  expect(errors.map(({ got }) => got)).toEqual(['(not shown)', '(not shown)']);
});

test('text of a query becomes what the schema wants, and what is absent gets its default', () => {
  const body = { password: 'x', 'a/b': 1 };
  const ask = (query: object) =>
    checkRequest(route, { params: { thing: 'a' }, query: { ...query }, body });
  expect(ask({})).toEqual({ query: { limit: 100 }, errors: [] });
  expect(ask({ limit: '7', open: 'false', kind: 'one' }).query).toEqual({
    limit: 7,
    open: false,
    kind: ['one'],
  });
  for (const limit of ['1e3', '0x10', ' 7', '', '7.5', ['1', '2']]) {
    expect(ask({ limit }).errors).toHaveLength(1);
  }
});

test('a body that is not there is one mistake, not a crash', () => {
  const { errors } = checkRequest(route, { params: { thing: 'a' }, query: {}, body: undefined });
  expect(errors.length).toBeGreaterThan(0);
});

test('an address knows its methods whatever is in its parameters', () => {
  const at = methodsAt([
    { method: 'GET', path: '/api/v1/groups/:group' },
    { method: 'PUT', path: '/api/v1/groups/:group/order' },
  ]);
  expect(at('/api/v1/groups/a%2Fb?x=1')).toEqual(['GET', 'HEAD', 'OPTIONS']);
  expect(at('/api/v1/groups/a/order')).toEqual(['OPTIONS', 'PUT']);
  expect(at('/api/v1/groups/a/b/c')).toEqual([]);
  expect(at('/api/v1/groups/')).toEqual([]);
});

test('pages of the console are addresses without tricks, files and our own', () => {
  for (const page of ['/', '/groups/payments-cache', '/groups/v1.2', '/incidents/a%2F17?x=1.2']) {
    expect(isPagePath(page)).toBe(true);
  }
  for (const other of [
    '/../etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/%2e%2e/x',
    '/a\\b',
    '//evil.example/x',
    '/x%00',
    '/assets/app.js',
    '/api',
    '/api/v2/groups',
    '/docs/x',
    '/.env',
  ]) {
    expect(isPagePath(other)).toBe(false);
  }
});

test('a schema with a title is defined once and referred to', () => {
  const thing = { title: 'Thing', type: 'object', properties: { title: { type: 'string' } } };
  const document = withComponents({ paths: { '/a': { a: thing, b: [thing] } }, components: {} });
  expect(document['paths']).toEqual({
    '/a': {
      a: { $ref: '#/components/schemas/Thing' },
      b: [{ $ref: '#/components/schemas/Thing' }],
    },
  });
  expect(document['components']).toEqual({ schemas: { Thing: thing } });
  expect(operationIdOf('GET', '/api/v1/groups/:group/timeline')).toBe('getGroupsByGroupTimeline');
});

const message = (number: number, key: string | null = null, bytes = 10) => ({
  number,
  key,
  frame: new Uint8Array(bytes),
});

test('who comes back gets what was missed; too long ago or another process means anew', () => {
  const log = new LiveLog('b00t');
  for (let i = 0; i < 1_500; i++) log.append((number) => message(number));
  expect(log.after('b00t-1498')?.map(({ number }) => number)).toEqual([1_499, 1_500]);
  expect(log.after('b00t-1500')).toEqual([]);
  expect(log.after('b00t-500')).toHaveLength(1_000);
  for (const id of ['b00t-499', 'b00t-1501', 'other-1500', '1500', '', undefined]) {
    expect(log.after(id)).toBeNull();
  }
  log.breakOff();
  expect(log.after('b00t-1500')).toBeNull();
});

test('large messages leave the log sooner', () => {
  const log = new LiveLog('b00t');
  for (let i = 0; i < 20; i++) log.append((number) => message(number, null, 1_000_000));
  expect(log.after('b00t-12')).toHaveLength(8);
  expect(log.after('b00t-11')).toBeNull();
});

test('for who reads too slowly only the last of each level waits, in order', () => {
  const held = new HeldBack();
  held.add(message(1, 'group a'));
  held.add(message(2));
  held.add(message(3, 'group a'));
  held.add(message(4));
  expect(held.bytes).toBe(30);
  expect(held.takeAll().map(({ number }) => number)).toEqual([2, 3, 4]);
  expect(held.isEmpty).toBe(true);
});

test('before the first decision on record every region admitted everybody', () => {
  expect(momentOf([], ['eu', 'us'], 5).regions).toEqual([
    { region: 'eu', health: 'unknown', admit: 10_000 },
    { region: 'us', health: 'unknown', admit: 10_000 },
  ]);
});
