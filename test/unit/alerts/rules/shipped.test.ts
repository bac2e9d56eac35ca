// Every rule that comes with the product fires when it should, and ends when it should.

import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../../alerts/fact.ts';
import { ruleProblems, shippedRules } from '../../../../alerts/rules/rules.ts';
import {
  accounts,
  at,
  beat,
  cell,
  converged,
  decided,
  failing,
  healthChanged,
  incident,
  order,
  override,
  partial,
  receiver,
  refused,
  tick,
} from '../../../support/alerts-facts.ts';
import {
  alertsIn,
  changesIn,
  config,
  quiet,
  seconds,
  statesOf,
  story,
  ticks,
} from '../../../support/alerts-stories.ts';

/** A story in which the named rule fires, and then ends; labels as told. */
type Case = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly fires: readonly Fact[];
  readonly ends: readonly Fact[];
  /** How the alert came: with or without a time of waiting, and of being kept. */
  readonly states: readonly string[];
};

const group = { group: 'payments-cache' };
const region = { ...group, region: 'eu-west' };
const waited = ['pending', 'firing', 'resolved'];
const atOnce = ['firing', 'resolved'];

const burning = (second: number): readonly Fact[] => [
  failing(second, 0.5),
  beat(second),
  tick(second),
];

const lost = (second: number, gaps: number): Fact =>
  partial(second, { accounts: { ...accounts, offset: 2_000 + second * 10, gaps } });

const lagging = (second: number, lagRecords: number): readonly Fact[] => [
  partial(second, { accounts: { ...accounts, lagRecords } }),
  tick(second),
];

const covered = (second: number, reporting: number): readonly Fact[] => [
  partial(second, { homes: { 'eu-west': [reporting, 50] } }),
  tick(second),
];

/** One sample a minute is enough to fill windows of hours. */
const hours = (from: number, to: number, ratio: number): readonly Fact[] =>
  seconds(0, (to - from) * 60).flatMap((minute) => {
    const second = from * 3_600 + minute * 60;
    return [failing(second, ratio), beat(second), tick(second)];
  });

