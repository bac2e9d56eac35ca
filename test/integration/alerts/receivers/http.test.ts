import { afterEach, describe, expect, test } from 'vitest';
import { openReceivers, type Receivers } from '../../../../alerts/io/receivers/open.ts';
import type { Receiver } from '../../../../alerts/receiver.ts';
import type { AttemptOutcome } from '../../../../alerts/receivers/port.ts';
import type { Notice } from '../../../../protocol/index.ts';
import { freePort } from '../../../support/free-port.ts';
import {
  alertmanager,
  notice,
  pagerDuty,
  resolvedNotice,
  routingKey,
  secrets,
  slack,
  t0,
  webhook,
} from '../../../unit/alerts/receivers/notices.ts';
import { raw, scripted } from './scripted.ts';

const open: { readonly close: () => Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

function kept<T extends { readonly close: () => Promise<void> }>(each: T): T {
  open.push(each);
  return each;
}

function receiversFor(receiver: Receiver, given = secrets): Receivers {
  return kept(openReceivers([receiver], given, { now: () => t0 }));
}

async function deliver(
  receiver: Receiver,
  of: Notice = notice(),
  given = secrets,
): Promise<AttemptOutcome> {
  const told = await receiversFor(receiver, given).deliver('ops')?.(of, 1, t0);
  if (told === undefined) throw new Error('no receiver');
  return told;
}

describe('PagerDuty over HTTP', () => {
  test('an event it takes is delivered, and the title is what was said', async () => {
    const server = kept(await scripted((res) => res.writeHead(202).end('{"status":"success"}')));
    expect(await deliver(pagerDuty({ baseUrl: server.url }))).toEqual({
      result: 'accepted',
      status: 202,
      error: null,
      retryAfterMs: null,
      disable: false,
      title: '[page] eu-west is down (payments-cache)',
    });
    expect(server.seen[0]).toMatchObject({
      path: '/v2/enqueue',
      headers: { 'content-type': 'application/json' },
    });
  });

  test('scenario 32: a 400 is final and its words come without the routing key', async () => {
    const body = JSON.stringify({ status: 'invalid event', errors: [`Bad key ${routingKey}`] });
    const server = kept(await scripted((res) => res.writeHead(400).end(body)));
    const told = await deliver(pagerDuty({ baseUrl: server.url }));
    expect(told).toMatchObject({ result: 'rejected', status: 400, error: 'HTTP 400: Bad key ***' });
    expect(JSON.stringify(told)).not.toContain(routingKey);
    expect(server.seen).toHaveLength(1);
  });

  test('an empty 429 is tried again', async () => {
    const server = kept(await scripted((res) => res.writeHead(429, { 'Retry-After': '7' }).end()));
    expect(await deliver(pagerDuty({ baseUrl: server.url }))).toMatchObject({
      result: 'retry',
      status: 429,
      retryAfterMs: 7_000,
    });
  });

  test('a yes whose body never ends is a yes all the same', async () => {
    const server = kept(await scripted((res) => void res.writeHead(202).write('{"status":')));
    const told = await deliver(pagerDuty({ baseUrl: server.url, timeoutMs: 300 }));
    expect(told).toMatchObject({ result: 'accepted', status: 202 });
  });
});

describe('faults of a connection', () => {
  test('nobody listens: it certainly did not arrive', async () => {
    const baseUrl = `http://127.0.0.1:${await freePort()}`;
    const told = await deliver(pagerDuty({ baseUrl }));
    expect(told.result).toBe('retry');
    expect(told.error).toContain('ECONNREFUSED');
  });

  test('a name that does not exist: neither', async () => {
    const told = await deliver(pagerDuty({ baseUrl: 'http://regionpilot.invalid' }));
    expect(told).toMatchObject({ result: 'retry', status: null });
  });

  test('no TLS where TLS is wanted: neither', async () => {
    const server = kept(await raw((socket) => socket.end('hello')));
    const told = await deliver(pagerDuty({ baseUrl: server.url.replace('http:', 'https:') }));
    expect(told.result).toBe('retry');
  });

  test('accepted and then silent: perhaps', async () => {
    const server = kept(await scripted(() => undefined));
    const told = await deliver(pagerDuty({ baseUrl: server.url, timeoutMs: 300 }));
    expect(told).toMatchObject({ result: 'uncertain', error: 'no answer within 300 ms' });
  });

  test('reset while the answer is awaited: perhaps', async () => {
    const server = kept(await raw((socket) => socket.resetAndDestroy()));
    expect((await deliver(pagerDuty({ baseUrl: server.url }))).result).toBe('uncertain');
  });

  test('an answer that is not HTTP: perhaps', async () => {
    const server = kept(await raw((socket) => socket.end('\u0000\u0001garbage\r\n\r\n')));
    const told = await deliver(pagerDuty({ baseUrl: server.url }));
    expect(told.result).toBe('uncertain');
    expect(told.error).toContain('does not match the HTTP');
  });

  test('a hint that an answer will come is not the answer', async () => {
    const server = kept(await raw((socket) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n')));
    const told = await deliver(pagerDuty({ baseUrl: server.url, timeoutMs: 300 }));
    expect(told).toMatchObject({ result: 'uncertain', status: null });
  });

  test('an attempt that waits for a free connection ends within its time and never leaves', async () => {
    const server = kept(await scripted(() => undefined));
    const receivers = receiversFor(
      pagerDuty({ baseUrl: server.url, timeoutMs: 400, concurrency: 1 }),
    );
    const both = [1, 2].map((seq) => receivers.deliver('ops')?.(notice({ seq }), 1, t0));
    const [first, second] = await Promise.all(both);
    expect(first?.result).toBe('uncertain');
    expect(second?.result).toBe('retry');
    expect(server.seen).toHaveLength(1);
  });

  test('an answer without end is read to 64 KB and judged by that', async () => {
    const chunk = Buffer.alloc(1_000_000, 'x');
    const total = 100 * chunk.length;
    let written = 0;
    const server = kept(
      await scripted((res) => {
        res.writeHead(500);
        const more = (): void => {
          if (written >= total) return void res.end();
          written += chunk.length;
          res.write(chunk, (error) => (error ? undefined : more()));
        };
        more();
      }),
    );
    const told = await deliver(pagerDuty({ baseUrl: server.url }));
    expect(told).toMatchObject({ result: 'retry', status: 500 });
    expect(told.error?.length).toBeLessThanOrEqual(300);
    expect(written).toBeLessThan(total / 2);
  });

  test('closing ends what is under way', async () => {
    const server = kept(await scripted(() => undefined));
    const receivers = openReceivers(
      [pagerDuty({ baseUrl: server.url, timeoutMs: 60_000 })],
      secrets,
    );
    const pending = receivers.deliver('ops')?.(notice(), 1, t0);
    while (server.seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await receivers.close();
    expect((await pending)?.result).toBe('uncertain');
    await receivers.close();
  });
});

describe('webhooks over HTTP', () => {
  const loopback = { allow: ['127.0.0.0/8'] };

  test.each([301, 302, 307, 308])('a %i is not followed', async (status) => {
    const server = kept(
      await scripted((res) => res.writeHead(status, { location: '/elsewhere?token=abc' }).end()),
    );
    const told = await deliver(webhook({ url: `${server.url}/in`, ...loopback }));
    expect(told).toMatchObject({ result: 'rejected', status, disable: false });
    expect(server.seen.map(({ path }) => path)).toEqual(['/in']);
  });

  test('410 asks never to be told again', async () => {
    const server = kept(await scripted((res) => res.writeHead(410).end()));
    const told = await deliver(webhook({ url: server.url, ...loopback }));
    expect(told).toMatchObject({ result: 'rejected', disable: true });
  });

  test.each([429, 500, 502, 503, 504])('%i is tried again', async (status) => {
    const server = kept(await scripted((res) => res.writeHead(status).end()));
    expect((await deliver(webhook({ url: server.url, ...loopback }))).result).toBe('retry');
  });

  test.each([400, 401, 404, 413, 422])('%i is not', async (status) => {
    const server = kept(await scripted((res) => res.writeHead(status).end()));
    expect((await deliver(webhook({ url: server.url, ...loopback }))).result).toBe('rejected');
  });

  test('a retry has the same id and body, and a timestamp and signature of its own', async () => {
    const server = kept(await scripted((res) => res.writeHead(204).end()));
    const told = receiversFor(webhook({ url: server.url, ...loopback })).deliver('ops');
    await told?.(notice(), 1, t0);
    await told?.(notice(), 2, t0 + 5_000);
    const [first, second] = server.seen;
    expect(first?.headers['webhook-id']).toBe('rp-00000000000000aa-1');
    expect(second?.headers['webhook-id']).toBe('rp-00000000000000aa-1');
    expect(second?.body).toBe(first?.body);
    expect(first?.headers['webhook-timestamp']).toBe(String(t0 / 1_000));
    expect(second?.headers['webhook-timestamp']).toBe(String(t0 / 1_000 + 5));
    expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature']);
  });
});

describe('private addresses', () => {
  test.each([
    'http://127.0.0.1',
    'http://localhost',
    'http://[::ffff:127.0.0.1]',
    'http://2130706433',
  ])('%s is not spoken to unless it is allowed', async (base) => {
    const server = kept(await scripted((res) => res.writeHead(204).end()));
    const url = `${base}:${new URL(server.url).port}/`;
    const told = await deliver(webhook({ url }));
    expect(told).toMatchObject({ result: 'rejected', status: null });
    expect(told.error).toContain('private');
    expect(server.seen).toHaveLength(0);
  });

  test('localhost is spoken to where loopback is allowed', async () => {
    const server = kept(await scripted((res) => res.writeHead(204).end()));
    const url = server.url.replace('127.0.0.1', 'localhost');
    expect(await deliver(webhook({ url, allow: ['127.0.0.0/8', '::1/128'] }))).toMatchObject({
      result: 'accepted',
    });
  });

  test.each(['ftp://example.org/', 'file:///etc/passwd', 'http://user:pass@127.0.0.1/'])(
    '%s is no address of a webhook',
    async (url) => {
      const told = await deliver(webhook({ url, allow: ['0.0.0.0/0'] }));
      expect(told.result).toBe('rejected');
      expect(told.error).not.toContain('pass@');
    },
  );
});

describe('Slack over HTTP', () => {
  const to = async (reply: Parameters<typeof scripted>[0]) => {
    const server = kept(await scripted(reply));
    const url = `${server.url}/services/T0000AAAA/B0000BBBB/secretpartsecretpart`;
    return deliver(slack({ timeoutMs: 500 }), notice(), new Map([['/secrets/slack', url]]));
  };

  test('only ok is a yes', async () => {
    expect((await to((res) => res.end('ok'))).result).toBe('accepted');
    const no = await to((res) => res.end('channel_is_archived'));
    expect(no.result).toBe('rejected');
    expect(no.error).toContain('channel_is_archived');
  });

  test('half an ok is doubt', async () => {
    const half = await to((res) => void res.writeHead(200).write('o'));
    expect(half.result).toBe('uncertain');
  });

  test('its path is a secret', async () => {
    const echoed = await to((res) =>
      res.writeHead(404).end('no_service at /services/T0000AAAA/B0000BBBB/secretpartsecretpart'),
    );
    expect(echoed.error).toBe('HTTP 404: no_service at ***');
  });
});

describe('Alertmanager peers over HTTP', () => {
  const pair = async (statuses: readonly number[]) => {
    const servers = await Promise.all(
      statuses.map((status) => scripted((res) => res.writeHead(status).end('{}'))),
    );
    for (const server of servers) kept(server);
    return servers;
  };

  test('every peer is told, and one yes is enough while it fires', async () => {
    const servers = await pair([200, 503]);
    const urls = servers.map(({ url }) => url);
    const told = await deliver(alertmanager({ urls }));
    expect(told).toMatchObject({ result: 'accepted', status: 200 });
    expect(told.error).toContain(new URL(urls[1] ?? '').host);
    expect(servers.map(({ seen }) => seen[0]?.path)).toEqual(['/api/v2/alerts', '/api/v2/alerts']);
  });

  test('a peer that did not take it is a warning, once', async () => {
    const urls = (await pair([200, 503])).map(({ url }) => url);
    const warnings: string[] = [];
    const onWarning = (_receiver: string, warning: string) => warnings.push(warning);
    const receivers = kept(openReceivers([alertmanager({ urls })], secrets, { onWarning }));
    for (const attempt of [1, 2]) await receivers.deliver('ops')?.(notice(), attempt, t0);
    expect(warnings).toEqual([`${new URL(urls[1] ?? '').host}: HTTP 503: {}`]);
  });

  test('an end must reach every peer', async () => {
    const urls = (await pair([200, 503])).map(({ url }) => url);
    expect((await deliver(alertmanager({ urls }), resolvedNotice)).result).toBe('retry');
    const well = (await pair([200, 200])).map(({ url }) => url);
    expect(await deliver(alertmanager({ urls: well }), resolvedNotice)).toMatchObject({
      result: 'accepted',
      error: null,
    });
  });
});
