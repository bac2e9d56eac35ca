import { describe, expect, test } from 'vitest';
import { mailed } from '../../../demo/happening.ts';
import { Inbox } from '../../../demo/inbox/inbox.ts';
import type { Message, Urgency } from '../../../demo/inbox/message.ts';
import { takeChange, takeEvent } from '../../../demo/inbox/pagerduty.ts';
import { summaryOf } from '../../../demo/inbox/summary.ts';
import { isFresh, takeWebhook } from '../../../demo/inbox/webhook.ts';

const trigger = (title: string, severity: Urgency = 'warning', dedupKey = 'rp-1'): Message => ({
  kind: 'trigger',
  dedupKey,
  title,
  severity,
});
const acknowledge: Message = { kind: 'acknowledge', dedupKey: 'rp-1' };
const resolve: Message = { kind: 'resolve', dedupKey: 'rp-1' };

/** The kinds of mail that messages one second apart make. */
function heardBy(inbox: Inbox, ...messages: readonly Message[]): readonly (string | null)[] {
  return messages.map((message, i) => inbox.take('pagerduty', message, i * 1_000)?.kind ?? null);
}

describe('the inbox', () => {
  test('a page is opened, reworded, acknowledged and resolved, and is one page all the while', () => {
    const inbox = new Inbox();
    expect(heardBy(inbox, trigger('eu is down'), trigger('moved'), acknowledge, resolve)).toEqual([
      'opened',
      'reworded',
      'acknowledged',
      'resolved',
    ]);
    expect(inbox.pages).toEqual([
      {
        receiver: 'pagerduty',
        dedupKey: 'rp-1',
        title: 'moved',
        severity: 'warning',
        worst: 'warning',
        state: 'resolved',
        sentMs: 0,
        resolvedMs: 3_000,
      },
    ]);
  });

  test('what says nothing new changes nothing, and neither does what matches no open page', () => {
    const inbox = new Inbox();
    expect(heardBy(inbox, resolve, acknowledge, trigger('down'), trigger('down'))).toEqual([
      null,
      null,
      'opened',
      null,
    ]);
    expect(heardBy(inbox, acknowledge, acknowledge, resolve, resolve)).toEqual([
      'acknowledged',
      null,
      'resolved',
      null,
    ]);
  });

  test('after a resolve the same key opens a new page', () => {
    const inbox = new Inbox();
    heardBy(inbox, trigger('first'), resolve, trigger('second'));
    expect(inbox.pages.map(({ title, state }) => [title, state])).toEqual([
      ['first', 'resolved'],
      ['second', 'open'],
    ]);
  });

  test('a page that calmed down remembers how bad it was', () => {
    const inbox = new Inbox();
    const kinds = heardBy(inbox, trigger('a', 'warning'), trigger('a', 'critical'), trigger('b'));
    expect(kinds).toEqual(['opened', 'changed', 'changed']);
    expect(inbox.pages[0]).toMatchObject({ severity: 'warning', worst: 'critical', title: 'b' });
  });

  test('each receiver holds its own page of a story', () => {
    const inbox = new Inbox();
    inbox.take('pagerduty', trigger('down'), 0);
    inbox.take('webhook', trigger('down'), 1);
    inbox.take('pagerduty', resolve, 2);
    expect(inbox.pages.map(({ receiver, state }) => [receiver, state])).toEqual([
      ['pagerduty', 'resolved'],
      ['webhook', 'open'],
    ]);
  });

  test('a weekend of pages does not fill the memory', () => {
    const inbox = new Inbox();
    for (let i = 0; i < 1_200; i++) inbox.take('pagerduty', trigger('x', 'info', `rp-${i}`), i);
    expect([inbox.pages.length, inbox.pages[0]?.dedupKey]).toEqual([1_000, 'rp-200']);
  });
});

