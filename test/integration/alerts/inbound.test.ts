// PagerDuty's webhooks on a real socket: what it is answered decides whether it comes again.

import { createServer } from 'node:net';
import type { Ack } from '@regionpilot/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Inbound, type InboundEvent, startInbound } from '../../../alerts/io/inbound.ts';
import { eventually } from '../../support/eventually.ts';
import {
  signatureHeader,
  startFakePagerDuty,
  type WebhookStory,
  webhookBody,
} from '../../support/fake-pagerduty.ts';

const secret = 'nineteen+characters';
const dedupKey = 'rp-0123456789abcdef';
const nowMs = Date.parse('2026-11-21T10:00:00Z');

let inbound: Inbound;
let acks: Ack[];
let log: InboundEvent[];
let store: (ack: Ack) => Promise<void>;
beforeEach(async () => {
  acks = [];
  log = [];
  store = async (ack) => {
    acks.push(ack);
  };
  inbound = await startInbound({
    port: 0,
    secrets: ['the-old-one', secret],
    onAck: (ack) => store(ack),
    log: (event) => log.push(event),
    clock: () => nowMs,
  });
});
afterEach(() => inbound.close());

const bodyOf = (more: Partial<WebhookStory> = {}): string =>
  webhookBody({
    type: 'incident.acknowledged',
    dedupKey,
    occurredAt: '2026-11-21T09:59:58Z',
    ...more,
  });

