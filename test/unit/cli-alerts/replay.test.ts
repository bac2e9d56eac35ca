import { describe, expect, test } from 'vitest';
import type { AlertsInput } from '../../../alerts/config/input.ts';
import { alertingConfig } from '../../../alerts/config/parse.ts';
import type { Fact } from '../../../alerts/fact.ts';
import {
  type AlertsReplay,
  endReplay,
  hearReplayed,
  openReplay,
  replayAlerts,
} from '../../../alerts/replay.ts';
import { compareReplays } from '../../../alerts/replay-compare.ts';
import {
  at,
  beat,
  converged,
  decided,
  healthChanged,
  partial,
  tick,
} from '../../support/alerts-facts.ts';

const hook = { kind: 'webhook', url: 'https://hook.example/' } as const;
const config = (given: AlertsInput = {}) =>
  alertingConfig({
    receivers: { hook, chat: hook },
    route: { groupBy: ['alertname', 'group', 'region'], groupWait: '0s', groupInterval: '10s' },
    ...given,
  });

/** A fleet that is well, second by second, with these happenings in between. */
function story(seconds: number, ...happenings: readonly Fact[]): readonly Fact[] {
  const quiet = Array.from({ length: seconds + 1 }, (_, second) => [beat(second), partial(second)]);
  return [...quiet.flat(), ...happenings, tick(seconds)].sort((a, b) => a.atMs - b.atMs);
}

/** eu-west is down from 10 s to 60 s, and nothing is moved. */
const outage = story(
  180,
  healthChanged(10, 'eu-west', 'down', { incident: `payments-cache/${at(8)}` }),
  healthChanged(60, 'eu-west', 'healthy', { incident: `payments-cache/${at(8)}` }),
);

const only = (name: string, { pages }: AlertsReplay) =>
  pages.filter(({ alerts }) => alerts.includes(name));
const stillFor = (forText: string) => config({ rules: { regionDown: { for: forText } } });

describe('history through rules', () => {
  test('an outage is one page, however many receivers are told, from first bad event to end', () => {
    const [page, ...more] = only('regionDown', replayAlerts(outage, config()));
    expect(more).toEqual([]);
    expect(page).toMatchObject({
      receivers: ['hook', 'chat'],
      groupLabels: { alertname: 'regionDown', group: 'payments-cache', region: 'eu-west' },
      atMs: at(15),
      timeToPageMs: 7_000,
      endedMs: at(90),
    });
  });

  test('a page that turns into a ticket because the failover helped is over', () => {
    const helped = story(
      60,
      healthChanged(10, 'eu-west', 'down'),
      decided(16, { health: { 'eu-west': 'down' } }),
      converged(17),
    );
    const [page] = only('regionDown', replayAlerts(helped, config()));
    expect(page?.atMs).toBe(at(15));
    expect(page?.endedMs).toBeGreaterThan(at(16));
  });

  test('what happened before the span is known, but not counted', () => {
    const replay = openReplay(config(), at(0), at(30));
    for (const fact of outage) hearReplayed(replay, fact);
    const counted = endReplay(replay, at(180));
    expect(only('regionDown', counted)).toEqual([]);
    expect(counted.notices.every(({ atMs }) => atMs >= at(30))).toBe(true);
    expect(counted.notices.some(({ reason }) => reason === 'allResolved')).toBe(true);
  });

  test('neither the heartbeat nor the probe is noise', () => {
    const beats = config({
      heartbeat: { receiver: 'chat', every: '10s' },
      probe: { receiver: 'chat' },
    });
    const { notices } = replayAlerts(story(120), beats);
    expect(notices.filter(({ action }) => action === 'heartbeat' || action === 'probe')).toEqual(
      [],
    );
  });

  test('the same facts and rules give the same notices, byte for byte', () => {
    expect(JSON.stringify(replayAlerts(outage, config()))).toBe(
      JSON.stringify(replayAlerts(outage, config())),
    );
  });

  test('no facts, no notices', () => {
    expect(replayAlerts([], config())).toMatchObject({ notices: [], pages: [], flaps: 0 });
  });
});

describe('two rule sets side by side', () => {
  const compare = (a: ReturnType<typeof config>, b: ReturnType<typeof config>, facts = outage) =>
    compareReplays(replayAlerts(facts, a), replayAlerts(facts, b));

  test('a set compared with itself differs in nothing', () => {
    const comparison = compare(config(), config());
    expect(comparison).toMatchObject({ same: true, onlyA: [], onlyB: [] });
    expect(comparison.both.length).toBeGreaterThan(0);
  });

  test('a longer wait pages later, and says by how much', () => {
    const { both, same } = compare(config(), stillFor('20s'));
    const pair = both.find(({ a }) => a.alerts.includes('regionDown'));
    expect(same).toBe(false);
    expect(pair).toMatchObject({ timeToPageMsA: 7_000, timeToPageMsB: 22_000 });
  });

  test('a wait longer than the outage is a page fewer; the other way round, one more', () => {
    const fewer = compare(config(), stillFor('5m'));
    expect(fewer.onlyA.map(({ alerts }) => alerts)).toEqual([['regionDown']]);
    expect(fewer.onlyB).toEqual([]);
    expect(fewer.b.pages).toBe(fewer.a.pages - 1);
    expect(compare(stillFor('5m'), config()).onlyB.map(({ alerts }) => alerts)).toEqual([
      ['regionDown'],
    ]);
  });

  test('stories that are only grouped otherwise are the same pages', () => {
    const grouped = config({
      route: { groupBy: ['group'], groupWait: '0s', groupInterval: '10s' },
    });
    const { onlyA, both } = compare(grouped, config());
    expect(onlyA).toEqual([]);
    expect(both[0]?.a.groupLabels).toEqual({ group: 'payments-cache' });
  });

  test('two outages hours apart are two pages, not one that matches twice', () => {
    const twice = story(
      400,
      healthChanged(10, 'eu-west', 'down'),
      healthChanged(30, 'eu-west', 'healthy'),
      healthChanged(200, 'eu-west', 'down'),
      healthChanged(300, 'eu-west', 'healthy'),
    );
    const { onlyA, both } = compare(config(), stillFor('30s'), twice);
    expect(onlyA.filter(({ alerts }) => alerts.includes('regionDown'))).toMatchObject([
      { atMs: at(15) },
    ]);
    expect(both.filter(({ a }) => a.alerts.includes('regionDown'))).toMatchObject([
      { a: { atMs: at(205) }, b: { atMs: at(230) } },
    ]);
  });

  test('a region that comes and goes is counted as flapping', () => {
    const swings = Array.from({ length: 12 }, (_, turn) =>
      healthChanged(10 + turn * 10, 'eu-west', turn % 2 === 0 ? 'down' : 'healthy'),
    );
    const nervous = config({ rules: { regionDown: { for: '0s', keepFiringFor: '0s' } } });
    const { a, b } = compare(config(), nervous, story(180, ...swings));
    expect(b.flaps).toBe(1);
    expect(a.flaps).toBe(0);
  });
});