describe('at a glance', () => {
  test('what is open comes first, then the newest, each story once', () => {
    const inbox = new Inbox();
    inbox.take('pagerduty', trigger('old and open', 'critical', 'rp-0'), 0);
    for (const [i, title] of ['one', 'two', 'three', 'four'].entries()) {
      inbox.take('pagerduty', trigger(title), 1_000 * i + 1);
      inbox.take('webhook', trigger(title), 1_000 * i + 2);
      inbox.take('pagerduty', resolve, 1_000 * i + 3);
    }
    inbox.take('pagerduty', { kind: 'change', title: 'eu left' }, 3_500);
    const summary = summaryOf(inbox, { good: 4, bad: 0 });
    expect(summary).toMatchObject({ open: 1, resolved: 4, changes: 1, unresolved: 2 });
    expect(summary.latest.map(({ title }) => title)).toEqual([
      'old and open',
      'eu left',
      'four',
      'three',
    ]);
  });

  test('a watcher hears of pages, notices, changes and ends, not of other words for the same', () => {
    const inbox = new Inbox();
    const messages = [
      trigger('[page] nowhere to go', 'critical'),
      trigger('still nowhere', 'critical'),
      trigger('moved'),
      acknowledge,
      resolve,
      { kind: 'change', title: 'eu left' } as const,
    ];
    const told = messages.flatMap((message) => {
      const mail = inbox.take('pagerduty', message, 0);
      const happening = mail === null ? null : mailed(mail, 0);
      return happening === null ? [] : [`${happening.what} ${happening.text}`];
    });
    expect(told).toEqual([
      'PAGE nowhere to go',
      'NOTICE moved',
      'ACKED moved',
      'RESOLVED moved',
      'CHANGE eu left',
    ]);
  });
});

describe('PagerDuty, played', () => {
  const routing_key = 'a'.repeat(32);
  const payload = { summary: 'eu is down', source: 'payments', severity: 'critical' };
  const event = { routing_key, event_action: 'trigger', dedup_key: 'rp-1', payload };

  test('a good event is answered as PagerDuty answers it', () => {
    const { status, body, message } = takeEvent(JSON.stringify(event));
    expect([status, JSON.parse(body)]).toEqual([
      202,
      { status: 'success', message: 'Event processed', dedup_key: 'rp-1' },
    ]);
    expect(message).toEqual(trigger('eu is down', 'critical'));
    const resolved = takeEvent(JSON.stringify({ ...event, event_action: 'resolve' }));
    expect(resolved).toMatchObject({ status: 202, message: resolve });
  });

  test.each([
    ['not json', "'routing_key' is missing or blank"],
    [{ ...event, routing_key: 'short' }, 'should be 32 characters'],
    [{ ...event, routing_key: 'a-b' }, 'non-alphanumeric'],
    [{ ...event, dedup_key: '' }, "'dedup_key' is missing or blank"],
    [{ ...event, event_action: 'shout' }, "'event_action' is invalid"],
    [{ ...event, payload: { ...payload, severity: 'bad' } }, "'severity' is invalid"],
    [{ ...event, payload: 7 }, "'summary' is missing or blank"],
  ])('%j is refused', (bad, why) => {
    const answer = takeEvent(typeof bad === 'string' ? bad : JSON.stringify(bad));
    expect(answer).toMatchObject({ status: 400, message: null });
    expect(answer.body).toContain(why);
  });

  test('a change opens nothing', () => {
    const body = JSON.stringify({ routing_key, payload: { summary: 'eu left' } });
    expect(takeChange(body)).toMatchObject({
      status: 202,
      message: { kind: 'change', title: 'eu left' },
    });
    expect(takeChange('{}')).toMatchObject({ status: 400, message: null });
  });
});

describe('webhooks', () => {
  test.each([
    [300_000, true],
    [-300_000, true],
    [301_000, false],
    [-301_000, false],
  ])('one that is %i ms old: %s', (ageMs, fresh) => {
    const headers = { id: 'a', timestamp: '1614265330', signatures: [] };
    expect(isFresh(headers, 1_614_265_330_000 + ageMs)).toBe(fresh);
    expect(isFresh({ ...headers, timestamp: 'soon' }, 0)).toBe(false);
    expect(isFresh({ ...headers, id: '' }, 1_614_265_330_000)).toBe(false);
  });

  test('what happened is told by its type, how urgent in our words', () => {
    const data = { dedupKey: 'rp-1', severity: 'ticket', title: 'eu is down' };
    const told = (type: string) => takeWebhook(JSON.stringify({ type, data }));
    expect(told('alert.triggered')).toEqual(trigger('eu is down', 'warning'));
    expect(told('alert.acknowledged')).toEqual(acknowledge);
    expect(told('alert.resolved')).toEqual(resolve);
    expect(told('change.recorded')).toEqual({ kind: 'change', title: 'eu is down' });
    expect(told('alerting.probe')).toBeNull();
  });

  test('garbage is nothing', () => {
    expect(takeWebhook('<html>')).toBeNull();
    expect(takeWebhook('{"data":[]}')).toBeNull();
  });
});
