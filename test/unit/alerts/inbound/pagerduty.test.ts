import { describe, expect, test } from 'vitest';
import { readPagerDutyWebhook } from '../../../../alerts/inbound/pagerduty.ts';
import { type WebhookStory, webhookBody } from '../../../support/fake-pagerduty.ts';

const nowMs = Date.parse('2026-11-21T10:00:00Z');
const dedupKey = 'rp-0123456789abcdef';
const story = { dedupKey, occurredAt: '2026-11-21T09:59:58.250Z' };

const read = (more: Partial<WebhookStory> & { readonly type: string }) =>
  readPagerDutyWebhook(webhookBody({ ...story, ...more }), nowMs);
const ackOf = (more: Partial<WebhookStory> & { readonly type: string }) => {
  const webhook = read(more);
  return webhook.kind === 'event' ? webhook.ack : webhook;
};

describe('what somebody did with an incident', () => {
  test('who acknowledges has it, since the moment it was done', () => {
    expect(read({ type: 'incident.acknowledged', status: 'acknowledged' })).toEqual({
      kind: 'event',
      id: '5ac64822-4adc-4fda-ade0-410becf0de4f',
      type: 'incident.acknowledged',
      occurredMs: Date.parse('2026-11-21T09:59:58.250Z'),
      ack: {
        v: 1,
        kind: 'ack',
        dedupKey,
        author: 'Ada Lovelace',
        source: 'pagerduty',
        atMs: Date.parse('2026-11-21T09:59:58.250Z'),
        acked: true,
      },
    });
  });

  test('an acknowledgement that times out is taken back, by nobody', () => {
    expect(ackOf({ type: 'incident.unacknowledged', by: null })).toMatchObject({
      acked: false,
      author: 'PagerDuty',
    });
  });

  test.each(['incident.reassigned', 'incident.delegated', 'incident.escalated'])(
    '%s gives it to somebody who has not said yes',
    (type) => {
      expect(ackOf({ type, status: 'triggered' })).toMatchObject({ acked: false });
      expect(ackOf({ type, status: 'acknowledged' })).toBeNull();
    },
  );

  test('a person who resolves what still burns no longer has it', () => {
    expect(ackOf({ type: 'incident.resolved', status: 'resolved' })).toMatchObject({
      acked: false,
      author: 'Ada Lovelace',
    });
  });

  test('our own resolve coming back means nothing', () => {
    const byType = 'events_api_v2_inbound_integration_reference';
    expect(ackOf({ type: 'incident.resolved', by: 'RegionPilot', byType })).toBeNull();
    expect(ackOf({ type: 'incident.resolved', by: null })).toBeNull();
  });

  test('a reopened incident is nobody’s', () => {
    expect(ackOf({ type: 'incident.reopened' })).toMatchObject({ acked: false });
  });

  test.each([
    'incident.triggered',
    'incident.annotated',
    'incident.priority_updated',
    'incident.responder.added',
    'incident.some_day',
    'service.updated',
    'pagey.ping',
  ])('%s changes nothing', (type) => {
    expect(ackOf({ type })).toBeNull();
  });

  test.each([
    ['made by hand', null],
    ['of another tool', 'd3640fbd41094207a1c11e58e46b1662'],
    ['with a key that only looks like ours', `${dedupKey}0`],
  ])('an incident %s is not ours', (_name, key) => {
    expect(ackOf({ type: 'incident.acknowledged', dedupKey: key })).toBeNull();
  });

  test('a clock ahead of ours does not reach into our future', () => {
    const ack = ackOf({ type: 'incident.acknowledged', occurredAt: '2026-11-21T10:00:09Z' });
    expect(ack).toMatchObject({ atMs: nowMs });
  });

  test('a name is cut to size and cannot steer a terminal', () => {
    const ack = ackOf({ type: 'incident.acknowledged', by: `\u001b[2J\u202e${'x'.repeat(500)}` });
    const author = ack !== null && 'author' in ack ? ack.author : '';
    expect(author).toMatch(/^\[2Jx+…$/);
    expect(author).toHaveLength(200);
  });
});

describe('garbage', () => {
  const event = JSON.parse(webhookBody({ ...story, type: 'incident.acknowledged' })).event;
  test.each([
    ['nothing', ''],
    ['no JSON', '{"event":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no event', '{}'],
    ['an event that is a text', '{"event":"x"}'],
    ['no id', JSON.stringify({ event: { ...event, id: 7 } })],
    ['an endless id', JSON.stringify({ event: { ...event, id: 'x'.repeat(201) } })],
    ['no type', JSON.stringify({ event: { ...event, event_type: null } })],
    ['no time', JSON.stringify({ event: { ...event, occurred_at: 'yesterday' } })],
  ])('%s', (_name, body) => {
    expect(readPagerDutyWebhook(body, nowMs).kind).toBe('garbage');
  });

  test('data of an unknown shape is an event without meaning', () => {
    const webhook = readPagerDutyWebhook(JSON.stringify({ event: { ...event, data: [] } }), nowMs);
    expect(webhook).toMatchObject({ kind: 'event', ack: null });
  });
});
