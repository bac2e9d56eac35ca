// Scenarios 14–20, 24, 25 and 40: inhibition, silences and acknowledgements.

import { describe, expect, test } from 'vitest';
import { standingOf } from '../../../../alerts/notify/standing.ts';
import {
  atS,
  configOf,
  hookOf,
  matchers,
  openDesk,
  pagerOf,
  printOf,
  routeOf,
  silenceOf,
  story,
} from '../../../support/alerts-notify.ts';

const zone = (alertname: string, where: string) => ({ alertname, job: 'cache', zone: where });
const downMutesLink = configOf({
  inhibit: [
    {
      source: matchers('alertname="down"'),
      target: matchers('alertname="link"'),
      equal: ['job', 'zone'],
    },
  ],
});

describe('inhibition', () => {
  test('scenario 14: the source mutes its own zone only, and the target is told when it resolves', () => {
    const desk = openDesk(downMutesLink);
    desk.fire(zone('down', 'a'));
    desk.fire(zone('link', 'a'));
    desk.fire(zone('link', 'b'));
    expect(standingOf(desk.state(), printOf(zone('link', 'a'))).inhibitedBy).toEqual([
      printOf(zone('down', 'a')),
    ]);
    desk.to(5);
    desk.resolve(zone('down', 'a'));
    desk.to(8);
    expect(story(desk.notices)).toEqual([
      '1.0 first down/job=cache/zone=a link/job=cache/zone=b',
      '6.0 alertsAdded link/job=cache/zone=a link/job=cache/zone=b -down/job=cache/zone=a',
    ]);
  });

  test('scenario 15: told both and resolved together, the last message has both', () => {
    const desk = openDesk(downMutesLink);
    desk.fire(zone('link', 'a'));
    desk.to(2);
    desk.fire(zone('down', 'a'));
    desk.to(5);
    desk.resolve(zone('link', 'a'));
    desk.resolve(zone('down', 'a'));
    desk.to(8);
    expect(story(desk.notices)).toEqual([
      '1.0 first link/job=cache/zone=a',
      '3.0 alertsAdded down/job=cache/zone=a',
      '5.0 allResolved -down/job=cache/zone=a -link/job=cache/zone=a',
    ]);
  });

  test('scenario 16: an empty rule crashes nothing and mutes nobody', () => {
    const desk = openDesk(configOf({ inhibit: [{ source: [], target: [], equal: [] }] }));
    desk.fire('a');
    desk.fire('b');
    desk.to(3);
    expect(story(desk.notices)).toEqual(['1.0 first a b']);
  });

  test('two alerts that are source and target of one rule do not mute each other', () => {
    const everything = matchers('alertname=~".+"');
    const desk = openDesk(
      configOf({ inhibit: [{ source: everything, target: everything, equal: ['zone'] }] }),
    );
    desk.fire('a');
    desk.fire('b');
    desk.to(3);
    expect(story(desk.notices)).toEqual(['1.0 first a b']);
  });

  test('a pending or a resolved source mutes nothing', () => {
    const desk = openDesk(downMutesLink);
    desk.fire(zone('down', 'a'), { state: 'pending' });
    desk.fire(zone('link', 'a'));
    desk.to(3);
    expect(story(desk.notices)).toEqual(['1.0 first link/job=cache/zone=a']);
  });
});

