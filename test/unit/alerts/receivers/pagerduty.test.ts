import { describe, expect, test } from 'vitest';
import { classifyPagerDuty, renderPagerDuty } from '../../../../alerts/receivers/pagerduty.ts';
import type { HttpAnswer } from '../../../../alerts/receivers/port.ts';
import type { Notice, Severity } from '../../../../protocol/index.ts';
import { alert, notice, pagerDuty, resolvedNotice, routingKey, secrets, t0 } from './notices.ts';

const receiver = pagerDuty();

function sent(of: Notice, to = receiver) {
  const { request } = renderPagerDuty(of, to, secrets, t0, 1);
  if (request === null) throw new Error('nothing was rendered');
  return { ...request, json: JSON.parse(request.body) };
}

const answer = (status: number, body = '', headers = {}): HttpAnswer => ({
  kind: 'answer',
  status,
  headers,
  body,
});

describe('what PagerDuty is sent', () => {
  test('a page triggers a critical alert with the evidence', () => {
    const { url, json } = sent(notice());
    expect(url).toBe('https://events.pagerduty.com/v2/enqueue');
    expect(json).toMatchObject({
      routing_key: routingKey,
      event_action: 'trigger',
      dedup_key: 'rp-00000000000000aa',
      client: 'RegionPilot',
      client_url: 'https://grafana.example.org/d/regions',
      links: [
        { href: 'https://runbooks.example.org/region-down', text: 'Runbook' },
        { href: 'https://grafana.example.org/d/regions', text: 'Dashboard' },
      ],
      payload: {
        summary: '[page] eu-west is down (payments-cache)',
        source: 'payments-cache/eu-west',
        severity: 'critical',
        timestamp: '2026-03-02T10:00:00.000Z',
        component: 'eu-west',
        group: 'payments-cache',
        class: 'RegionDown',
        custom_details: {
          evidence: '41 of 50 clients refused, 2 domains',
          why: 'down for 3 s, longer than 2 s',
          value: 0.82,
          alerts: [{ labels: { alertname: 'RegionDown' }, state: 'firing' }],
        },
      },
    });
  });

  test('acknowledge and resolve say only which alert they mean', () => {
    expect(sent(resolvedNotice).json).toEqual({
      routing_key: routingKey,
      event_action: 'resolve',
      dedup_key: 'rp-00000000000000aa',
    });
    const acknowledged = notice({ action: 'acknowledge', reason: 'acknowledged', ackedBy: 'ana' });
    expect(sent(acknowledged).json.event_action).toBe('acknowledge');
  });

  test.each<[Severity, string]>([
    ['page', 'critical'],
    ['ticket', 'warning'],
    ['info', 'info'],
  ])('severity %s is %s there', (severity, expected) => {
    expect(sent(notice({ severity })).json.payload.severity).toBe(expected);
  });

  test('not knowing is an error, not yet critical', () => {
    const blind = notice({ alerts: [alert({ state: 'noData' })] });
    expect(sent(blind).json.payload.severity).toBe('error');
  });

  test('a change goes to the changes and has neither severity nor action', () => {
    const { url, json } = sent(notice({ action: 'change', reason: 'change', severity: 'info' }));
    expect(url).toBe('https://events.pagerduty.com/v2/change/enqueue');
    expect(Object.keys(json).sort()).toEqual(['links', 'payload', 'routing_key']);
    expect(Object.keys(json.payload).sort()).toEqual([
      'custom_details',
      'source',
      'summary',
      'timestamp',
    ]);
  });

  test('a change nobody asked for is no request at all', () => {
    const change = notice({ action: 'change', reason: 'change' });
    const quiet = pagerDuty({ changeEvents: false });
    expect(renderPagerDuty(change, quiet, secrets, t0, 1).request).toBeNull();
  });

  test.each(['probe', 'heartbeat'] as const)('a %s never pages', (action) => {
    const { url } = sent(notice({ action, reason: action, alerts: [] }));
    expect(url).toContain('/v2/change/enqueue');
  });

  test('a test is a trigger that nobody needs to get up for', () => {
    const { json } = sent(notice({ action: 'test', reason: 'test', alerts: [] }));
    expect(json.event_action).toBe('trigger');
    expect(json.payload.severity).toBe('info');
    expect(json.payload.summary).toBe(
      '[test] RegionPilot test: this receiver works (payments-cache)',
    );
  });

  test('scenario 30: a summary of 1,500 characters outside ASCII is cut to 1,024 code points', () => {
    const { json } = sent(notice({ alerts: [alert({ summary: '🔥'.repeat(1_500) })] }));
    const points = Array.from(json.payload.summary as string);
    expect(points).toHaveLength(1_024);
    expect(points.at(-1)).toBe('…');
    expect(points.at(-2)).toBe('🔥');
  });

  test('scenario 31: details of 600 KB are trimmed until the event fits', () => {
    const large = alert({ description: 'é'.repeat(300_000) });
    const { body, json } = sent(notice({ alerts: [large] }));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(512_000);
    expect(json.payload.custom_details.alerts[0].labels.region).toBe('eu-west');
    expect(json.payload.summary).toBe('[page] eu-west is down (payments-cache)');
  });

  test('scenario 31: what no trimming saves is replaced by a note', () => {
    const labels = Object.fromEntries(
      Array.from({ length: 9_000 }, (_, at) => [`label-${at}-${'n'.repeat(60)}`, 'v']),
    );
    const { body, json } = sent(notice({ groupLabels: labels, alerts: [alert()] }));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(512_000);
    expect(json.payload.custom_details.note).toContain('512000 bytes');
    expect(json.payload.custom_details.alertCount).toBe(1);
  });

  test('with a hundred large alerts as many stay as fit, and the rest is counted', () => {
    const labels = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`label${at}`, 'x'.repeat(100)]),
    );
    const many = Array.from({ length: 100 }, () => alert({ labels }));
    const { body, json } = sent(notice({ alerts: many, truncatedAlerts: 7 }));
    const details = json.payload.custom_details;
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(512_000);
    expect(details.alerts.length).toBeGreaterThan(20);
    expect(details.alerts.length + details.alertsLeftOut).toBe(107);
  });

  test('links that a browser should not open are left out', () => {
    const annotations = {
      runbook: 'javascript:alert(1)',
      dashboard: 'https://user:pass@grafana.example.org/',
    };
    const { json } = sent(notice({ alerts: [alert({ annotations })] }));
    expect(json.links).toBeUndefined();
    expect(json.client_url).toBeUndefined();
  });

  test('a dedup key that is too long keeps apart what differs only at its end', () => {
    const left = sent(notice({ dedupKey: `${'k'.repeat(300)}1` })).json.dedup_key;
    const right = sent(notice({ dedupKey: `${'k'.repeat(300)}2` })).json.dedup_key;
    expect(left.length).toBeLessThanOrEqual(255);
    expect(left).not.toBe(right);
  });
});

