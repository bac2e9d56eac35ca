// From an alert to what a receiver holds: whatever fires, resolves, is acknowledged or silenced, and
// wherever the process dies in between, once faults stop every receiver holds what is true.

import type { Alert } from '@regionpilot/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ofKind } from '../../../alerts/ledger.ts';
import type { Answer } from '../../support/alerts-model-receiver.ts';
import { heldOf } from '../../support/alerts-model-receiver.ts';
import {
  alertOf,
  configOf,
  hookOf,
  matchers,
  pagerOf,
  routeOf,
} from '../../support/alerts-notify.ts';
import { type DeathPoint, WholeWorld } from '../../support/alerts-whole-world.ts';

const timeoutMs = 10_000;
const groups = ['checkout', 'search'];
const zones = ['one', 'two'];

type Act =
  | {
      readonly act: 'fire' | 'resolve';
      readonly group: string;
      readonly zone: string;
      readonly page: boolean;
    }
  | { readonly act: 'ack'; readonly nth: number; readonly acked: boolean }
  | { readonly act: 'silence'; readonly group: string; readonly forMs: number }
  | { readonly act: 'wait'; readonly ms: number }
  | { readonly act: 'die'; readonly point: DeathPoint; readonly goneMs: number };

const group = fc.constantFrom(...groups);
const zone = fc.constantFrom(...zones);
const change = fc.constantFrom(
  'fire' as const,
  'fire' as const,
  'resolve' as const,
  'resolve' as const,
);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: change, group, zone, page: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ act: fc.constant('wait' as const), ms: fc.nat(12_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant('ack' as const), nth: fc.nat(5), acked: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('silence' as const),
      group,
      forMs: fc.integer({ min: 1, max: 20_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('die' as const),
      point: fc.constantFrom<DeathPoint[]>('beforeWriting', 'afterWriting', 'atRest'),
      goneMs: fc.nat(4_000),
    }),
  },
);

const answer: fc.Arbitrary<Answer> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ result: fc.constant('accepted' as const), afterMs: fc.nat(2_000) }),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ afterMs: fc.nat(timeoutMs), lateMs: fc.nat(timeoutMs - 1) })
      .map(({ afterMs, lateMs }) => ({
        result: 'uncertain' as const,
        afterMs,
        landsAfterMs: afterMs + lateMs,
      })),
  },
  { weight: 2, arbitrary: fc.constant({ result: 'uncertain' as const, afterMs: timeoutMs }) },
  {
    weight: 2,
    arbitrary: fc.record({
      result: fc.constant('retry' as const),
      status: fc.constantFrom(500, 429),
    }),
  },
);

const given = fc.record({
  acts: fc.array(act, { minLength: 3, maxLength: 30 }),
  answers: fc.array(answer, { minLength: 1, maxLength: 25 }),
  writeMs: fc.constantFrom(0, 30, 400),
  groupWaitMs: fc.constantFrom(0, 1_500),
  repeatIntervalMs: fc.constantFrom(0, 15_000),
});

type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;

function open({ answers, writeMs, groupWaitMs, repeatIntervalMs }: Given): WholeWorld {
  let at = 0;
  const rhythm = { groupWaitMs, groupIntervalMs: 1_000, repeatIntervalMs };
  const route = routeOf({ ...rhythm, receivers: ['hook', 'pager'], groupBy: ['alertname'] });
  const fast = { timeoutMs, retryMs: 500, retryMaxMs: 8_000 };
  const receivers = [
    { ...hookOf('hook'), ...fast },
    { ...pagerOf('pager'), ...fast, ratePerMinute: 30 },
  ];
  return new WholeWorld({
    config: configOf({ route, receivers }),
    answer: () => (faulty ? answers[at++ % answers.length] : undefined) ?? { result: 'accepted' },
    writeMs,
  });
}

let faulty = true;

function play(world: WholeWorld, each: Act, at: number): void {
  switch (each.act) {
    case 'fire':
    case 'resolve':
      return world.alert(changed(world, each));
    case 'ack': {
      const keys = world.keys();
      const dedupKey = keys[each.nth % Math.max(1, keys.length)];
      if (dedupKey === undefined) return;
      const about = { dedupKey, author: 'ada', source: 'cli', atMs: world.nowMs } as const;
      return world.word({ v: 1, kind: 'ack', ...about, acked: each.acked });
    }
    case 'silence':
      return world.word({
        v: 1,
        kind: 'silence',
        id: `s${at}`,
        matchers: matchers(`alertname=${each.group}`),
        startsMs: world.nowMs,
        endsMs: world.nowMs + each.forMs,
        author: 'ada',
        reason: 'maintenance',
      });
    case 'wait':
      return world.advance(each.ms);
    case 'die':
      return world.die(each.point, each.goneMs);
  }
}

function changed(
  { alerts, nowMs }: WholeWorld,
  { act, group, zone, page }: Extract<Act, { readonly act: 'fire' | 'resolve' }>,
): Alert {
  const fresh = alertOf({ alertname: group, zone }, { startsMs: nowMs, updatedMs: nowMs });
  const known = alerts.get(fresh.fingerprint) ?? fresh;
  if (act === 'resolve') return { ...known, state: 'resolved', endsMs: nowMs, updatedMs: nowMs };
  const startsMs = known.state === 'resolved' ? nowMs : known.startsMs;
  return { ...fresh, startsMs, severity: page ? 'page' : 'ticket' };
}

/** A repeat may be on its way just now. */
function isBusy({ receivers }: WholeWorld): boolean {
  return [...receivers.values()].some(({ status }) => status.underWay + status.waiting > 0);
}

function check(world: WholeWorld): void {
  const firing = [...world.alerts.values()].filter(({ state }) => state === 'firing');
  const open = new Set(firing.map(({ labels }) => labels['alertname']));
  for (const [name, { ledger, model, status, owners }] of world.receivers) {
    expect(status, name).toMatchObject({ waiting: 0, underWay: 0, failingSinceMs: null });
    for (const { dedupKey, groupLabels, action } of ofKind(ledger, 'notice')) {
      if (action === 'change') continue;
      const truth = open.has(groupLabels['alertname'] ?? '') ? ['open', 'acked'] : ['resolved'];
      expect(truth, `${name} ${dedupKey}`).toContain(heldOf(model, dedupKey));
    }
    const told = [...ofKind(ledger, 'notice')].map(({ groupLabels }) => groupLabels['alertname']);
    for (const alertname of open) expect(told).toContain(alertname);
    for (const { ended } of owners) expect(new Set(ended).size).toBe(ended.length);
  }
}

test('once faults stop, every receiver holds what is true, wherever the process died', () => {
  fc.assert(
    fc.property(given, (each) => {
      faulty = true;
      const world = open(each);
      for (const [at, one] of each.acts.entries()) play(world, one, at);
      faulty = false;
      world.advance(180_000);
      for (let more = 0; more < 20 && isBusy(world); more += 1) world.advance(130);
      check(world);
    }),
    { numRuns: 500 },
  );
});
