import { describe, expect, test } from 'vitest';
import {
  classifyAlertmanager,
  type PeerAnswer,
  renderAlertmanager,
} from '../../../../alerts/receivers/alertmanager.ts';
import { classifyEmail, renderEmail } from '../../../../alerts/receivers/email.ts';
import { secretFilesOf } from '../../../../alerts/receivers/secret-files.ts';
import { classifySlack, renderSlack } from '../../../../alerts/receivers/slack.ts';
import type { Notice } from '../../../../protocol/index.ts';
import {
  alert,
  alertmanager,
  email,
  notice,
  pagerDuty,
  resolvedNotice,
  secrets,
  slack,
  slackUrl,
  t0,
  webhook,
} from './notices.ts';

const answer = (status: number, body = '', headers = {}) =>
  ({ kind: 'answer', status, headers, body }) as const;

describe('Slack', () => {
  const message = (of: Notice) =>
    JSON.parse(renderSlack(of, slack(), secrets, t0, 1).request?.body ?? '{}');

  test('is told by a text and a coloured attachment', () => {
    const { request } = renderSlack(notice(), slack(), secrets, t0, 1);
    expect(request?.url).toBe(slackUrl);
    const { text, attachments } = message(notice());
    expect(text).toBe('[page] eu-west is down (payments-cache)');
    expect(attachments[0].color).toBe('#d00000');
    expect(attachments[0].blocks[0].text).toMatchObject({ type: 'mrkdwn' });
  });

  test('a resolve is a message of its own', () => {
    expect(message(resolvedNotice)).toMatchObject({
      text: '[resolved] eu-west is down (payments-cache)',
      attachments: [{ color: '#2eb886' }],
    });
  });

  test('nobody can be mentioned, and no link be forged, by a label', () => {
    const summary = '<!channel> <https://evil.example.org|runbook> & co';
    const text = JSON.stringify(message(notice({ alerts: [alert({ summary })] })));
    expect(text).not.toMatch(/[<>]/);
    expect(text).toContain('&lt;!channel&gt;');
    expect(text).toContain('&amp; co');
  });

  test('no section is longer than Slack takes, and no escape is torn', () => {
    const { attachments } = message(
      notice({ alerts: [alert({ description: '&'.repeat(5_000) })] }),
    );
    const text: string = attachments[0].blocks[0].text.text;
    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(text.replaceAll('&amp;', '')).not.toContain('&');
  });

  test('a 200 that does not say ok is a no; a 429 is later', () => {
    expect(classifySlack(answer(200, 'ok'), t0).result).toBe('accepted');
    expect(classifySlack(answer(200, 'invalid_payload'), t0).result).toBe('rejected');
    expect(classifySlack(answer(200, '<html>ok</html>'), t0).result).toBe('rejected');
    expect(classifySlack(answer(429, '', { 'retry-after': '1' }), t0)).toMatchObject({
      result: 'retry',
      retryAfterMs: 1_000,
    });
    expect(classifySlack(answer(302), t0).result).toBe('rejected');
    expect(classifySlack(answer(403, 'invalid_token'), t0).result).toBe('rejected');
    expect(classifySlack(answer(500), t0).result).toBe('retry');
  });
});

