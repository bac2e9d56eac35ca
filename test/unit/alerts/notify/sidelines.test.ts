// What opens nothing: changes, the heartbeat, the probe.

import { expect, test } from 'vitest';
import { changeKeyOf } from '../../../../alerts/notify/sidelines.ts';
import type { ChangeEvent } from '../../../../alerts/rule.ts';
import {
  atS,
  configOf,
  hookOf,
  matchers,
  openDesk,
  routeOf,
} from '../../../support/alerts-notify.ts';

const change: ChangeEvent = {
  id: 'payments/7',
  labels: { alertname: 'failoverDone', group: 'payments' },
  summary: 'moved to us-east',
  description: '',
  annotations: {},
  atMs: atS(1),
};
const receivers = [hookOf('hook'), hookOf('log'), hookOf('deadman')];

test('a change goes where its labels lead, opens nothing, and is told once, also over a restart', () => {
  const info = routeOf({ match: matchers('severity=info'), receivers: ['log'] });
  const desk = openDesk(configOf({ receivers, route: routeOf({ routes: [info] }) }));
  desk.say({ kind: 'change', change, causeMs: atS(1) });
  desk.say({ kind: 'change', change, causeMs: atS(1) });
  desk.crash();
  desk.say({ kind: 'change', change, causeMs: atS(1) });
  desk.to(5);
  expect(desk.notices).toHaveLength(1);
  expect(desk.notices[0]).toMatchObject({
    receiver: 'log',
    action: 'change',
    reason: 'change',
    seq: 1,
    severity: 'info',
    firing: [],
    resolved: [],
    alerts: [{ summary: 'moved to us-east', state: 'resolved' }],
  });
});

test('a change id is made fit for a key, and two ids never become one', () => {
  expect(changeKeyOf('payments:7_a-b')).toBe('change-payments:7_a-b');
  const odd = changeKeyOf('payments/7');
  expect(odd).toMatch(/^change-payments_7-[0-9a-f]{16}$/);
  expect(odd).not.toBe(changeKeyOf('payments 7'));
  expect(changeKeyOf('x'.repeat(500))).toHaveLength(200);
  expect(changeKeyOf('x'.repeat(500))).not.toBe(changeKeyOf('x'.repeat(501)));
});

test('the heartbeat beats in its rhythm, over a restart too, and only while the watchdog fires', () => {
  const config = configOf({ receivers, heartbeat: { receiver: 'deadman', everyMs: 5000 } });
  const desk = openDesk(config);
  desk.fire('watchdog');
  desk.to(6);
  desk.crash();
  desk.to(11);
  desk.resolve('watchdog');
  desk.to(30);
  expect(desk.notices.map((n) => [n.receiver, n.action, n.seq, n.atMs - atS(0)])).toEqual([
    ['deadman', 'heartbeat', 1, 0],
    ['deadman', 'heartbeat', 2, 5000],
    ['deadman', 'heartbeat', 3, 10_000],
  ]);
});

test('a probe goes to its receiver, and read again it does not', () => {
  const desk = openDesk(configOf({ receivers, probe: { receiver: 'log', everyMs: 60_000 } }));
  desk.say({ kind: 'probe', id: '3', causeMs: atS(0) });
  desk.crash();
  desk.say({ kind: 'probe', id: '3', causeMs: atS(0) });
  desk.to(60);
  desk.say({ kind: 'probe', id: '3', causeMs: atS(60) });
  expect(desk.notices.map((n) => [n.receiver, n.action, n.seq])).toEqual([
    ['log', 'probe', 1],
    ['log', 'probe', 2],
  ]);
});