const cases: readonly Case[] = [
  {
    name: 'regionDown',
    labels: region,
    fires: [healthChanged(10, 'eu-west', 'down'), ...quiet(10, 16)],
    ends: [healthChanged(20, 'eu-west', 'healthy'), ...quiet(20, 51)],
    states: ['pending', 'firing', 'recovering', 'resolved'],
  },
  {
    name: 'regionSuspect',
    labels: region,
    fires: [healthChanged(10, 'eu-west', 'suspect'), ...quiet(10, 131)],
    ends: [healthChanged(132, 'eu-west', 'healthy')],
    states: waited,
  },
  {
    name: 'failoverFailed',
    labels: region,
    fires: [
      healthChanged(10, 'eu-west', 'down'),
      decided(10.1),
      converged(11),
      ...seconds(11, 25).flatMap(burning),
    ],
    ends: quiet(26, 28),
    states: atOnce,
  },
  {
    name: 'failoverNotConverging',
    labels: region,
    fires: [decided(10), ...quiet(10, 26)],
    ends: [converged(27), tick(28)],
    states: atOnce,
  },
  {
    name: 'noSafeTarget',
    labels: group,
    fires: [decided(10, { reason: 'noSafeTarget', noSafeTarget: true })],
    ends: [decided(30, { reason: 'safeTargetFound', epoch: 3 })],
    states: atOnce,
  },
  {
    name: 'flapBudgetSpent',
    labels: group,
    fires: [healthChanged(10, 'eu-west', 'down'), refused(10.1)],
    ends: [healthChanged(40, 'eu-west', 'healthy')],
    states: atOnce,
  },
  {
    name: 'aggregatorTilted',
    labels: group,
    fires: [
      incident(10, { kind: 'tiltEntered', reason: 'lag', text: 'far behind' }),
      ...quiet(10, 71),
    ],
    ends: [incident(72, { kind: 'tiltLeft', reason: 'lag' })],
    states: waited,
  },
  {
    name: 'agentsSilent',
    labels: { ...group, home: 'eu-west' },
    fires: seconds(10, 41).flatMap((second) => covered(second, 20)),
    ends: seconds(42, 43).flatMap((second) => covered(second, 45)),
    states: waited,
  },
  {
    name: 'clientFailingAlone',
    labels: { ...region, client: 'checkout-7' },
    fires: [
      incident(10, {
        kind: 'clientSetAside',
        client: 'checkout-7',
        region: 'eu-west',
        why: 'alone',
      }),
    ],
    ends: [tick(669), tick(671)],
    states: atOnce,
  },
  {
    name: 'decisionStreamStale',
    labels: group,
    fires: [partial(0), beat(0), ...ticks(1, 16)],
    ends: [beat(17)],
    states: atOnce,
  },
  {
    name: 'aggregatorBehind',
    labels: { partition: '0' },
    fires: seconds(0, 61).flatMap((second) => lagging(second, 60_000)),
    ends: seconds(62, 63).flatMap((second) => lagging(second, 500)),
    states: waited,
  },
  {
    name: 'eventsLost',
    labels: { partition: '0' },
    fires: [lost(1, 0), lost(2, 3)],
    ends: seconds(3, 304).flatMap((second) => [lost(second, 3), tick(second)]),
    states: atOnce,
  },
  {
    name: 'overrideExpiring',
    labels: group,
    fires: [override(0, order({ expiresMs: at(3_600) })), tick(2_600), tick(2_701)],
    ends: [tick(3_601)],
    states: atOnce,
  },
  {
    name: 'errorBudgetBurnFast',
    labels: group,
    fires: hours(0, 1, 0.02),
    ends: hours(1, 2, 0),
    states: atOnce,
  },
  {
    name: 'errorBudgetBurnSlow',
    labels: group,
    fires: hours(0, 24, 0.004),
    ends: hours(24, 31, 0),
    states: atOnce,
  },
  {
    name: 'alertDeliveryFailing',
    labels: { receiver: 'pagerduty' },
    fires: [receiver(10, { failingSince: 10 }), ...ticks(11, 71)],
    ends: [receiver(72)],
    states: atOnce,
  },
  {
    name: 'alertsDeadLettered',
    labels: { receiver: 'pagerduty' },
    fires: [receiver(10, { deadLettered: 1 })],
    ends: [tick(60), tick(3_700)],
    states: atOnce,
  },
  {
    name: 'alertConfigRefused',
    labels: {},
    fires: [{ kind: 'config', problem: 'line 3: no such receiver', atMs: at(1) }],
    ends: [{ kind: 'config', problem: null, atMs: at(2) }],
    states: atOnce,
  },
];

