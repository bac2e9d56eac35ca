// Scenarios 1–9 and 26: what happens together is told together, and in which rhythm.

import { expect, test } from 'vitest';
import { atS, configOf, hookOf, openDesk, routeOf, story } from '../../../support/alerts-notify.ts';

const batching = configOf({
  route: routeOf({ groupIntervalMs: 5000, repeatIntervalMs: 20_000 }),
});

test('scenario 1: two alerts inside the group wait are one notice', () => {
  const desk = openDesk(batching);
  desk.to(1);
  desk.fire('a');
  desk.to(1.5);
  desk.fire('b');
  desk.to(5);
  expect(story(desk.notices)).toEqual(['2.0 first a b']);
});

test('scenario 2: three more that fire after it go out together at the next interval', () => {
  const desk = openDesk(batching);
  desk.fire('a');
  desk.fire('b');
  desk.to(2);
  for (const name of ['c', 'd', 'e']) desk.fire(name);
  desk.to(10);
  expect(story(desk.notices)).toEqual(['1.0 first a b', '6.0 alertsAdded a b c d e']);
});

test('scenario 3: without a change nothing is said until it is time to repeat', () => {
  const desk = openDesk(batching);
  desk.fire('a');
  desk.to(45);
  expect(story(desk.notices)).toEqual(['1.0 first a', '21.0 repeat a', '41.0 repeat a']);
});

test('scenario 4: said again with an earlier start, the earliest start is reported', () => {
  const desk = openDesk();
  desk.fire('a', { startsMs: atS(-1) });
  desk.to(0.5);
  desk.fire('a', { startsMs: atS(-3) });
  desk.fire('a', { startsMs: atS(-2) });
  desk.to(3);
  expect(desk.notices.map((notice) => notice.alerts[0]?.startsMs)).toEqual([atS(-3)]);
});

test('scenario 5: the newest annotations win', () => {
  const desk = openDesk();
  desk.fire('a', { annotations: { note: 'old' }, summary: 'old' });
  desk.to(0.5);
  desk.fire('a', { annotations: { note: 'new' }, summary: 'new' });
  desk.to(3);
  expect(desk.notices[0]?.alerts[0]).toMatchObject({
    annotations: { note: 'new' },
    summary: 'new',
  });
});

test('scenario 6: of two resolves the latest end wins', () => {
  const desk = openDesk(configOf({ route: routeOf({ groupIntervalMs: 5000 }) }));
  desk.fire('a');
  desk.fire('b');
  desk.to(1.5);
  desk.resolve('a', { endsMs: atS(1.4) });
  desk.to(1.7);
  desk.resolve('a', { endsMs: atS(1.2) });
  desk.to(8);
  expect(story(desk.notices)).toEqual(['1.0 first a b', '6.0 someResolved b -a']);
  expect(desk.notices[1]?.alerts[1]?.endsMs).toBe(atS(1.4));
});

test('scenario 7: a refire after the resolve is a new story with a new start', () => {
  const desk = openDesk();
  desk.fire('a');
  desk.to(2);
  desk.resolve('a');
  desk.to(4);
  desk.fire('a');
  desk.to(8);
  expect(story(desk.notices)).toEqual(['1.0 first a', '2.0 allResolved -a', '5.0 first a']);
  expect(desk.notices[2]?.alerts[0]?.startsMs).toBe(atS(4));
  expect(new Set(desk.notices.map((notice) => notice.dedupKey)).size).toBe(1);
  expect(desk.notices.map((notice) => notice.seq)).toEqual([1, 2, 3]);
});

test('scenario 8: not said again in time, it is told resolved once', () => {
  const desk = openDesk();
  desk.fire('a', { expiresMs: atS(3) });
  desk.to(2);
  desk.fire('a', { expiresMs: atS(5) });
  desk.to(20);
  expect(story(desk.notices)).toEqual(['1.0 first a', '5.0 allResolved -a']);
});

test('scenario 9: who wants no resolves is told of the refire', () => {
  const desk = openDesk(configOf({ receivers: [hookOf('hook', false)] }));
  desk.fire('a');
  desk.fire('b');
  desk.to(3);
  desk.resolve('a');
  desk.resolve('b');
  desk.to(6);
  desk.fire('a');
  desk.to(9);
  expect(story(desk.notices)).toEqual(['1.0 first a b', '7.0 first a']);
});

test('scenario 26: fired and resolved within the group wait, nobody hears of it', () => {
  const desk = openDesk();
  desk.fire('a');
  desk.to(0.5);
  desk.resolve('a');
  desk.to(10);
  expect(story(desk.notices)).toEqual([]);
});