describe('silences', () => {
  test('scenario 17: a silence on one alert lets the other through, and ends by itself', () => {
    const desk = openDesk();
    desk.silence(silenceOf('s', 0, 5, 'alertname=a'));
    desk.fire('a');
    desk.fire('b');
    desk.to(8);
    expect(story(desk.notices)).toEqual([
      '1.0 first b',
      '5.0 silenceReport -silenceReport/silence=s',
      '6.0 alertsAdded a b',
    ]);
  });

  test('scenario 18: a regex silence that ends early lets notices go on', () => {
    const desk = openDesk();
    const silence = silenceOf('s', 0, 600, 'alertname=~"a|b"');
    desk.silence(silence);
    desk.fire('a');
    desk.to(5);
    expect(desk.notices).toEqual([]);
    desk.silence({ ...silence, endsMs: atS(5) });
    desk.to(8);
    expect(story(desk.notices)).toEqual([
      '5.0 silenceReport -silenceReport/silence=s',
      '6.0 first a',
    ]);
  });

  test('scenario 19: a silence set between two notices shows at once', () => {
    const desk = openDesk(configOf({ route: routeOf({ groupIntervalMs: 60_000 }) }));
    desk.fire('a');
    desk.to(2);
    expect(standingOf(desk.state(), printOf('a')).silencedBy).toEqual([]);
    desk.silence(silenceOf('s', 2, 60, 'alertname=a'));
    expect(standingOf(desk.state(), printOf('a')).silencedBy).toEqual(['s']);
  });

  test('scenario 20: a silence set before the alert fires hides the first notice too', () => {
    const desk = openDesk(configOf({ route: routeOf({ groupWaitMs: 0 }) }));
    desk.silence(silenceOf('s', 0, 60, 'alertname=a'));
    desk.fire('a');
    desk.to(10);
    expect(desk.notices).toEqual([]);
  });

  test('scenario 24: what resolves while silenced is resolved at who was told', () => {
    const desk = openDesk();
    desk.fire('a');
    desk.to(2);
    desk.silence(silenceOf('s', 2, 60, 'alertname=a'));
    desk.to(10);
    expect(story(desk.notices)).toEqual(['1.0 first a']);
    desk.resolve('a');
    desk.to(12);
    expect(story(desk.notices)).toEqual(['1.0 first a', '10.0 allResolved -a']);
  });

  test('scenario 25: refired right after that silence, it pages before the repeat interval', () => {
    const desk = openDesk(configOf({ route: routeOf({ repeatIntervalMs: 3_600_000 }) }));
    desk.fire('a');
    desk.to(2);
    desk.silence(silenceOf('s', 2, 5, 'alertname=a'));
    desk.resolve('a');
    desk.to(5);
    desk.fire('a');
    desk.to(8);
    const pages = desk.notices.filter(({ action }) => action !== 'change');
    expect(story(pages)).toEqual(['1.0 first a', '2.0 allResolved -a', '6.0 first a']);
  });

  test('a silenced alert keeps a story open only where it was told', () => {
    const desk = openDesk();
    desk.fire('a');
    desk.to(2);
    desk.silence(silenceOf('s', 2, 60, 'alertname=b'));
    desk.fire('b');
    desk.to(4);
    desk.resolve('a');
    desk.to(9);
    expect(story(desk.notices)).toEqual(['1.0 first a', '4.0 allResolved -a']);
  });

  test('told before, silenced and let go again unchanged, it waits for its repeat', () => {
    const desk = openDesk(configOf({ route: routeOf({ repeatIntervalMs: 10_000 }) }));
    desk.fire('a');
    desk.to(2);
    desk.silence(silenceOf('s', 2, 5, 'alertname=a'));
    desk.to(12);
    expect(story(desk.notices)).toEqual([
      '1.0 first a',
      '5.0 silenceReport -silenceReport/silence=s',
      '11.0 repeat a',
    ]);
  });

  test('at its end a silence says what it hid, once, and nothing where it hid nothing', () => {
    const desk = openDesk();
    desk.silence(silenceOf('idle', 0, 5, 'alertname=other'));
    desk.silence(silenceOf('s', 0, 5, 'alertname=~"a|b"'));
    desk.fire('a');
    desk.fire('b');
    desk.to(3);
    desk.resolve('a');
    desk.resolve('b');
    desk.to(6);
    desk.crash();
    desk.to(9);
    expect(desk.notices).toHaveLength(1);
    expect(desk.notices[0]).toMatchObject({
      action: 'change',
      reason: 'silenceReport',
      dedupKey: 'change-silence-s',
      alerts: [{ annotations: { alerts: '2', notices: '2', author: 'ada' } }],
    });
  });

  test('a silence that came in broken mutes nothing', () => {
    const desk = openDesk();
    const broken = { label: 'alertname', op: '=~', value: '(' } as const;
    desk.silence({ ...silenceOf('s', 0, 60), matchers: [broken] });
    desk.silence({ ...silenceOf('t', 0, 60), matchers: [] });
    desk.fire('a');
    desk.to(3);
    expect(story(desk.notices)).toEqual(['1.0 first a']);
  });
});

