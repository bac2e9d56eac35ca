// Tokens that should open nothing, over real HTTP; and what is said about them.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TokenScope, withoutToken } from '../../../api/access/tokens.ts';
import { createToken, readTokens, writeTokens } from '../../../api/io/tokens.ts';
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

const asking = (authorization: string) =>
  world.get('/api/v1/groups', { headers: { authorization } });
const wanted = { name: 'late', scope: 'viewer', lifeMs: 60_000 } as const;

test.each([
  ['no token', ''],
  ['another scheme', 'Basic YW5uOnNlc2FtZS1vcGVu'],
  ['no word after Bearer', 'Bearer'],
  ['two words after Bearer', 'Bearer one two'],
  ['a token nobody made', `Bearer rp_admin_abcdefabc123_${'A'.repeat(43)}`],
  ['rubbish', `Bearer ${'.'.repeat(500)}`],
  ['a JWT, where no issuer is named', 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.'],
  ['SQL', "Bearer ' OR 1=1 --"],
])('%s: 401, with how to ask rightly', async (_name, authorization) => {
  const response = await asking(authorization);
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  await expectProblem(response, 'unauthenticated');
});

test('a token that is over, and one that was revoked, are told so by name', async () => {
  const { token: late } = createToken(world.tokensFile, wanted, Date.now() - 120_000);
  const gone = createToken(world.tokensFile, { ...wanted, name: 'gone' }, Date.now()).token;
  writeTokens(world.tokensFile, withoutToken(readTokens(world.tokensFile), 'gone', Date.now()));
  for (const [name, token] of [
    ['late', late],
    ['gone', gone],
  ] as const) {
    const text = await eventually(async () => {
      const response = await asking(`Bearer ${token}`);
      return expectProblem(response, 'token-expired');
    });
    expect(text).toContain(name);
    expect(text).not.toContain(token.slice(-43));
  }
});

const reach: readonly (readonly [TokenScope, string, RequestInit['method'], string])[] = [
  ['relay', '/api/v1/groups', 'GET', 'viewer'],
  ['viewer', '/api/v1/audit', 'GET', 'operator'],
  ['viewer', '/api/v1/silences', 'POST', 'operator'],
  ['operator', `/api/v1/groups/${group}/order`, 'PUT', 'failover'],
  ['operator', `/api/v1/groups/${group}/order`, 'DELETE', 'failover'],
  ['failover', `/api/v1/groups/${group}/policy`, 'PUT', 'admin'],
];

test.each(reach)(
  '%s may not reach %s (%s), and hears who may',
  async (scope, path, method = '', least) => {
    const headers = { authorization: `Bearer ${world.token[scope]}` };
    const init = method === 'GET' ? { headers } : write(world, method as 'PUT', anOrder, headers);
    const before = await world.count('audit');
    expect(await expectProblem(await world.get(path, init), 'forbidden')).toContain(least);
    expect(await world.count('audit')).toBe(before);
  },
);

describe('a secret where it does not belong', () => {
  test('in the query it opens nothing and is not repeated', async () => {
    const secret = world.token.admin;
    const path = `/api/v1/groups?access_token=${secret}`;
    await expectProblem(await world.get(path), 'unauthenticated');
    const headers = { authorization: `Bearer ${world.token.viewer}` };
    const listed = `/api/v1/clients?access_token=${secret}`;
    const text = await expectProblem(await world.get(listed, { headers }), 'invalid-request');
    expect(text).toContain('access_token');
  });

  test('in a body that is refused it is not repeated', async () => {
    const body = { ...anOrder, token: world.token.admin };
    const path = `/api/v1/groups/${group}/order`;
    await expectProblem(await world.get(path, write(world, 'PUT', body)), 'invalid-request');
  });

  test('in a header twice, as a cookie or in lower case it is no way in', async () => {
    const { port } = world.api;
    const secret = world.token.admin;
    const ask = (lines: string) =>
      rawRequest(
        port,
        `GET /api/v1/audit HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${lines}\r\n`,
      );
    expect(await ask(`cookie: token=${secret}\r\n`)).toMatch(/^HTTP\/1.1 401/);
    // The first of two counts, whatever the second is.
    const twice = `authorization: Bearer wrong\r\nauthorization: Bearer ${secret}\r\n`;
    expect(await ask(twice)).toMatch(/^HTTP\/1.1 401/);
  });

  test('is in no log line and no answer of all the above', async () => {
    const said = world.said();
    expect(said.length).toBeGreaterThan(1_000);
    for (const token of Object.values(world.token)) {
      expect(said).not.toContain(token);
      expect(said).not.toContain(token.slice(-43));
    }
    expect(said).not.toContain('YW5uOnNlc2FtZS1vcGVu');
  });
});
