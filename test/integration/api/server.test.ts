import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi } from '../../../api/io/api.ts';
import { ProblemError } from '../../../api/problem.ts';
import { group, incidentOf, partialOf, rosterOf } from '../../support/api-records.ts';
import { type ApiWorld, jsonOf, openApiWorld, rawRequest } from '../../support/api-world.ts';
import { decision } from '../../support/decisions.ts';
import { eventually } from '../../support/eventually.ts';

let world: ApiWorld;

beforeAll(async () => {
  world = await openApiWorld();
  const regions = ['eu-west', 'us-east'];
  const admit = { 'eu-west': 10_000, 'us-east': 10_000 };
  await world.publish('decisions', group, decision({ group, regions, admit }));
  await world.publish('rosters', group, rosterOf(5_000, {}, 10));
  await world.publish('rosters', group, rosterOf(5_000, { partition: 1 }, 10));
  for (let i = 0; i < 30; i++) {
    const reason = `r${i}`;
    const event = {
      kind: 'tiltEntered',
      reason,
      text: '<script>alert(1)</script>\u001b[31m\u202e',
    } as const;
    await world.publish('incidents', group, incidentOf(1_000 + i, event));
  }
  await eventually(async () => {
    const { total } = await jsonOf(await world.get('/api/v1/clients?limit=1'));
    expect(total).toBe(10_000);
    const page = await jsonOf(await world.get(`/api/v1/groups/${group}/timeline`));
    expect(page.items).toHaveLength(30);
  });
});
afterAll(() => world.close());

async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const document = await jsonOf(response);
  expect(document.status).toBe(response.status);
  expect(document.type).toMatch(/^\/problems\/[a-z-]+$/);
  expect(document.instance).toBe(`urn:request:${response.headers.get('x-request-id')}`);
  return document;
}

describe('a request that does not fit', () => {
  test('hears of everything at once, with places', async () => {
    const response = await world.get('/api/v1/clients?limit=0&verdict=dead&hme=x');
    const { errors } = await problemOf(response);
    expect(errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      'query/hme',
      'query/limit',
      'query/verdict',
    ]);
    expect(JSON.stringify(errors)).toContain('did you mean home?');
  });

  test('or names nothing that is there is a problem with a page of its own', async () => {
    const { type } = await problemOf(await world.get('/api/v1/groups/nobody'));
    const page = await world.get(type);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await page.text()).toContain('not-found');
    expect((await world.get('/problems/nonsense')).status).toBe(404);
  });

  test.each([
    ['/api/v1/groups/%ff', 400],
    ['/api/v1/groups/..%2f..%2fetc', 400],
    ['/api/v1/groups/%00', 400],
    ['/api/v1/groups/%3Cscript%3E', 400],
    ['/api/v1/incidents/%3Cb%3E', 404],
    ['/api/v1/clients?cursor=..%2f', 400],
    ['/api/v1/nowhere', 404],
    ['/../../etc/passwd.txt', 404],
    ['/assets/..%2f..%2fpackage.json', 404],
    [`/api/v1/groups/${'a'.repeat(600)}`, 414],
    [`/api/v1/clients?q=${'a'.repeat(5_000)}`, 414],
  ])('%s is answered %i', async (path, status) => {
    const response = await world.get(path);
    expect(response.status).toBe(status);
    await problemOf(response);
  });

  test('by its method says which methods there are', async () => {
    const response = await world.get('/api/v1/groups', { method: 'PATCH' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    await problemOf(response);
    expect((await world.get('/api/v1/groups', { method: 'OPTIONS' })).status).toBe(204);
    expect((await world.get('/api/v1/groups', { method: 'HEAD' })).status).toBe(200);
  });

  test.each([
    ['text/plain', 'x', 415],
    ['application/json', '{"a":', 400],
    ['application/json', '', 400],
    ['application/json', '{"__proto__":{"admin":true}}', 400],
    ['application/json', JSON.stringify({ reason: 'x'.repeat(70_000) }), 413],
  ])('by a body of %s %.20s is answered %i', async (type, body, status) => {
    const response = await world.get(`/api/v1/groups/${group}/order`, {
      method: 'PUT',
      headers: { 'content-type': type, 'idempotency-key': 'k' },
      body,
    });
    expect(response.status).toBe(status);
    await problemOf(response);
  });

  test('by its Accept is told what is offered', async () => {
    const headers = { accept: 'application/xml' };
    expect((await world.get('/api/v1/groups', { headers })).status).toBe(406);
    expect(
      (await world.get('/api/v1/live', { headers: { accept: 'application/json' } })).status,
    ).toBe(406);
  });
});

