import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { createSign } from '../../../../alerts/io/receivers/sign.ts';
import type { WebhookReceiver } from '../../../../alerts/receiver.ts';
import { classifyWebhook, renderWebhook } from '../../../../alerts/receivers/webhook.ts';
import { type Notice, noticeActions, PipelineError } from '../../../../protocol/index.ts';
import { alert, notice, resolvedNotice, t0, webhook, webhookKey } from './notices.ts';

const keys = (...values: string[]) => new Map(values.map((value, at) => [`/secrets/${at}`, value]));

function sent(of: Notice, receiver: WebhookReceiver, secrets: ReadonlyMap<string, string>) {
  const { request } = renderWebhook(of, receiver, secrets, t0, 1, createSign(secrets));
  if (request === null) throw new Error('nothing was rendered');
  return { ...request, json: JSON.parse(request.body) };
}

function standard(of: Notice) {
  return sent(of, webhook({ secretFiles: [] }), new Map());
}

function alertmanagerBody(of: Notice) {
  return sent(of, webhook({ secretFiles: [], format: 'alertmanager' }), new Map()).json;
}

describe('signatures', () => {
  test('the known answer of the specification', () => {
    const sign = createSign(keys(webhookKey));
    const content = 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}';
    expect(sign(webhookKey, content)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  test('the reference library believes us, with the old key and with the new one', () => {
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const both = keys(webhookKey, other);
    const receiver = webhook({ secretFiles: [...both.keys()] });
    const nowMs = Date.now();
    const { request } = renderWebhook(notice(), receiver, both, nowMs, 1, createSign(both));
    const { body = '', headers = {} } = request ?? {};
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const key of [webhookKey, other]) {
      expect(new Webhook(key).verify(body, headers)).toMatchObject({ type: 'alert.triggered' });
    }
    const stranger = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
    expect(() => new Webhook(stranger).verify(body, headers)).toThrow();
    expect(() => new Webhook(other).verify(`${body} `, headers)).toThrow();
  });

  test.each(['seed of 32 bytes', 'seed and public key in 64 bytes'])(
    'ed25519 from a %s',
    (form) => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
      const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
      const bytes = form.startsWith('seed of') ? seed : Buffer.concat([seed, point]);
      const key = `whsk_${bytes.toString('base64')}`;
      const { headers, body } = sent(notice(), webhook({ secretFiles: ['/secrets/0'] }), keys(key));
      const signature = headers['webhook-signature'] ?? '';
      expect(signature).toMatch(/^v1a,/);
      const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
      const proof = Buffer.from(signature.slice(4), 'base64');
      expect(verify(null, Buffer.from(content), publicKey, proof)).toBe(true);
      expect(verify(null, Buffer.from(`${content} `), publicKey, proof)).toBe(false);
    },
  );

  test('the derived public key is that of the seed (RFC 8032, test 1)', () => {
    const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
    const key = `whsk_${Buffer.from(seed, 'hex').toString('base64')}`;
    const expected =
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b';
    expect(createSign(keys(key))(key, '')).toBe(
      `v1a,${Buffer.from(expected, 'hex').toString('base64')}`,
    );
    const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
    const point = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
    expect(point.asymmetricKeyType).toBe('ed25519');
  });

  test.each([
    'whsec_',
    'whsec_c2hvcnQ=',
    'whsk_c2hvcnQ=',
    'whpk_AAAA',
    'hunter2hunter2',
    'whsec_!!!',
  ])('%s is no key, and the error names the file', (key) => {
    const refused = () => createSign(new Map([['/secrets/bad', key]]));
    expect(refused).toThrow(PipelineError);
    expect(refused).toThrow('/secrets/bad holds no webhook key');
  });

  test('the error about a key that is none does not quote it', () => {
    const refused = () => createSign(new Map([['/secrets/bad', 'whsec_hunter2hunter2!']]));
    expect(refused).not.toThrow('hunter2');
  });

  test('without a key there is an id, a timestamp and no signature', () => {
    const { headers } = standard(notice());
    expect(headers['webhook-id']).toBe('rp-00000000000000aa-1');
    expect(headers).not.toHaveProperty('webhook-signature');
  });

  test('an id has no dot, whatever the dedup key is', () => {
    const { headers } = standard(notice({ dedupKey: 'a.b\r\nx: y' }));
    expect(headers['webhook-id']).toMatch(/^[\w-]+$/);
  });
});

