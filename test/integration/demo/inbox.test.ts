import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import type { Message } from '../../../demo/inbox/message.ts';
import { type InboxServer, startInbox } from '../../../demo/io/inbox.ts';

let inbox: InboxServer;
let heard: (readonly [string, Message])[];

async function open(): Promise<void> {
  heard = [];
  inbox = await startInbox((receiver, message) => heard.push([receiver, message]));
}

afterEach(() => inbox.close());

const post = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body, headers });

describe('the inbox as receivers call it', () => {
  test('PagerDuty: two doors, exact answers, and no third door', async () => {
    await open();
    const event = {
      routing_key: 'a'.repeat(32),
      event_action: 'trigger',
      dedup_key: 'rp-1',
      payload: { summary: 'eu is down', source: 'payments', severity: 'warning' },
    };
    const taken = await post(`${inbox.pagerdutyUrl}/v2/enqueue`, JSON.stringify(event));
    expect([taken.status, await taken.json()]).toEqual([
      202,
      { status: 'success', message: 'Event processed', dedup_key: 'rp-1' },
    ]);
    const change = await post(`${inbox.pagerdutyUrl}/v2/change/enqueue`, JSON.stringify(event));
    expect(change.status).toBe(202);
    expect((await post(`${inbox.pagerdutyUrl}/v2/enqueue`, '{}')).status).toBe(400);
    expect((await post(`${inbox.pagerdutyUrl}/v3`, '{}')).status).toBe(404);
    expect(heard.map(([receiver, { kind }]) => [receiver, kind])).toEqual([
      ['pagerduty', 'trigger'],
      ['pagerduty', 'change'],
    ]);
  });

  test('a webhook counts only with a good signature, and once however often it comes', async () => {
    await open();
    const body = JSON.stringify({ type: 'alert.resolved', data: { dedupKey: 'rp-1' } });
    const at = new Date();
    const headersOf = (secret: string): Record<string, string> => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': `v1a,other ${new Webhook(secret).sign('msg_1', at, body)}`,
    });
    const good = headersOf(inbox.webhookSecret);
    const wrong = headersOf(`whsec_${Buffer.alloc(32, 7).toString('base64')}`);
    const answers = [
      await post(inbox.webhookUrl, body, good),
      await post(inbox.webhookUrl, body, good),
      await post(inbox.webhookUrl, body, wrong),
      await post(inbox.webhookUrl, `${body} `, good),
      await post(inbox.webhookUrl, body),
    ].map(({ status }) => status);
    expect(answers).toEqual([204, 204, 401, 401, 401]);
    expect(inbox.signatures()).toEqual({ good: 2, bad: 3 });
    expect(heard).toEqual([['webhook', { kind: 'resolve', dedupKey: 'rp-1' }]]);
  });

  test('somebody who sends too much is hung up on, and the next one is served', async () => {
    await open();
    const flood = post(inbox.webhookUrl, 'x'.repeat(2_000_000));
    await expect(flood).rejects.toThrow();
    expect((await post(`${inbox.pagerdutyUrl}/v2/enqueue`, '{}')).status).toBe(400);
  });
});
