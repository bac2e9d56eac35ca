// What comes on a bare connection: paths with tricks in them, requests that two servers would read
// differently, floods, and readers and writers that take for ever.

import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anOrder, type GuardedWorld, openGuardedWorld } from '../../support/api-bad-input.ts';
import { group } from '../../support/api-records.ts';
import { rawRequest } from '../../support/api-world.ts';

let world: GuardedWorld;
beforeAll(async () => {
  world = await openGuardedWorld();
});
afterAll(() => world.close());

const raw = (text: string): Promise<string> => rawRequest(world.api.port, text);
const end = 'host: localhost\r\nconnection: close\r\n\r\n';

describe('a path with a trick in it finds nothing of ours and nothing of the machine', () => {
  test.each([
    ['/../../../../etc/passwd', 404],
    ['/..%2f..%2f..%2fetc%2fpasswd', 404],
    ['/%2e%2e/%2e%2e/etc/passwd', 404],
    ['/assets/%2e%2e/%2e%2e/package.json', 404],
    ['/assets/..\\..\\package.json', 404],
    ['/docs/static/..%2f..%2fpackage.json', 404],
    ['/docs/static/%2e%2e%2f%2e%2e%2fpackage.json', 404],
    ['//etc/passwd', 404],
    ['///api/v1/groups', 404],
    ['/api/v1//groups', 404],
    ['/api/v1/groups/', 401],
    ['/api/v1/./groups', 404],
    ['/api/v1/groups/..', 401],
    ['/api/v1/groups/%2e%2e', 401],
    ['/api/v1/groups/%00', 401],
    ['/%00', 404],
    ['/.env', 404],
    ['/.git/config', 404],
    ['/groups/../.ssh/id_rsa', 404],
    ['/index.php', 404],
    ['/problems/..%2f..%2fpackage', 404],
    ['/problems/__proto__', 404],
    ['/problems/constructor', 404],
    ['/api/v1/groups/%ff%fe', 400],
    ['/api/v1/groups/%', 400],
  ])('%s is answered %i', async (path, status) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\n${end}`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('application/problem+json');
    expect(answer).not.toContain('root:');
    expect(answer).not.toContain('"dependencies"');
  });

  test('a very long one is refused, as an address or as a header', async () => {
    const long = await raw(`GET /${'a'.repeat(8_000)} HTTP/1.1\r\n${end}`);
    expect(long).toMatch(/^HTTP\/1.1 414 [\s\S]*uri-too-long/);
    const longer = await raw(`GET /${'a'.repeat(40_000)} HTTP/1.1\r\n${end}`);
    expect(longer).toMatch(/^HTTP\/1.1 431 [\s\S]*headers-too-large/);
    const deep = await raw(`GET /${'a/'.repeat(1_500)} HTTP/1.1\r\n${end}`);
    expect(deep).toMatch(/^HTTP\/1.1 (200|404) /);
  });
});

describe('a request that two servers would read differently is read by neither', () => {
  const smuggled = 'GET /api/v1/audit HTTP/1.1\r\nhost: localhost\r\n\r\n';
  const post = 'POST /api/v1/silences HTTP/1.1\r\nhost: localhost\r\n';

  test.each([
    ['two lengths', `${post}content-length: 5\r\ncontent-length: 6\r\n\r\nabcdef${smuggled}`],
    ['two lengths in one', `${post}content-length: 5, 6\r\n\r\nabcdef${smuggled}`],
    [
      'a length and chunks',
      `${post}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      'chunks and a length',
      `${post}transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      'chunks that are not last',
      `${post}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    ['an encoding nobody knows', `${post}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a space before the colon', `${post}transfer-encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a length that is none', `${post}content-length: +5\r\n\r\nabcde${smuggled}`],
    ['a length below nothing', `${post}content-length: -1\r\n\r\n${smuggled}`],
    ['a chunk that is no number', `${post}transfer-encoding: chunked\r\n\r\nzz\r\n${smuggled}`],
    ['a line that goes on', `${post}x-a: b\r\n c\r\ncontent-length : 0\r\n\r\n${smuggled}`],
    [
      'a line break in a header',
      `GET / HTTP/1.1\r\nhost: localhost\r\nx-a: b\rx-c: d\r\n\r\n${smuggled}`,
    ],
    ['NUL in a header', `GET / HTTP/1.1\r\nhost: localhost\r\nx-a: b\0c\r\n\r\n${smuggled}`],
    ['no host', `GET / HTTP/1.1\r\n\r\n${smuggled}`],
    ['a version that is none', `GET / HTTP/9.9\r\nhost: localhost\r\n\r\n${smuggled}`],
    ['HTTP/2 out of the blue', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${smuggled}`],
  ])('%s', async (_name, text) => {
    const answer = await raw(text);
    expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
    // One answer, and the connection is over: what came behind was never taken for a request.
    expect(answer.match(/HTTP\/1\.1 \d\d\d /g)).toHaveLength(1);
  });
});

describe('a flood of headers', () => {
  test('of more than 16 KB is refused, however they are cut', async () => {
    const many = Array.from({ length: 3_000 }, (_, i) => `x-${i}: a\r\n`).join('');
    expect(await raw(`GET / HTTP/1.1\r\n${many}${end}`)).toMatch(
      /^HTTP\/1.1 431 [\s\S]*headers-too-large/,
    );
    const one = `x-one: ${'a'.repeat(20_000)}\r\n`;
    expect(await raw(`GET / HTTP/1.1\r\n${one}${end}`)).toMatch(/^HTTP\/1.1 431 /);
  });

  test('of two hundred small ones is read and changes nothing', async () => {
    const many = Array.from({ length: 200 }, (_, i) => `x-${i}: a\r\n`).join('');
    expect(await raw(`GET /healthz HTTP/1.1\r\n${many}${end}`)).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('who takes for ever', { timeout: 60_000 }, () => {
  /** How long the connection lived, ms, and what was answered. */
  async function dribbled(text: string, then: string): Promise<{ ms: number; answer: string }> {
    const socket = connect(world.api.port, '127.0.0.1');
    const beganMs = performance.now();
    let answer = '';
    let open = true;
    socket.on('data', (chunk: Buffer) => {
      answer += String(chunk);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open = false;
    });
    socket.write(text);
    while (open && performance.now() - beganMs < 45_000) {
      socket.write(then);
      await sleep(200);
    }
    if (open) socket.destroy();
    return { ms: performance.now() - beganMs, answer };
  }

  test('over headers, over a body, or over nothing at all is let go; others are answered meanwhile', async () => {
    const { admin } = world.token;
    const body = `PUT /api/v1/groups/${group}/order HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${admin}\r\ncontent-type: application/json\r\nidempotency-key: slow-000001\r\ncontent-length: 5000\r\n\r\n`;
    const slow = Promise.all([
      dribbled('GET / HTTP/1.1\r\nhost: localhost\r\n', 'x'),
      dribbled(`${body}${JSON.stringify(anOrder).slice(0, 20)}`, ' '),
      ...Array.from({ length: 50 }, () => dribbled('GET / HT', '')),
    ]);
    const quick = performance.now();
    expect((await world.get('/healthz')).status).toBe(200);
    expect(performance.now() - quick).toBeLessThan(5_000);
    for (const { ms, answer } of await slow) {
      expect(ms).toBeLessThan(40_000);
      if (answer !== '') expect(answer).toMatch(/^HTTP\/1.1 4(08|00) [\s\S]*problems/);
    }
    expect(await world.count('overrides')).toBe(0);
  });

  test('over reading a stream is cut, and holds nobody up', async () => {
    const socket = connect(world.api.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `GET /api/v1/decisions/stream HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${world.token.relay}\r\n\r\n`,
    );
    await once(socket, 'data');
    socket.pause();
    expect(world.api.status().followers.relay).toBe(1);
    socket.destroy();
    for (let i = 0; i < 200 && world.api.status().followers.relay > 0; i++) await sleep(50);
    expect(world.api.status().followers.relay).toBe(0);
  });
});
