// Whatever happens in whatever order, crashes included: once it is quiet, every receiver was last told
// the truth, and the numbers of its notices never skip, repeat or fall.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFiring } from '../../../../alerts/notify/merge.ts';
import {
  configOf,
  type Desk,
  hookOf,
  matchers,
  openDesk,
  pagerOf,
  routeOf,
  silenceOf,
  startMs,
} from '../../../support/alerts-notify.ts';

const names = ['a', 'b', 'c', 'd'] as const;
const severities = ['page', 'ticket', 'info'] as const;

type Act =
  | { readonly kind: 'fire'; readonly name: string; readonly severity: (typeof severities)[number] }
  | { readonly kind: 'resolve'; readonly name: string }
  | { readonly kind: 'silence'; readonly name: string; readonly forS: number }
  | { readonly kind: 'endSilence' | 'crash' | 'crashWhileSaying' | 'readAgain' }
  | { readonly kind: 'ack'; readonly nth: number; readonly acked: boolean }
  | { readonly kind: 'wait'; readonly tenths: number };

const name = fc.constantFrom(...names);
const calm: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant('fire' as const),
    name,
    severity: fc.constantFrom(...severities),
  }),
  fc.record({ kind: fc.constant('resolve' as const), name }),
  fc.record({ kind: fc.constant('silence' as const), name, forS: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ kind: fc.constant('endSilence' as const) }),
  fc.record({ kind: fc.constant('readAgain' as const) }),
  fc.record({ kind: fc.constant('ack' as const), nth: fc.nat(20), acked: fc.boolean() }),
  fc.record({ kind: fc.constant('wait' as const), tenths: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('wait' as const), tenths: fc.integer({ min: 1, max: 40 }) }),
);
const crash: fc.Arbitrary<Act> = fc.constantFrom(
  { kind: 'crash' as const },
  { kind: 'crashWhileSaying' as const },
);

const config = fc
  .record({
    groupWaitMs: fc.constantFrom(0, 1000, 2500),
    groupIntervalMs: fc.constantFrom(0, 1000, 3000),
    repeatIntervalMs: fc.constantFrom(0, 2000, 5000),
    startDelayMs: fc.constantFrom(0, 700),
    groupBy: fc.constantFrom([], ['zone'], ['...'], ['alertname']),
    inhibits: fc.boolean(),
  })
  .map(({ startDelayMs, inhibits, groupBy, ...rhythm }) =>
    configOf({
      startDelayMs,
      receivers: [hookOf('hook'), pagerOf('pager'), hookOf('noResolves', false)],
      route: routeOf({
        ...rhythm,
        groupBy,
        receivers: ['hook', 'noResolves'],
        routes: [
          routeOf({
            ...rhythm,
            groupBy,
            match: matchers('severity=page'),
            receivers: ['pager', 'hook'],
          }),
        ],
      }),
      inhibit: inhibits
        ? [{ source: matchers('alertname=a'), target: matchers('alertname=b'), equal: ['zone'] }]
        : [],
    }),
  );

const labelsFor = (alertname: string) => ({ alertname, zone: alertname < 'c' ? 'one' : 'two' });

function act(desk: Desk, each: Act, at: number): void {
  switch (each.kind) {
    case 'fire':
      return desk.fire(labelsFor(each.name), { severity: each.severity });
    case 'resolve':
      return desk.resolve(labelsFor(each.name));
    case 'silence': {
      const from = desk.nowS();
      return desk.silence(silenceOf(`s${at}`, from, from + each.forS, `alertname=${each.name}`));
    }
    case 'endSilence':
      return endSilences(desk);
    case 'ack': {
      const notice = desk.notices[each.nth % Math.max(1, desk.notices.length)];
      desk.skipTo(desk.nowS() + 0.03);
      return notice && desk.ack(notice.dedupKey, { acked: each.acked });
    }
    case 'readAgain':
      return readAgain(desk);
    case 'wait':
      return desk.to(desk.nowS() + each.tenths / 10);
    case 'crash':
      return desk.crash();
    case 'crashWhileSaying':
      return desk.crashWhileSaying();
  }
}

function endSilences(desk: Desk): void {
  for (const record of [...desk.log.values()]) {
    if (record.kind !== 'silence') continue;
    const nowMs = startMs + Math.round(desk.nowS() * 1000);
    desk.silence({ ...record, endsMs: Math.min(record.endsMs, nowMs) });
  }
}

