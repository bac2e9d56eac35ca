import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { openReceivers } from '../../../../alerts/io/receivers/open.ts';
import type { Receiver } from '../../../../alerts/receiver.ts';
import type { AttemptOutcome } from '../../../../alerts/receivers/port.ts';
import type { Notice } from '../../../../protocol/index.ts';
import {
  emptyTooMany,
  type Fault,
  startFakePagerDuty,
  tooMany,
} from '../../../support/fake-pagerduty.ts';
import { startWebhookReceiver } from '../../../support/webhook-receiver.ts';
import {
  alert,
  notice,
  pagerDuty,
  resolvedNotice,
  webhook,
  webhookKey,
} from '../../../unit/alerts/receivers/notices.ts';

const routingKey = '0123456789abcdef0123456789abcdef';
const given = new Map([['/secrets/pagerduty', routingKey]]);
const open: { readonly close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

function kept<T extends { readonly close: () => Promise<void> }>(each: T): T {
  open.push(each);
  return each;
}

function speakTo(receiver: Receiver, secrets: ReadonlyMap<string, string>) {
  const receivers = kept(openReceivers([receiver], secrets));
  return async (of: Notice, attempt = 1): Promise<AttemptOutcome> => {
    const told = await receivers.deliver('ops')?.(of, attempt, Date.now());
    if (told === undefined) throw new Error('no receiver');
    return told;
  };
}

async function pagerDutyStory(change: Partial<Extract<Receiver, { kind: 'pagerduty' }>> = {}) {
  const service = kept(await startFakePagerDuty());
  return { service, tell: speakTo(pagerDuty({ baseUrl: service.url, ...change }), given) };
}

describe('PagerDuty', () => {
  test('a page rings once, its repeat does not, and its end closes it', async () => {
    const { service, tell } = await pagerDutyStory();
    for (const each of [notice(), notice({ seq: 2, reason: 'repeat' }), resolvedNotice]) {
      expect(await tell(each)).toMatchObject({ result: 'accepted', status: 202 });
    }
    expect(service.alerts()).toMatchObject([
      { dedupKey: 'rp-00000000000000aa', state: 'resolved', incidents: 1, pages: 1 },
    ]);
  });

  test('an acknowledgement is one there too', async () => {
    const { service, tell } = await pagerDutyStory();
    await tell(notice());
    await tell(notice({ seq: 2, action: 'acknowledge', reason: 'acknowledged', ackedBy: 'ana' }));
    expect(service.alerts()).toMatchObject([{ state: 'acknowledged' }]);
  });

  test('changes, probes and heartbeats open nothing', async () => {
    const { service, tell } = await pagerDutyStory();
    for (const action of ['change', 'probe', 'heartbeat'] as const) {
      const told = await tell(notice({ action, reason: action, severity: 'info', alerts: [] }));
      expect(told.result).toBe('accepted');
    }
    expect(service.alerts()).toEqual([]);
    expect(service.changes()).toHaveLength(3);
  });

  test('a test opens and closes without ringing', async () => {
    const { service, tell } = await pagerDutyStory();
    await tell(notice({ action: 'test', reason: 'test', alerts: [] }));
    await tell(notice({ action: 'resolve', reason: 'test', alerts: [], seq: 2 }));
    expect(service.alerts()).toMatchObject([{ state: 'resolved', incidents: 1, pages: 0 }]);
  });

  test.each([
    ['scenario 30: a summary of 1,500 characters', alert({ summary: '🔥'.repeat(1_500) })],
    ['scenario 31: details of 600 KB', alert({ description: 'é'.repeat(300_000) })],
    ['labels that are nothing but spaces', alert({ labels: { group: '  ', region: ' ' } })],
    ['half a character', alert({ summary: '\ud83d', why: '\udd25' })],
  ])('%s: taken', async (_case, odd) => {
    const { service, tell } = await pagerDutyStory();
    expect((await tell(notice({ alerts: [odd] }))).status).toBe(202);
    expect(service.alerts()).toMatchObject([{ pages: 1 }]);
  });

  test('scenario 32: a routing key that is none is refused once, and is not in the error', async () => {
    const service = kept(await startFakePagerDuty());
    const bad = 'bad-key-of-somebody';
    const tell = speakTo(
      pagerDuty({ baseUrl: service.url }),
      new Map([['/secrets/pagerduty', bad]]),
    );
    const told = await tell(notice());
    expect(told).toMatchObject({ result: 'rejected', status: 400 });
    expect(told.error).toContain("Length of 'routing_key' is incorrect");
    expect(JSON.stringify(told)).not.toContain(bad);
  });

  test.each<[Fault, AttemptOutcome['result'], number]>([
    [{ kind: 'status', status: 500 }, 'retry', 0],
    [emptyTooMany, 'retry', 0],
    [tooMany('5'), 'retry', 0],
    [{ kind: 'acceptedThenSilence' }, 'uncertain', 1],
    [{ kind: 'silence' }, 'uncertain', 0],
    [{ kind: 'reset' }, 'uncertain', 0],
    [{ kind: 'slowBody', overMs: 60_000 }, 'accepted', 1],
    [{ kind: 'garbageBody' }, 'accepted', 1],
    [{ kind: 'hugeBody', bytes: 10_000_000 }, 'accepted', 1],
    [{ kind: 'redirect', to: 'http://127.0.0.1:9/' }, 'rejected', 0],
  ])('%o is %s', async (fault, result, opened) => {
    const { service, tell } = await pagerDutyStory({ timeoutMs: 500 });
    service.fail(fault);
    expect((await tell(notice())).result).toBe(result);
    expect(service.alerts()).toHaveLength(opened);
    expect((await tell(notice(), 2)).result).toBe('accepted');
    expect(service.alerts()).toMatchObject([{ incidents: 1, pages: 1 }]);
  });
});

describe('a webhook that believes nobody', () => {
  test('believes both schemes, and knows a repeated attempt', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
    const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const keys = [webhookKey, `whsk_${seed.toString('base64')}`];
    const files = new Map(keys.map((key, at) => [`/secrets/${at}`, key]));
    for (const checks of [
      { secrets: [webhookKey] },
      { publicKeys: [`whpk_${point.toString('base64')}`] },
    ]) {
      const server = kept(await startWebhookReceiver(checks));
      const allow = ['127.0.0.0/8'];
      const to = webhook({
        url: `${server.url}/hook`,
        secretFiles: [...files.keys()],
        allow,
        timeoutMs: 500,
      });
      const tell = speakTo(to, files);
      server.fail({ kind: 'acceptedThenSilence' });
      expect((await tell(notice())).result).toBe('uncertain');
      expect((await tell(notice(), 2)).result).toBe('accepted');
      expect((await tell(resolvedNotice)).result).toBe('accepted');
      const messages = server.messages().map(({ id, arrivals }) => [id, arrivals]);
      expect(messages).toEqual([
        ['rp-00000000000000aa-1', 2],
        ['rp-00000000000000aa-2', 1],
      ]);
    }
  });

  test('does not believe another key', async () => {
    const server = kept(await startWebhookReceiver({ secrets: [webhookKey] }));
    const other = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    const to = webhook({ url: server.url, allow: ['127.0.0.0/8'] });
    const told = await speakTo(to, new Map([['/secrets/webhook', other]]))(notice());
    expect(told).toMatchObject({ result: 'rejected', status: 401 });
  });
});
