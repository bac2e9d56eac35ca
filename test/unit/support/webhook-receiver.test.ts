// The webhook receiver verifies by the package of the standard and by ed25519, and nothing else.

import { generateKeyPairSync, sign } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const pair = generateKeyPairSync('ed25519');
const publicKey = `whpk_${pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('base64')}`;

let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await startWebhookReceiver({ secrets: [secret], publicKeys: [publicKey] });
});
afterEach(() => receiver.close());

const body = '{"type":"alert.firing","data":{}}';
const nowS = () => Math.floor(Date.now() / 1_000);
const v1 = (id: string, seconds: number, key = secret): string =>
  new Webhook(key).sign(id, new Date(seconds * 1_000), body);
const v1a = (id: string, seconds: number): string =>
  `v1a,${sign(null, Buffer.from(`${id}.${seconds}.${body}`), pair.privateKey).toString('base64')}`;

const post = (id: string, seconds: number, signature: string, sent = body): Promise<Response> =>
  fetch(receiver.url, {
    method: 'POST',
    body: sent,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': `${seconds}`,
      'webhook-signature': signature,
    },
  });

test.each([['v1', v1] as const, ['v1a', v1a] as const])(
  'a %s signature vouches for a message',
  async (scheme, signed) => {
    const seconds = nowS();
    const response = await post('msg_1', seconds, signed('msg_1', seconds));
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    expect(receiver.journal()).toMatchObject([{ signature: scheme }]);
    expect(receiver.messages()).toMatchObject([{ id: 'msg_1', body, arrivals: 1 }]);
  },
);

test('a retry is the same message, with its own time', async () => {
  const seconds = nowS();
  await post('msg_1', seconds - 2, v1('msg_1', seconds - 2));
  await post('msg_1', seconds, v1('msg_1', seconds));
  expect(receiver.messages()).toMatchObject([{ id: 'msg_1', arrivals: 2 }]);
});

test('one that fits among several is enough', async () => {
  const seconds = nowS();
  const other = v1('msg_1', seconds, `whsec_${Buffer.alloc(24, 7).toString('base64')}`);
  const list = `v9,x ${other} ${v1('msg_1', seconds)}`;
  expect((await post('msg_1', seconds, list)).status).toBe(200);
});

test.each([
  ['of another body', (s: number) => post('msg_1', s, v1('msg_1', s), `${body} `)],
  ['of another id', (s: number) => post('msg_2', s, v1('msg_1', s))],
  ['of another time', (s: number) => post('msg_1', s + 1, v1('msg_1', s))],
  ['six minutes old', (s: number) => post('msg_1', s - 360, v1('msg_1', s - 360))],
  ['six minutes old, ed25519', (s: number) => post('msg_1', s - 360, v1a('msg_1', s - 360))],
  ['cut short', (s: number) => post('msg_1', s, v1('msg_1', s).slice(0, -4))],
  ['empty', (s: number) => post('msg_1', s, '')],
])('a signature %s vouches for nothing', async (_name, send) => {
  expect((await send(nowS())).status).toBe(401);
  expect(receiver.journal()).toMatchObject([{ signature: 'bad' }]);
  expect(receiver.messages()).toEqual([]);
});

test('faults are played as scripted', async () => {
  receiver.fail({ kind: 'status', status: 410 }, { kind: 'acceptedThenSilence' });
  const seconds = nowS();
  expect((await post('msg_1', seconds, v1('msg_1', seconds))).status).toBe(410);
  expect(receiver.messages()).toEqual([]);
  const unanswered = fetch(receiver.url, {
    method: 'POST',
    body,
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': `${seconds}`,
      'webhook-signature': v1('msg_1', seconds),
    },
    signal: AbortSignal.timeout(200),
  });
  await expect(unanswered).rejects.toThrow();
  expect(receiver.messages()).toHaveLength(1);
});