async function post(
  body: string,
  signature: string | null = signatureHeader(body, secret),
  type: string | null = 'application/json',
): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${inbound.port}/v1/webhooks/pagerduty`, {
    method: 'POST',
    body: Buffer.from(body),
    headers: {
      ...(type !== null && { 'content-type': type }),
      ...(signature !== null && { 'x-pagerduty-signature': signature }),
    },
  });
  await response.text();
  return response.status;
}

describe('scenario 40: somebody acknowledges in PagerDuty', () => {
  test('what was triggered there and acked there is handed on with the name of who has it', async () => {
    const pagerduty = await startFakePagerDuty();
    const trigger = {
      routing_key: 'a'.repeat(32),
      event_action: 'trigger',
      dedup_key: dedupKey,
      payload: { summary: 'eu-west is down', source: 'payments', severity: 'critical' },
    };
    await fetch(`${pagerduty.url}/v2/enqueue`, { method: 'POST', body: JSON.stringify(trigger) });
    expect(pagerduty.press('acknowledge', dedupKey, 'Ada')).toBe(1);
    expect(await post(bodyOf({ by: 'Ada', status: 'acknowledged' }))).toBe(200);
    expect(acks).toEqual([
      {
        v: 1,
        kind: 'ack',
        dedupKey,
        author: 'Ada',
        source: 'pagerduty',
        atMs: Date.parse('2026-11-21T09:59:58Z'),
        acked: true,
      },
    ]);
    await pagerduty.close();
  });

  test('it is signed over the bytes as they came, whatever they are called', async () => {
    const body = ` ${bodyOf({ by: 'Zoë ✓' })}\n`;
    expect(await post(body, signatureHeader(body, secret), 'text/plain; charset=x')).toBe(200);
    expect(
      await post(bodyOf({ id: 'b' }), signatureHeader(bodyOf({ id: 'b' }), secret), null),
    ).toBe(200);
    expect(acks[0]?.author).toBe('Zoë ✓');
  });

  test('while a secret is rotated either one is enough', async () => {
    const first = bodyOf({ id: '1' });
    const second = bodyOf({ id: '2' });
    expect(await post(first, signatureHeader(first, 'the-old-one'))).toBe(200);
    expect(await post(second, signatureHeader(second, 'one-of-tomorrow', secret))).toBe(200);
  });
});

describe('who is not PagerDuty', () => {
  test.each<readonly [string, string | null]>([
    ['no signature', null],
    ['an empty one', ''],
    ['one by another secret', signatureHeader(bodyOf(), 'guess')],
    ['one of another body', signatureHeader(`${bodyOf()} `, secret)],
    ['one of another version', signatureHeader(bodyOf(), secret).replace('v1', 'v2')],
    ['a shortened one', signatureHeader(bodyOf(), secret).slice(0, -1)],
  ])('is refused with %s', async (_name, signature) => {
    expect(await post(bodyOf(), signature)).toBe(401);
    expect(acks).toEqual([]);
    expect(log).toMatchObject([{ event: 'webhookRefused', status: 401 }]);
  });

  test('garbage is 400 once it is signed, and 401 before', async () => {
    expect(await post('{"event":')).toBe(400);
    expect(await post('{"event":', null)).toBe(401);
    expect(await post('')).toBe(400);
  });

  test('a body over 256 KB is not read', async () => {
    expect(await post('x'.repeat(262_145))).toBe(413);
    expect(await post('x'.repeat(262_144))).toBe(400);
    expect(acks).toEqual([]);
  });
});

describe('what is genuine and of no use is a yes, or PagerDuty would pause the subscription', () => {
  test.each<readonly [string, Partial<WebhookStory>]>([
    ['an incident of another tool', { dedupKey: 'd3640fbd41094207a1c11e58e46b1662' }],
    ['an event that says nothing of acks', { type: 'incident.annotated' }],
    ['one that occurred 49 hours ago', { occurredAt: '2026-11-19T09:00:00Z' }],
  ])('%s', async (_name, more) => {
    expect(await post(bodyOf(more))).toBe(202);
    expect(acks).toEqual([]);
  });

  test('the same event again counts once', async () => {
    expect([await post(bodyOf()), await post(bodyOf())]).toEqual([200, 202]);
    expect(acks).toHaveLength(1);
    expect(log.map((each) => (each.event === 'webhookHeard' ? each.outcome : each.event))).toEqual([
      'taken',
      'seen',
    ]);
  });
});

describe('when we cannot keep it', () => {
  test('PagerDuty is sent away, comes again, and is heard', async () => {
    const works = store;
    store = async () => {
      throw new Error('no broker');
    };
    expect(await post(bodyOf())).toBe(503);
    expect(log).toEqual([{ event: 'ackNotStored', dedupKey, reason: 'no broker' }]);
    store = works;
    expect(await post(bodyOf())).toBe(200);
    expect(acks).toHaveLength(1);
  });

  test('a store that hangs is answered for before PagerDuty gives up', async () => {
    store = () => new Promise(() => {});
    const startedMs = performance.now();
    expect(await post(bodyOf())).toBe(503);
    expect(performance.now() - startedMs).toBeGreaterThan(3_900);
  });
});

describe('the server itself', () => {
  test('says that it is there', async () => {
    const response = await fetch(`http://127.0.0.1:${inbound.port}/-/healthy`);
    expect([response.status, await response.text()]).toEqual([200, 'ok\n']);
  });

  test('other doors and other verbs are closed', async () => {
    const url = `http://127.0.0.1:${inbound.port}`;
    expect((await fetch(`${url}/v1/webhooks/pagerduty`)).status).toBe(404);
    expect((await fetch(`${url}/v1/webhooks/other`, { method: 'POST' })).status).toBe(404);
  });

  test('a busy port is PORT_IN_USE', async () => {
    const busy = startInbound({ port: inbound.port, secrets: [secret], onAck: async () => {} });
    await expect(busy).rejects.toMatchObject({ code: 'PORT_IN_USE', retriable: false });
  });

  test('an address that is not ours is a mistake in the config', async () => {
    const options = { host: '192.0.2.1', port: 0, secrets: [secret], onAck: async () => {} };
    await expect(startInbound(options)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test.each([[[]], [['']]])('without a secret it does not start: %j', async (secrets) => {
    const started = startInbound({ port: 0, secrets, onAck: async () => {} });
    await expect(started).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('closing waits for an ack on its way and gives the port back', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const asked: Ack[] = [];
    store = (ack) => {
      asked.push(ack);
      return promise;
    };
    const answer = post(bodyOf());
    await eventually(() => expect(asked).toHaveLength(1));
    const closed = inbound.close();
    resolve();
    expect(await answer).toBe(200);
    await closed;
    const again = createServer();
    await new Promise<void>((done) => again.listen(inbound.port, '127.0.0.1', done));
    await new Promise((done) => again.close(done));
  });
});