describe('the standard body', () => {
  test('says what happened, when, and to which alerts', () => {
    const { json } = standard(notice());
    expect(json).toMatchObject({
      type: 'alert.triggered',
      timestamp: '2026-03-02T10:00:00.000Z',
      data: {
        dedupKey: 'rp-00000000000000aa',
        seq: 1,
        reason: 'first',
        severity: 'page',
        groupLabels: { group: 'payments-cache' },
        title: '[page] eu-west is down (payments-cache)',
        alerts: [
          { fingerprint: '0123456789abcdef', startsAt: '2026-03-02T09:59:55.000Z', endsAt: null },
        ],
        truncatedAlerts: 0,
      },
    });
  });

  test('every action has a dotted type', () => {
    const types = noticeActions.map((action) => standard(notice({ action })).json.type);
    expect(types).toEqual([
      'alert.triggered',
      'alert.acknowledged',
      'alert.resolved',
      'change.recorded',
      'alerting.heartbeat',
      'alerting.probe',
      'alerting.test',
    ]);
  });

  test('a hundred alerts are cut to what fits, and counted', () => {
    const many = Array.from({ length: 100 }, () => alert());
    const { body, json } = standard(notice({ alerts: many, truncatedAlerts: 900 }));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
    expect(json.data.alerts.length).toBeGreaterThan(10);
    expect(json.data.alerts.length + json.data.truncatedAlerts).toBe(1_000);
  });

  test.each([
    ['a description', alert({ description: 'é'.repeat(50_000) })],
    ['an annotation', alert({ annotations: { evidence: '🔥'.repeat(50_000) } })],
  ])('%s that is too long is cut rather than the alert', (_what, large) => {
    const { body, json } = standard(notice({ alerts: [large] }));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
    expect(json.data.alerts[0].labels.region).toBe('eu-west');
  });

  test('labels without end cost the labels, not the notice', () => {
    const labels = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, at) => [`label${at}`, 'v']),
    );
    const { body, json } = standard(notice({ groupLabels: labels, alerts: [alert({ labels })] }));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
    expect(json.data.dedupKey).toBe('rp-00000000000000aa');
    expect(json.data.severity).toBe('page');
  });
});

describe("Alertmanager's body, version 4", () => {
  test('is what Alertmanager posts, with the reason beside it', () => {
    const second = alert({
      fingerprint: 'fedcba9876543210',
      labels: { alertname: 'RegionDown', group: 'payments-cache', region: 'us-east' },
      state: 'resolved',
      endsMs: t0,
    });
    const body = alertmanagerBody(notice({ alerts: [alert(), second], reason: 'someResolved' }));
    expect(body).toMatchObject({
      version: '4',
      groupKey: 'rp-00000000000000aa:{group="payments-cache"}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'ops',
      groupLabels: { group: 'payments-cache' },
      commonLabels: { alertname: 'RegionDown', group: 'payments-cache', severity: 'page' },
      externalURL: '',
      notification_reason: 'some alerts resolved',
    });
    expect(Object.keys(body.commonLabels)).not.toContain('region');
    expect(body.commonAnnotations.summary).toBe('eu-west is down');
    expect(body.alerts[0]).toMatchObject({
      status: 'firing',
      labels: { alertname: 'RegionDown', severity: 'page', region: 'eu-west' },
      startsAt: '2026-03-02T09:59:55.000Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'https://grafana.example.org/d/regions',
      fingerprint: '0123456789abcdef',
    });
    expect(body.alerts[1]).toMatchObject({
      status: 'resolved',
      endsAt: '2026-03-02T10:00:00.000Z',
    });
  });

  test('is resolved when all of it is', () => {
    const body = alertmanagerBody(resolvedNotice);
    expect(body.status).toBe('resolved');
    expect(body.notification_reason).toBe('all alerts resolved');
  });

  test('an end because of a silence ends what still fires, for this receiver', () => {
    const body = alertmanagerBody(notice({ action: 'resolve', reason: 'silenced' }));
    expect(body.status).toBe('resolved');
    expect(body.alerts[0].endsAt).toBe('2026-03-02T10:00:00.000Z');
  });

  test.each(['acknowledge', 'change'] as const)(
    'has no words for %s, so nothing is sent',
    (action) => {
      const receiver = webhook({ secretFiles: [], format: 'alertmanager' });
      const { request } = renderWebhook(notice({ action }), receiver, new Map(), t0, 1, () => '');
      expect(request).toBeNull();
    },
  );

  test('a probe has ended already, a heartbeat fires', () => {
    expect(alertmanagerBody(notice({ action: 'probe', alerts: [] })).status).toBe('resolved');
    expect(alertmanagerBody(notice({ action: 'heartbeat', alerts: [] })).status).toBe('firing');
  });
});

test('Retry-After is honoured by whoever says it', () => {
  for (const status of [429, 502, 503, 504]) {
    const answer = { kind: 'answer', status, headers: { 'retry-after': '9' }, body: '' } as const;
    expect(classifyWebhook(answer, t0)).toMatchObject({ result: 'retry', retryAfterMs: 9_000 });
  }
});