describe("what PagerDuty's answer means", () => {
  test('202 is a yes', () => {
    const body = '{"status":"success","message":"Event processed","dedup_key":"k"}';
    expect(classifyPagerDuty(answer(202, body), t0)).toMatchObject({
      result: 'accepted',
      status: 202,
      error: null,
    });
  });

  test.each([
    [
      '{"status":"invalid event","errors":["Invalid routing key","\'payload\' is missing or blank"]}',
      "HTTP 400: Invalid routing key; 'payload' is missing or blank",
    ],
    ['{"error":{"code":"x1","text":"Unrecognized object"}}', 'HTTP 400: x1; Unrecognized object'],
    ['{"message":"JSON parse error"}', 'HTTP 400: JSON parse error'],
    ['<html>no</html>', 'HTTP 400: <html>no</html>'],
    ['[1,2', 'HTTP 400: [1,2'],
    ['null', 'HTTP 400: null'],
    ['', 'HTTP 400: no reason given'],
  ])('400 with %s is a no for good', (body, error) => {
    expect(classifyPagerDuty(answer(400, body), t0)).toMatchObject({ result: 'rejected', error });
  });

  test.each([401, 403, 404, 413])('%i is a no for good too', (status) => {
    expect(classifyPagerDuty(answer(status), t0).result).toBe('rejected');
  });

  test('a redirect is not followed and never becomes a yes', () => {
    const moved = answer(307, '', { location: 'https://elsewhere.example.org' });
    const { result, error } = classifyPagerDuty(moved, t0);
    expect(result).toBe('rejected');
    expect(error).not.toContain('elsewhere');
  });

  test.each([
    [{ 'retry-after': '30' }, 30_000],
    [{ 'retry-after': 'Mon, 02 Mar 2026 10:02:00 GMT' }, 120_000],
    [{ 'retry-after': 'Mon, 02 Mar 2026 09:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '-5' }, null],
    [{ 'retry-after': '99999999' }, 86_400_000],
    [{}, null],
  ])('429 with %o is tried again after %s ms', (headers, retryAfterMs) => {
    expect(classifyPagerDuty(answer(429, '', headers), t0)).toMatchObject({
      result: 'retry',
      retryAfterMs,
    });
  });

  test('5xx is tried again', () => {
    expect(classifyPagerDuty(answer(503), t0).result).toBe('retry');
  });

  test('no answer is doubt where the request had left, and certainty where it had not', () => {
    const lost = { kind: 'failed', sent: true, reason: 'reset' } as const;
    expect(classifyPagerDuty(lost, t0).result).toBe('uncertain');
    expect(classifyPagerDuty({ ...lost, sent: false }, t0).result).toBe('retry');
  });
});