/** Everything that is known is said again: nothing may come of it. */
function readAgain(desk: Desk): void {
  desk.say({ kind: 'tick' });
  const before = desk.notices.length;
  for (const record of [...desk.log.values()]) {
    if (record.kind === 'alert') {
      desk.say({ kind: 'alert', alert: record.alert, causeMs: record.alert.updatedMs });
    } else if (record.kind === 'ack') desk.say({ kind: 'ack', ack: record });
    else if (record.kind === 'silence') desk.say({ kind: 'silence', silence: record });
  }
  expect(desk.notices.length).toBe(before);
}

/** What each receiver holds as firing, by receiver and alert; empty stories left out. */
function held(desk: Desk): readonly string[] {
  return [...desk.state().groups.values()]
    .flatMap(({ receiver, told }) => [...told.firing].map((print) => `${receiver} ${print}`))
    .sort();
}

/** The same by the newest notices in the log, of receivers that are sent every resolve. */
function logged(desk: Desk): readonly string[] {
  return [...desk.log.values()]
    .flatMap((record) => (record.kind === 'notice' ? [record] : []))
    .filter(({ receiver }) => receiver !== 'noResolves')
    .flatMap(({ receiver, firing }) => firing.map((print) => `${receiver} ${print}`))
    .sort();
}

function truth(desk: Desk): readonly string[] {
  const firing = [...desk.state().alerts.values()].filter(({ alert }) => isFiring(alert));
  return firing
    .filter(({ stand }) => stand === 'firing')
    .flatMap(({ alert }) =>
      (alert.severity === 'page' ? ['pager', 'hook'] : ['hook', 'noResolves']).map(
        (receiver) => `${receiver} ${alert.fingerprint}`,
      ),
    )
    .sort();
}

function play(acts: readonly Act[], over: Parameters<typeof openDesk>[0]): Desk {
  const desk = openDesk(over);
  acts.forEach((each, at) => {
    act(desk, each, at);
  });
  desk.to(desk.nowS() + 20);
  return desk;
}

/** Muted ones may be held or not, depending on whether they were told before. */
function withoutMuted(desk: Desk, lines: readonly string[]): readonly string[] {
  const muted = [...desk.state().alerts.values()].filter(({ stand }) => stand === 'muted');
  return lines.filter((line) => !muted.some(({ alert }) => line.endsWith(alert.fingerprint)));
}

const runs = { numRuns: Number(process.env['RUNS'] ?? 400) };

test('once it is quiet, every receiver was last told the truth, crashes or not', () => {
  fc.assert(
    fc.property(
      config,
      fc.array(fc.oneof({ arbitrary: calm, weight: 5 }, { arbitrary: crash, weight: 1 }), {
        maxLength: 40,
      }),
      (over, acts) => {
        const desk = play(acts, over);
        expect(withoutMuted(desk, held(desk))).toEqual(truth(desk));
        expect(logged(desk)).toEqual(held(desk).filter((line) => !line.startsWith('noResolves')));
        const acked = [...desk.state().acks.keys()].sort();
        desk.crash();
        desk.to(desk.nowS() + 20);
        expect([...desk.state().acks.keys()].sort()).toEqual(acked);
        expect(withoutMuted(desk, held(desk))).toEqual(truth(desk));
      },
    ),
    runs,
  );
});

test('a crash at any point leaves the receivers with what they would hold without it', () => {
  fc.assert(
    fc.property(
      config,
      fc.array(calm, { maxLength: 30 }),
      fc.array(fc.tuple(fc.nat(30), crash), { minLength: 1, maxLength: 3 }),
      (over, acts, crashes) => {
        const broken = [...acts];
        for (const [at, each] of crashes) broken.splice(at % (broken.length + 1), 0, each);
        const whole = play(acts, over);
        const crashed = play(broken, over);
        expect(withoutMuted(crashed, held(crashed))).toEqual(withoutMuted(whole, held(whole)));
      },
    ),
    runs,
  );
});

test('numbers grow by one, and no story begins twice or ends twice', () => {
  fc.assert(
    fc.property(
      config,
      fc.array(fc.oneof({ arbitrary: calm, weight: 5 }, { arbitrary: crash, weight: 1 }), {
        maxLength: 40,
      }),
      (over, acts) => {
        const stories = new Map<string, { seq: number; open: boolean }>();
        for (const notice of play(acts, over).notices) {
          if (notice.action === 'change') continue;
          const key = `${notice.receiver} ${notice.dedupKey}`;
          const known = stories.get(key) ?? { seq: 0, open: false };
          expect(notice.seq).toBe(known.seq + 1);
          if (notice.receiver !== 'noResolves') {
            expect(notice.reason === 'first').toBe(!known.open);
          }
          stories.set(key, { seq: notice.seq, open: notice.action !== 'resolve' });
        }
      },
    ),
    runs,
  );
});