describe('who is turned away', () => {
  test('a host that is not loopback, while there is no access control', async () => {
    const raw = 'GET /api/v1/groups HTTP/1.1\r\nhost: rebound.example\r\nconnection: close\r\n\r\n';
    expect(await rawRequest(world.api.port, raw)).toMatch(/^HTTP\/1.1 403 [\s\S]*foreign-origin/);
  });

  test('a write from a page of somebody else', async () => {
    const write = (headers: Record<string, string>) =>
      world.get(`/api/v1/groups/${group}/order`, {
        method: 'DELETE',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"reason":"x"}',
      });
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      expect((await problemOf(await write(headers))).type).toBe('/problems/foreign-origin');
    }
    const own = await problemOf(await write({ origin: world.api.url }));
    expect(own.type).toBe('/problems/idempotency-key-missing');
  });

  test('a flood of headers, and what is no HTTP', async () => {
    const { port } = world.api;
    const flood = `GET / HTTP/1.1\r\nhost: localhost\r\n${`x-${'a'.repeat(100)}: b\r\n`.repeat(400)}\r\n`;
    expect(await rawRequest(port, flood)).toMatch(/^HTTP\/1.1 431 [\s\S]*headers-too-large/);
    expect(await rawRequest(port, 'EHLO mail.example\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });

  test('an address off loopback without access control, before anything listens', async () => {
    const start = startApi({
      bus: world.bus,
      topics: { prefix: 'regionpilot.' },
      instance: 'test',
      host: '0.0.0.0',
      port: 0,
    });
    await expect(start).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('who asks too often, and only they', async () => {
    const limited = await openApiWorld({ limits: { readsPer10S: 5 } });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => limited.get('/api/v1/groups')),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(3);
    const [first] = refused;
    if (first === undefined) throw new Error('nobody was refused');
    expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0);
    await problemOf(first);
    await limited.close();
  });

  test('who comes when all places are taken; the places come free again', async () => {
    const waiting = Promise.withResolvers<void>();
    const slow = await openApiWorld({
      limits: { concurrent: 2 },
      extraRoutes: () => [
        {
          method: 'GET',
          path: '/api/v1/slow',
          scope: 'viewer',
          tag: 'test',
          summary: 'waits',
          response: {},
          handle: async () => {
            await waiting.promise;
            return { body: {} };
          },
        },
      ],
    });
    const inside = [slow.get('/api/v1/slow'), slow.get('/api/v1/slow')];
    const late = await eventually(async () => {
      const response = await slow.get('/api/v1/groups');
      expect(response.status).toBe(503);
      return response;
    });
    expect(late.headers.get('retry-after')).toBe('1');
    expect((await slow.get('/healthz')).status).toBe(200);
    waiting.resolve();
    for (const each of inside) expect((await each).status).toBe(200);
    expect((await slow.get('/api/v1/groups')).status).toBe(200);
    await slow.close();
  });

  test('who may not, as access control says; pages and probes stay open', async () => {
    const guarded = await openApiWorld({
      host: '127.0.0.1',
      authenticate: async ({ authorization }) => {
        if (authorization === undefined) throw new ProblemError('unauthenticated', 'Who?');
        return { actor: 'vera', scope: 'viewer', auth: 'token', expiresMs: null };
      },
    });
    const nobody = await guarded.get('/api/v1/groups');
    expect(nobody.status).toBe(401);
    expect(nobody.headers.get('www-authenticate')).toMatch(/^Bearer/);
    const headers = { authorization: 'Bearer x' };
    expect((await guarded.get('/api/v1/groups', { headers })).status).toBe(200);
    expect((await guarded.get('/api/v1/audit', { headers })).status).toBe(403);
    for (const open of ['/healthz', '/readyz', '/', '/docs/', '/openapi.json']) {
      expect((await guarded.get(open)).status).toBe(200);
    }
    await guarded.close();
  });

  test('who sends a request a byte at a time loses the connection', {
    timeout: 60_000,
  }, async () => {
    const socket = connect(world.api.port, '127.0.0.1');
    let open = true;
    socket.on('close', () => {
      open = false;
    });
    socket.on('error', () => undefined);
    socket.resume();
    const text = 'GET /api/v1/groups HTTP/1.1\r\nhost: localhost\r\nx-slow: ';
    for (let i = 0; open && i < 400; i++) {
      socket.write(text[i] ?? 'a');
      await sleep(100);
    }
    expect(open).toBe(false);
  });
});

describe('what is answered', () => {
  test('hostile text goes out as JSON that no page runs, under headers that forbid it', async () => {
    const response = await world.get(`/api/v1/groups/${group}/timeline?limit=1`);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const csp = response.headers.get('content-security-policy') ?? '';
    expect(csp).toContain("default-src 'none'");
    expect(csp).not.toContain('unsafe-inline');
    const { items } = await jsonOf(response);
    expect(items[0].text).toContain('<script>');
  });

  test('pages of a timeline are all of it, newest first', async () => {
    const ids: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const query: string = next === '' ? '' : `&cursor=${next}`;
      const page = await jsonOf(
        await world.get(`/api/v1/groups/${group}/timeline?limit=7${query}`),
      );
      ids.push(...page.items.map(({ id }: { id: string }) => id));
      next = page.next;
    }
    expect(ids).toEqual(Array.from({ length: 30 }, (_, i) => `0-${29 - i}`));
  });

  test('one entry is found by its place, and only under its own group', async () => {
    const entry = await jsonOf(await world.get(`/api/v1/groups/${group}/timeline/0-3`));
    expect(entry.id).toBe('0-3');
    for (const id of ['0-30', '7-3', '0-999999999']) {
      expect((await world.get(`/api/v1/groups/${group}/timeline/${id}`)).status).toBe(404);
    }
    expect((await world.get('/api/v1/groups/another/timeline/0-3')).status).toBe(404);
    expect((await world.get(`/api/v1/groups/${group}/timeline/zero`)).status).toBe(400);
  });

  test('a page of 100 among 10,000 clients, in well under a second each', async () => {
    const began = performance.now();
    for (let i = 0; i < 20; i++) {
      const { items } = await jsonOf(await world.get('/api/v1/clients?limit=100&sort=worst'));
      expect(items).toHaveLength(100);
    }
    expect((performance.now() - began) / 20).toBeLessThan(1_000);
  });

  test('the document names every schema and describes every property', async () => {
    const document = await jsonOf(await world.get('/openapi.json'));
    expect(document.openapi).toBe('3.1.0');
    const undescribed = Object.entries(document.components.schemas).flatMap(([name, schema]) =>
      Object.entries((schema as { properties?: object }).properties ?? {})
        .filter(([, each]) => each.description === undefined && each.$ref === undefined)
        .map(([field]) => `${name}.${field}`),
    );
    expect(undescribed).toEqual([]);
    const operations = Object.values(document.paths).flatMap((path) =>
      Object.values(path as object),
    );
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids.every((id) => typeof id === 'string')).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { responses } of operations) {
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['400', '401', '429', '503']));
    }
  });

  test('the past out of the log, once memory does not reach so far', async () => {
    const then = await jsonOf(await world.get(`/api/v1/groups/${group}/replay?at=1010`));
    expect(then).toMatchObject({
      atMs: 1_010,
      regions: [{ region: 'eu-west', admit: 10_000 }, {}],
    });
    expect((await world.get(`/api/v1/groups/${group}/replay?at=5`)).status).toBe(404);
    expect((await world.get(`/api/v1/groups/${group}/replay`)).status).toBe(400);
  });
});

test('a topic this deployment does not have leaves its part empty', async () => {
  const events: string[] = [];
  const bare = await openApiWorld({ log: ({ event }) => events.push(event) });
  expect(events).toEqual(['apiStarted']);
  await bare.publish('partials', group, partialOf(Date.now()));
  expect((await jsonOf(await bare.get('/api/v1/groups'))).items).toEqual([]);
  await bare.close();
});
