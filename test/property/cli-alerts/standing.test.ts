// What `alerts list` reads off the log is what the notifier that wrote it has in mind: whatever fires,
// resolves, is silenced or acknowledged, and whoever crashes in between.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { standingOf } from '../../../alerts/notify/standing.ts';
import { type AlertsView, foldAlerts } from '../../../alerts/topic-view.ts';
import { listedAlerts } from '../../../cli/alerts/listed.ts';
import {
  atS,
  configOf,
  type Desk,
  hookOf,
  labelsOf,
  openDesk,
  pagerOf,
  routeOf,
  silenceOf,
} from '../../support/alerts-notify.ts';

const names = ['a', 'b', 'c'] as const;
const config = configOf({
  receivers: [hookOf('hook'), pagerOf('pager')],
  route: routeOf({
    receivers: ['hook', 'pager'],
    groupBy: ['team'],
    groupWaitMs: 300,
    groupIntervalMs: 500,
    repeatIntervalMs: 2_000,
  }),
});

const named = (name: string) => ({ alertname: name, team: name === 'c' ? 'red' : 'blue' });

type Step = (desk: Desk, second: number) => void;
const name = fc.constantFrom(...names);
const step: fc.Arbitrary<Step> = fc.oneof(
  name.map(
    (each): Step =>
      (desk) =>
        desk.fire(named(each)),
  ),
  name.map(
    (each): Step =>
      (desk) =>
        desk.fire(named(each), { severity: 'ticket' }),
  ),
  name.map(
    (each): Step =>
      (desk) =>
        desk.resolve(named(each)),
  ),
  fc.tuple(name, fc.nat(3)).map(
    ([each, id]): Step =>
      (desk, second) =>
        desk.silence(silenceOf(`s-${id}`, second, second + 1 + id, `alertname="${each}"`)),
  ),
  fc.tuple(fc.nat(9), fc.boolean()).map(
    ([pick, acked]): Step =>
      (desk) => {
        const keys = [...new Set(desk.notices.map(({ dedupKey }) => dedupKey))];
        const key = keys[pick % Math.max(1, keys.length)];
        if (key !== undefined) desk.ack(key, { acked, author: `operator-${pick}` });
      },
  ),
  fc.constant<Step>((desk) => desk.crash()),
);

function viewOfDesk(desk: Desk): AlertsView {
  return foldAlerts([...desk.log].map(([key, record]) => ({ partition: 0, key, record })));
}

test('a list from the log agrees with the notifier, alert by alert', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
      const desk = openDesk(config);
      for (const [index, each] of steps.entries()) {
        const second = (index + 1) * 0.4;
        desk.to(second);
        each(desk, second);
        desk.to(second + 0.1);
        const view = viewOfDesk(desk);
        for (const { alert, listed } of listedAlerts(view, atS(second + 0.1))) {
          if (alert.state === 'resolved') continue;
          const standing = standingOf(desk.state(), alert.fingerprint);
          const told = standing.receivers.filter((receiver) => receiver.told);
          const about = `step ${index}: ${labelsOf(alert.labels)['alertname']}`;
          expect(listed.told.map(({ receiver }) => receiver).sort(), about).toEqual(
            told.map(({ receiver }) => receiver).sort(),
          );
          expect(listed.ackedBy, about).toBe(told.length === 0 ? listed.ackedBy : standing.ackedBy);
          expect([...listed.silencedBy].sort(), about).toEqual([...standing.silencedBy].sort());
        }
      }
    }),
    { numRuns: 300 },
  );
});