describe('acknowledgements', () => {
  const repeating = configOf({
    receivers: [hookOf('hook'), pagerOf('pager')],
    route: routeOf({ receivers: ['hook', 'pager'], repeatIntervalMs: 5000 }),
  });

  test('scenario 40: acked in PagerDuty, it shows, and repeats stop everywhere', () => {
    const desk = openDesk(repeating);
    desk.fire('a');
    desk.to(2);
    desk.ack(desk.notices[0]?.dedupKey ?? '', { source: 'pagerduty' });
    expect(standingOf(desk.state(), printOf('a')).ackedBy).toBe('ada');
    desk.to(30);
    expect(story(desk.notices)).toEqual(['1.0 first a', '1.0 first a']);
  });

  test('an ack of the former incident, heard late, does not quiet the new one', () => {
    const desk = openDesk(repeating);
    desk.fire('a');
    desk.to(2);
    const dedupKey = desk.notices[0]?.dedupKey ?? '';
    const formerMs = desk.notices[0]?.atMs ?? 0;
    desk.resolve('a');
    desk.to(6);
    desk.fire('a');
    desk.to(8);
    desk.ack(dedupKey, { source: 'pagerduty', atMs: formerMs });
    expect(standingOf(desk.state(), printOf('a')).ackedBy).toBeNull();
  });

  test('acked here, PagerDuty is told, once', () => {
    const desk = openDesk(repeating);
    desk.fire('a');
    desk.to(2);
    desk.ack(desk.notices[0]?.dedupKey ?? '');
    desk.to(12);
    desk.crash();
    desk.to(20);
    expect(desk.notices.slice(2)).toMatchObject([
      { receiver: 'pager', action: 'acknowledge', reason: 'acknowledged', ackedBy: 'ada', seq: 2 },
    ]);
  });

  test('acked before PagerDuty heard of it, it is told first and then that somebody has it', () => {
    const late = routeOf({ receivers: ['pager'], groupWaitMs: 5000 });
    const route = routeOf({ routes: [routeOf({ continue: true }), late] });
    const desk = openDesk({ ...repeating, route });
    desk.fire('a');
    desk.to(2);
    desk.ack(desk.notices[0]?.dedupKey ?? '');
    desk.to(9);
    expect(desk.notices.map((n) => [n.receiver, n.action, n.seq, n.ackedBy])).toEqual([
      ['hook', 'trigger', 1, null],
      ['pager', 'trigger', 1, null],
      ['pager', 'acknowledge', 2, 'ada'],
    ]);
  });

  test('taken back, repeats go on', () => {
    const desk = openDesk(repeating);
    desk.fire('a');
    desk.to(2);
    const key = desk.notices[0]?.dedupKey ?? '';
    desk.ack(key, { source: 'pagerduty' });
    desk.to(10);
    desk.ack(key, { source: 'pagerduty', acked: false });
    desk.to(11);
    expect(story(desk.notices).slice(2)).toEqual(['10.0 repeat a', '10.0 repeat a']);
  });

  test('a story that resolves forgets its ack, also over a restart', () => {
    for (const crashes of [false, true]) {
      const desk = openDesk(repeating);
      desk.fire('a');
      desk.to(2);
      desk.ack(desk.notices[0]?.dedupKey ?? '', { source: 'pagerduty' });
      desk.to(3);
      desk.resolve('a');
      desk.to(4);
      desk.fire('a');
      desk.to(6);
      if (crashes) desk.crash();
      desk.to(11);
      const hook = desk.notices.filter(({ receiver }) => receiver === 'hook');
      expect(story(hook).slice(2)).toEqual(['5.0 first a', '10.0 repeat a']);
    }
  });

  test('an ack that no story is open for is nothing', () => {
    const desk = openDesk(repeating);
    desk.ack('rp-0000000000000000');
    desk.fire('a');
    desk.to(7);
    expect(desk.notices.map(({ ackedBy }) => ackedBy)).toEqual([null, null, null, null]);
  });
});