describe('Alertmanager', () => {
  const posted = (of: Notice, nowMs = t0) =>
    JSON.parse(renderAlertmanager(of, alertmanager(), secrets, nowMs, 1).requests[0]?.body ?? '[]');

  test('is posted to at every peer', () => {
    const { requests } = renderAlertmanager(notice(), alertmanager(), secrets, t0, 1);
    expect(requests.map(({ url }) => url)).toEqual([
      'http://am-1.example.org:9093/api/v2/alerts',
      'http://am-2.example.org:9093/prefix/api/v2/alerts',
    ]);
  });

  test('what fires ends five minutes from now unless it is said again', () => {
    expect(posted(notice(), t0 + 30_000)).toEqual([
      {
        labels: {
          alertname: 'RegionDown',
          group: 'payments-cache',
          region: 'eu-west',
          severity: 'page',
        },
        annotations: {
          summary: 'eu-west is down',
          description: '41 of 50 clients cannot reach it.',
          why: 'down for 3 s, longer than 2 s',
          evidence: '41 of 50 clients refused, 2 domains',
          runbook: 'https://runbooks.example.org/region-down',
          dashboard: 'https://grafana.example.org/d/regions',
        },
        startsAt: '2026-03-02T09:59:55.000Z',
        endsAt: '2026-03-02T10:05:30.000Z',
        generatorURL: 'https://grafana.example.org/d/regions',
      },
    ]);
  });

  test('what ended ends when it did', () => {
    expect(posted(resolvedNotice)[0].endsAt).toBe('2026-03-02T10:01:00.000Z');
  });

  test('a probe ended at once, a heartbeat lives on, an acknowledgement is nothing', () => {
    const about = (action: Notice['action']) => posted(notice({ action, alerts: [] }));
    expect(about('probe')[0]).toMatchObject({
      labels: { alertname: 'RegionPilotProbe', severity: 'info' },
      endsAt: '2026-03-02T10:00:00.000Z',
    });
    expect(about('heartbeat')[0].endsAt).toBe('2026-03-02T10:05:00.000Z');
    expect(about('test')[0].labels.alertname).toBe('RegionPilotTest');
    expect(about('acknowledge')).toEqual([]);
    expect(about('change')).toEqual([]);
  });

  const peers = (...answers: PeerAnswer['answer'][]) =>
    answers.map((each, at) => ({ url: `http://am-${at}:9093/api/v2/alerts`, answer: each }));
  const lost = { kind: 'failed', sent: true, reason: 'reset' } as const;
  const refused = { kind: 'failed', sent: false, reason: 'ECONNREFUSED' } as const;

  test.each([
    ['one yes while it fires', [answer(200), refused], false, 'accepted'],
    ['one yes at the end', [answer(200), refused], true, 'retry'],
    ['one yes and a no at the end', [answer(200), answer(400)], true, 'retry'],
    ['all yes at the end', [answer(200), answer(200)], true, 'accepted'],
    ['all no', [answer(400), answer(400)], false, 'rejected'],
    ['one no, one away', [answer(400), refused], false, 'retry'],
    ['one lost, one away', [lost, refused], false, 'uncertain'],
    ['nothing to say', [], true, 'accepted'],
  ] as const)('%s', (_case, answers, resolving, result) => {
    expect(classifyAlertmanager(peers(...answers), t0, resolving).result).toBe(result);
  });

  test('the error names the peers that did not take it', () => {
    const { error } = classifyAlertmanager(peers(answer(200), refused), t0, false);
    expect(error).toBe('am-1:9093: ECONNREFUSED');
  });
});

describe('e-mail', () => {
  const mail = (of: Notice) => renderEmail(of, email(), secrets, t0, 1).mail;

  test('the same notice has the same id on every attempt, and answers the first of its story', () => {
    const first = mail(notice());
    const again = renderEmail(notice(), email(), secrets, t0 + 60_000, 2).mail;
    expect(again.messageId).toBe(first.messageId);
    expect(first.inReplyTo).toBeNull();
    expect(mail(resolvedNotice).inReplyTo).toBe(first.messageId);
    expect(mail(resolvedNotice).messageId).not.toBe(first.messageId);
    expect(first.messageId).toMatch(/^<rp-00000000000000aa\.[0-9a-f]{16}\.1@example\.org>$/);
  });

  test('a subject is one line of at most 200 code points', () => {
    const summary = `down\r\nBcc: everybody@example.org\n${'🔥'.repeat(300)}`;
    const { subject } = mail(notice({ alerts: [alert({ summary })] }));
    expect(subject).not.toMatch(/[\r\n]/);
    expect(Array.from(subject)).toHaveLength(200);
  });

  test('HTML in labels stays text', () => {
    const summary = '<img src=x onerror=alert(1)>"&\'';
    const annotations = { runbook: 'https://runbooks.example.org/"onmouseover="alert(1)' };
    const { html } = mail(notice({ alerts: [alert({ summary, annotations })] }));
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html).not.toContain('"onmouseover');
    expect(html).toContain('<a href="https://runbooks.example.org/');
  });

  test('4xx is tried again, 5xx is not, silence after the message is doubt', () => {
    const failed = (code: number | null, sent: boolean) =>
      classifyEmail({ kind: 'failed', code, sent, reason: 'r' }).result;
    expect(failed(451, true)).toBe('retry');
    expect(failed(550, false)).toBe('rejected');
    expect(failed(null, false)).toBe('retry');
    expect(failed(null, true)).toBe('uncertain');
    expect(classifyEmail({ kind: 'taken', refused: [] }).error).toBeNull();
    expect(classifyEmail({ kind: 'taken', refused: ['a@b'] })).toMatchObject({
      result: 'accepted',
      error: 'the server refused 1 of the recipients',
    });
  });
});

test('the secret files of all receivers, each once', () => {
  const files = secretFilesOf([
    pagerDuty(),
    webhook({ secretFiles: ['/a', '/b', '/a'] }),
    slack(),
    alertmanager(),
    email({ passwordFile: '/c' }),
    email(),
  ]);
  expect(files).toEqual(['/secrets/pagerduty', '/a', '/b', '/secrets/slack', '/c']);
});
