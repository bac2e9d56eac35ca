// Scenarios 12, 13 and 27, and what does not wait for its interval: starts, reloads, stories that get
// worse, better, or cannot make up their mind.

import { describe, expect, test } from 'vitest';
import { remember } from '../../../../alerts/notify/notifier.ts';
import {
  alertmanagerOf,
  atS,
  configOf,
  hookOf,
  matchers,
  openDesk,
  printOf,
  routeOf,
  story,
} from '../../../support/alerts-notify.ts';

const slow = { groupWaitMs: 1000, groupIntervalMs: 60_000, repeatIntervalMs: 0 };

describe('starting', () => {
  test('scenario 13: after a cold start with old alerts nothing is said before the start delay', () => {
    const desk = openDesk(configOf({ startDelayMs: 10_000 }));
    desk.fire('a', { startsMs: atS(-3600) });
    desk.fire('b', { startsMs: atS(-3600) });
    desk.to(2);
    desk.resolve('b');
    desk.to(20);
    expect(story(desk.notices)).toEqual(['10.0 first a']);
  });

  test('what was told before the crash is not told again, and what changed meanwhile is', () => {
    const desk = openDesk(configOf({ startDelayMs: 1000 }));
    desk.fire({ alertname: 'a' });
    desk.fire({ alertname: 'b' });
    desk.to(3);
    desk.log.forEach((record) => {
      if (record.kind !== 'alert' || record.alert.labels['alertname'] !== 'b') return;
      const alert = { ...record.alert, state: 'resolved', endsMs: atS(3) } as const;
      desk.log.set(`alert/${alert.fingerprint}`, { ...record, alert });
    });
    desk.crash();
    desk.to(20);
    expect(story(desk.notices)).toEqual(['1.0 first a b', '4.0 someResolved a -b']);
    expect(desk.notices.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('a crash within the group wait loses nothing and waits no longer', () => {
    const desk = openDesk(configOf({ route: routeOf({ groupWaitMs: 5000 }) }));
    desk.fire('a');
    desk.to(3);
    desk.crash();
    desk.to(20);
    expect(story(desk.notices)).toEqual(['5.0 first a']);
  });

  test('who wants no resolves is told of a refire also when we crashed before telling', () => {
    const desk = openDesk(configOf({ receivers: [hookOf('hook', false)] }));
    desk.fire('a');
    desk.to(3);
    desk.resolve('a');
    desk.to(4);
    desk.fire('a');
    desk.to(4.5);
    desk.crash();
    desk.to(9);
    expect(story(desk.notices)).toEqual(['1.0 first a', '5.0 first a']);
  });

  test('our own words read back late change nothing', () => {
    const desk = openDesk(configOf({ route: routeOf({ groupWaitMs: 0, groupIntervalMs: 0 }) }));
    desk.fire('a');
    const [told] = desk.notices;
    const said = desk.log.get(`alert/${printOf('a')}`);
    desk.resolve('a');
    if (told !== undefined) remember(desk.state(), { v: 1, kind: 'notice', term: 1, ...told });
    if (said !== undefined) remember(desk.state(), said);
    desk.to(5);
    expect(story(desk.notices)).toEqual(['0.0 first a', '0.0 allResolved -a']);
    desk.fire('a');
    expect(desk.notices.at(-1)).toMatchObject({ reason: 'first', seq: 3 });
  });

  test('told firing, and gone from the log: it is resolved, with the words it was told with', () => {
    const desk = openDesk();
    desk.fire('a');
    desk.to(2);
    for (const key of desk.log.keys()) if (key.startsWith('alert/')) desk.log.delete(key);
    desk.crash();
    desk.to(5);
    expect(story(desk.notices)).toEqual(['1.0 first a', '2.1 allResolved -a']);
  });

  test('scenario 27: an alert that fires for a year is repeated, never told as new', () => {
    const day = 86_400;
    const desk = openDesk(configOf({ route: routeOf({ repeatIntervalMs: 30 * day * 1000 }) }));
    desk.fire('a');
    desk.to(1);
    desk.say({ kind: 'tick' });
    for (let days = 1; days <= 5; days += 1) {
      desk.skipTo(days * 30 * day + 1);
      desk.crash();
      desk.say({ kind: 'tick' });
    }
    expect(desk.notices.map(({ reason }) => reason)).toEqual([
      'first',
      ...Array.from({ length: 5 }, () => 'repeat'),
    ]);
  });
});

describe('reloading', () => {
  test('scenario 12: nothing is sent twice and the repeat comes when it would have come', () => {
    const config = configOf({ route: routeOf({ repeatIntervalMs: 10_000 }) });
    const desk = openDesk(config);
    desk.fire('a');
    desk.to(5);
    desk.reload({ ...config, route: { ...config.route } });
    desk.to(5.5);
    desk.fire('b');
    desk.to(5.8);
    desk.reload(config);
    desk.to(18);
    expect(story(desk.notices)).toEqual(['1.0 first a', '6.5 alertsAdded a b', '16.5 repeat a b']);
  });

  test('an alert that is routed elsewhere from now on is resolved here and told there', () => {
    const receivers = [hookOf('hook'), hookOf('other')];
    const desk = openDesk(configOf({ receivers }));
    desk.fire('a');
    desk.to(5);
    desk.reload(configOf({ receivers, route: routeOf({ receivers: ['other'] }) }));
    desk.to(9);
    expect(desk.notices.map((n) => [n.receiver, n.reason, n.atMs - atS(0)])).toEqual([
      ['hook', 'first', 1000],
      ['hook', 'allResolved', 5100],
      ['other', 'first', 6000],
    ]);
  });

  test('a receiver that is gone from the config is told nothing more', () => {
    const desk = openDesk();
    desk.fire('a');
    desk.to(5);
    desk.reload(configOf({ receivers: [], route: routeOf({ receivers: [] }) }));
    desk.resolve('a');
    desk.to(9);
    expect(story(desk.notices)).toEqual(['1.0 first a']);
  });
});

describe('worse and better', () => {
  test('a new page in a story of tickets does not wait for the interval', () => {
    const desk = openDesk(configOf({ route: routeOf(slow) }));
    desk.fire('a', { severity: 'ticket' });
    desk.to(5);
    desk.fire('b', { severity: 'page' });
    desk.to(70);
    expect(story(desk.notices)).toEqual(['1.0 first a', '6.0 escalated a b']);
    expect(desk.notices.map(({ severity }) => severity)).toEqual(['ticket', 'page']);
  });

  test('an alert that rises to page is told although somebody has it, and the ack is over', () => {
    const route = routeOf({ ...slow, groupWaitMs: 0, repeatIntervalMs: 100_000 });
    const desk = openDesk(configOf({ route }));
    desk.fire('a', { severity: 'ticket' });
    desk.ack(desk.notices[0]?.dedupKey ?? '');
    desk.to(5);
    desk.fire('a', { severity: 'page' });
    desk.to(110);
    expect(story(desk.notices)).toEqual(['0.0 first a', '5.0 escalated a', '105.0 repeat a']);
    expect(desk.notices[1]?.ackedBy).toBe(null);
  });

  test('what got less urgent is told at the interval', () => {
    const desk = openDesk(configOf({ route: routeOf(slow) }));
    desk.fire('a');
    desk.to(5);
    desk.fire('a', { severity: 'ticket', summary: 'moved' });
    desk.to(130);
    expect(story(desk.notices)).toEqual(['1.0 first a', '61.0 downgraded a']);
  });

  test('a page that becomes a ticket leaves the pager for the tickets', () => {
    const pages = routeOf({ match: matchers('severity=page'), receivers: ['pager'] });
    const route = routeOf({ receivers: ['tickets'], routes: [pages] });
    const desk = openDesk(configOf({ route, receivers: [hookOf('pager'), hookOf('tickets')] }));
    desk.fire('a');
    desk.to(5);
    desk.fire('a', { severity: 'ticket' });
    desk.to(9);
    expect(desk.notices.map(({ receiver, reason, action }) => [receiver, reason, action])).toEqual([
      ['pager', 'first', 'trigger'],
      ['pager', 'allResolved', 'resolve'],
      ['tickets', 'first', 'trigger'],
    ]);
  });

  test('flapping is told once, and its swings are not', () => {
    const desk = openDesk();
    desk.fire('a');
    desk.to(3);
    desk.fire('a', { flapping: true, severity: 'page' });
    for (let s = 5; s < 20; s += 2) {
      desk.to(s);
      desk.fire('a', { flapping: true, state: 'recovering', severity: 'ticket' });
      desk.to(s + 1);
      desk.fire('a', { flapping: true, severity: 'page' });
    }
    desk.crash();
    desk.to(25);
    desk.resolve('a');
    desk.to(30);
    expect(story(desk.notices)).toEqual(['1.0 first a', '4.0 flapping a', '25.0 allResolved -a']);
  });

  test('pending tells nobody; no data does', () => {
    const desk = openDesk();
    desk.fire('a', { state: 'pending' });
    desk.to(3);
    expect(desk.notices).toEqual([]);
    desk.fire('a', { state: 'noData' });
    desk.to(5);
    expect(story(desk.notices)).toEqual(['4.0 first a']);
  });
});

describe('groups', () => {
  test('an alert that comes in by two routes is told once, in the shorter rhythm', () => {
    const quick = routeOf({ groupWaitMs: 500, continue: true });
    const late = routeOf({ groupWaitMs: 5000, repeatIntervalMs: 10_000 });
    const desk = openDesk(configOf({ route: routeOf({ routes: [quick, late] }) }));
    desk.fire('a');
    desk.to(12);
    expect(story(desk.notices)).toEqual(['0.5 first a', '10.5 repeat a']);
  });

  test('grouped by region, each region is its own story', () => {
    const desk = openDesk(configOf({ route: routeOf({ groupBy: ['region'] }) }));
    desk.fire({ alertname: 'a', region: 'eu' });
    desk.fire({ alertname: 'a', region: 'us' });
    desk.to(2);
    expect(desk.notices.map(({ groupLabels }) => groupLabels)).toEqual([
      { region: 'eu' },
      { region: 'us' },
    ]);
    expect(new Set(desk.notices.map(({ dedupKey }) => dedupKey)).size).toBe(2);
  });

  test('an Alertmanager gets each alert by itself, at once, and every minute, acked or not', () => {
    const receivers = [alertmanagerOf('am')];
    const route = routeOf({ receivers: ['am'], groupWaitMs: 30_000, repeatIntervalMs: 3_600_000 });
    const desk = openDesk(configOf({ receivers, route }));
    desk.fire('a');
    desk.fire('b');
    for (const { dedupKey } of [...desk.notices]) desk.ack(dedupKey);
    desk.to(61);
    expect(story(desk.notices)).toEqual([
      '0.0 first a',
      '0.0 first b',
      '60.0 repeat a',
      '60.0 repeat b',
    ]);
  });

  test('a notice shows a hundred alerts, the worst first, and counts and names the rest', () => {
    const desk = openDesk();
    for (let n = 0; n < 150; n += 1) {
      desk.fire(`a${n}`, { severity: n === 149 ? 'page' : 'info', startsMs: atS(0) });
    }
    desk.to(2);
    expect(desk.notices[0]).toMatchObject({ truncatedAlerts: 50, severity: 'page' });
    expect(desk.notices[0]?.alerts).toHaveLength(100);
    expect(desk.notices[0]?.alerts[0]?.severity).toBe('page');
    expect(desk.notices[0]?.firing).toHaveLength(150);
  });

  test('latency counts from what made the notice necessary', () => {
    const desk = openDesk(configOf({ route: routeOf({ repeatIntervalMs: 10_000 }) }));
    desk.fire('a');
    desk.to(5);
    desk.fire('b');
    desk.to(20);
    expect(desk.notices.map(({ causeMs }) => causeMs - atS(0))).toEqual([0, 5000, 16_000]);
  });
});
