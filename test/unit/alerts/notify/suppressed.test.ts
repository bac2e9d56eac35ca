// Why a pager is quiet, as somebody who looks at it is told.

import { expect, test } from 'vitest';
import { prepare } from '../../../../alerts/notify/notifier.ts';
import { suppressedIn } from '../../../../alerts/notify/suppressed.ts';
import {
  configOf,
  type Desk,
  matchers,
  openDesk,
  routeOf,
  silenceOf,
} from '../../../support/alerts-notify.ts';

const config = configOf({
  route: routeOf({ groupBy: ['alertname'], repeatIntervalMs: 60_000 }),
  inhibit: [
    { source: matchers('alertname="down"'), target: matchers('alertname="link"'), equal: [] },
  ],
});

function heldBack(desk: Desk): Readonly<Record<string, number>> {
  const counts = suppressedIn(desk.state(), prepare(config));
  return Object.fromEntries(counts.map(([receiver, reason, n]) => [`${receiver} ${reason}`, n]));
}

test('an alert waits for its group, is told, and is held back no more', () => {
  const desk = openDesk(config);
  desk.fire('slow');
  expect(heldBack(desk)).toEqual({ 'hook grouped': 1 });
  desk.to(2);
  expect(desk.notices).toHaveLength(1);
  expect(heldBack(desk)).toEqual({});
});

test('a silence and a cause hold back what they match, and a silence goes before a cause', () => {
  const desk = openDesk(config);
  desk.silence(silenceOf('s1', 0, 100, 'zone="a"'));
  desk.fire('down');
  desk.fire({ alertname: 'link', zone: 'a' });
  desk.fire({ alertname: 'link', zone: 'b' });
  desk.fire({ alertname: 'full', zone: 'a' });
  desk.to(5);
  expect(heldBack(desk)).toEqual({ 'hook silenced': 2, 'hook inhibited': 1 });
  desk.resolve('down');
  desk.to(101);
  expect(heldBack(desk)).toEqual({});
});

test('a story that somebody has is not repeated, until it is given back', () => {
  const desk = openDesk(config);
  desk.fire('slow');
  desk.to(2);
  const key = desk.notices[0]?.dedupKey ?? '';
  desk.ack(key);
  expect(heldBack(desk)).toEqual({ 'hook acknowledged': 1 });
  desk.to(3);
  desk.ack(key, { acked: false });
  expect(heldBack(desk)).toEqual({});
});