describe('each shipped rule', () => {
  test.each(cases)('$name fires, says so in whole words, and ends', (given) => {
    const { name, labels, fires, ends, states } = given;
    const { hear, said } = story();
    const firing = alertsIn(hear(...fires), name).at(-1);
    expect(firing).toMatchObject({ state: 'firing', labels: { alertname: name, ...labels } });
    expect(firing?.summary).not.toMatch(/template|undefined|null|\{|\?| {2}/);
    expect(firing?.description).not.toMatch(/template|undefined|null|\{|\?/);
    expect(firing?.description).not.toBe('');
    hear(...ends);
    expect(statesOf(said, name)).toEqual(states);
    const [first, last] = [alertsIn(said, name)[0], alertsIn(said, name).at(-1)];
    expect(last?.startsMs).toBe(first?.startsMs);
    expect(last?.endsMs).toBeGreaterThan(first?.startsMs ?? 0);
  });

  test('watchdog always fires and never ends', () => {
    const { hear, said } = story();
    hear(...ticks(0, 100));
    expect(statesOf(said, 'watchdog')).toEqual(['firing']);
  });

  test('all of them are in a story above', () => {
    const told = [...cases.map(({ name }) => name), 'watchdog'];
    expect(told.toSorted()).toEqual(shippedRules.map(({ name }) => name).toSorted());
  });

  test('makes sense, and has a runbook page and a dashboard of its own', () => {
    for (const rule of shippedRules) {
      expect(ruleProblems(rule), rule.name).toEqual([]);
      expect(rule.runbook).toMatch(/^docs\/runbooks\/[a-z]+(-[a-z]+)*\.md$/);
      expect(rule.dashboard).toMatch(/^\/d\/regionpilot-[a-z-]+$/);
    }
  });

  test('severities, waits and bounds are what they were agreed to be', () => {
    const facts = shippedRules.map(
      ({ name, severity, severityMitigated, forMs, keepFiringForMs }) =>
        [name, severity, severityMitigated ?? '-', forMs, keepFiringForMs].join(' '),
    );
    expect(facts).toEqual([
      'regionDown page ticket 5000 30000',
      'regionSuspect ticket - 120000 0',
      'failoverFailed page - 0 0',
      'failoverNotConverging page - 0 0',
      'noSafeTarget page - 0 0',
      'flapBudgetSpent page - 0 0',
      'agentsSilent page - 30000 0',
      'clientFailingAlone ticket - 0 0',
      'errorBudgetBurnFast page - 0 0',
      'errorBudgetBurnSlow ticket - 0 0',
      'aggregatorTilted ticket - 60000 0',
      'decisionStreamStale page - 0 0',
      'aggregatorBehind ticket - 60000 0',
      'eventsLost ticket - 0 0',
      'overrideExpiring ticket - 0 0',
      'alertDeliveryFailing page - 0 0',
      'alertsDeadLettered page - 0 0',
      'alertConfigRefused ticket - 0 0',
      'watchdog info - 0 0',
    ]);
  });
});

test('a quiet hour says nothing but that it is watched', () => {
  const { hear, said } = story();
  hear(...quiet(0, 3_600));
  expect(alertsIn(said).map(({ labels }) => labels['alertname'])).toEqual(['watchdog']);
  expect(changesIn(said)).toEqual([]);
});

test('an order of an operator is a change when it is given and when it ends by itself', () => {
  const { hear, said } = story(config());
  hear(override(0, order()), override(1, order()), tick(3_599), tick(3_600), tick(3_601));
  expect(changesIn(said)).toEqual([
    'payments-cache: an operator orders: nobody to eu-west',
    'payments-cache: the hold "nobody to eu-west" ended',
  ]);
});

test('the same order told by the topic and by the timeline is one change', () => {
  const { hear, said } = story();
  const off = order({ hold: null, automation: 'off' });
  hear(override(0, off), incident(0.1, { kind: 'overrideChanged', override: off, text: 'mira' }));
  hear(override(60, null));
  expect(changesIn(said)).toEqual([
    'payments-cache: automation is switched off',
    'payments-cache: automation acts again',
  ]);
});

test('beats of groups that nobody else speaks of here are another instance’s business', () => {
  const { hear, said } = story();
  hear(partial(0), beat(0, { epochs: { 'payments-cache': [1, 1], sessions: [1, 1] } }));
  hear(...ticks(1, 60));
  const groups = alertsIn(said, 'decisionStreamStale').map(({ labels }) => labels['group']);
  expect([...new Set(groups)]).toEqual(['payments-cache']);
});

test('cells of both regions are one group error ratio', () => {
  const { hear, said } = story(
    config([
      {
        ...(shippedRules.find(
          ({ name }) => name === 'eventsLost',
        ) as (typeof shippedRules)[number]),
        name: 'groupFails',
        signal: 'groupErrorRatio',
        when: { kind: 'above', enter: 0.1, exit: 0.05 },
      },
    ]),
  );
  hear(partial(0, { cells: [cell('eu-west', [500, 500]), cell('us-east', [1_000, 0])] }));
  expect(alertsIn(said).at(-1)?.value).toBe(0.25);
});
