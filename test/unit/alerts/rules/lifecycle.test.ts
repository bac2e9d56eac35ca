// From a value that is wrong to an alert and back: waiting, keeping, hysteresis, flapping, silence.

import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../../alerts/fact.ts';
import type { Rule } from '../../../../alerts/rule.ts';
import { stepRules } from '../../../../alerts/rules/rules.ts';
import {
  accounts,
  at,
  beat,
  healthChanged,
  incident,
  partial,
  tick,
} from '../../../support/alerts-facts.ts';
import {
  alertsIn,
  config,
  quiet,
  ruleOf,
  seconds,
  shipped,
  statesOf,
  story,
  ticks,
} from '../../../support/alerts-stories.ts';

const lag = (second: number, lagRecords: number): Fact =>
  partial(second, { accounts: { ...accounts, lagRecords } });

const lagRule = (given: Partial<Rule> = {}): Rule =>
  ruleOf(
    { kind: 'above', enter: 100, exit: 50 },
    { signal: 'consumerLagRecords', summary: 'lag {{ value }}', ...given },
  );

const told = (rule: Rule, facts: readonly Fact[]): readonly string[] => {
  const { hear, said } = story(config([rule]));
  hear(...facts);
  return statesOf(said, 'probe');
};

describe('hysteresis', () => {
  test('it takes more than the bound to begin, and less than the other to end', () => {
    expect(told(lagRule(), [lag(1, 100)])).toEqual([]);
    expect(told(lagRule(), [lag(1, 101), lag(2, 60), lag(3, 99), lag(4, 51)])).toEqual(['firing']);
    expect(told(lagRule(), [lag(1, 101), lag(2, 50)])).toEqual(['firing', 'resolved']);
  });

  test('below is the mirror of above', () => {
    const rule = lagRule({ when: { kind: 'below', enter: 50, exit: 100 } });
    expect(told(rule, [lag(1, 50)])).toEqual([]);
    expect(told(rule, [lag(1, 49), lag(2, 99)])).toEqual(['firing']);
    expect(told(rule, [lag(1, 49), lag(2, 100)])).toEqual(['firing', 'resolved']);
  });
});

describe('for and keep firing', () => {
  const rule = lagRule({ forMs: 10_000, keepFiringForMs: 20_000 });

  test('must hold all the time before it fires, and time is the ticks’', () => {
    expect(told(rule, [lag(0, 200), tick(9.9)])).toEqual(['pending']);
    expect(told(rule, [lag(0, 200), tick(10)])).toEqual(['pending', 'firing']);
    expect(told(rule, [lag(0, 200), lag(5, 0), lag(6, 200), tick(12)])).toEqual([
      'pending',
      'resolved',
      'pending',
    ]);
  });

  test('goes on firing a while, and a relapse meanwhile is the same alert', () => {
    const { hear, said } = story(config([rule]));
    hear(
      lag(0, 200),
      tick(10),
      lag(20, 0),
      tick(39),
      lag(39.5, 200),
      lag(41, 0),
      tick(60.9),
      tick(61),
    );
    expect(statesOf(said, 'probe')).toEqual([
      'pending',
      'firing',
      'recovering',
      'firing',
      'recovering',
      'resolved',
    ]);
    expect(new Set(alertsIn(said).map(({ startsMs }) => startsMs))).toEqual(new Set([at(0)]));
    expect(alertsIn(said).at(-1)?.endsMs).toBe(at(61));
  });

  test('the next time is another alert with a start of its own, even within the same millisecond', () => {
    const { hear, said } = story(config([lagRule()]));
    hear(
      lag(1, 200),
      lag(2, 0),
      partial(2, { owner: 'b', accounts: { ...accounts, lagRecords: 500 } }),
    );
    const [first, , second] = alertsIn(said);
    expect(second).toMatchObject({ state: 'firing', fingerprint: first?.fingerprint });
    expect(second?.startsMs).toBeGreaterThan(at(2));
  });

  test('the why tells the bound and the wait', () => {
    const { hear } = story(config([rule]));
    const why = alertsIn(hear(lag(0, 200), tick(10))).map((alert) => alert.why);
    expect(why).toEqual(['value 200 is above 100', 'value 200 is above 100, for 10 s']);
  });
});

describe('scenario 37: oscillation above the flap limit is one notice, and the alert stays open', () => {
  const flapping = { ...config([lagRule()]), flapping: { changes: 4, windowMs: 60_000 } };
  const wild = (from: number, turns: number): readonly Fact[] =>
    seconds(0, turns - 1).map((turn) => lag(from + turn, turn % 2 === 0 ? 200 : 0));

  test('once said to be flapping it is silent until calm, then ends', () => {
    const { hear, said } = story(flapping);
    hear(...wild(0, 40));
    const alerts = alertsIn(said);
    expect(alerts.map(({ state }) => state)).toEqual([
      'firing',
      'resolved',
      'firing',
      'resolved',
      'firing',
    ]);
    expect(alerts.filter((alert) => alert.flapping)).toHaveLength(1);
    expect(alerts.at(-1)?.why).toBe('flapping: 5 changes within 1 min; kept open until calm');
    expect(statesOf(hear(...ticks(40, 98)), 'probe')).toEqual([]);
    expect(alertsIn(hear(tick(100)))).toMatchObject([{ state: 'resolved', flapping: false }]);
  });

  test('calm while it still holds: it fires on, no longer flapping', () => {
    const { hear } = story(flapping);
    hear(...wild(0, 41));
    const calm = alertsIn(hear(...ticks(41, 101)));
    expect(calm).toMatchObject([{ state: 'firing', flapping: false }]);
    expect(calm[0]?.why).toContain('calm for 1 min');
  });

  test('as many changes over a longer time are not flapping', () => {
    const { hear, said } = story(flapping);
    hear(...seconds(0, 20).map((turn) => lag(turn * 30, turn % 2 === 0 ? 200 : 0)));
    expect(alertsIn(said).some((alert) => alert.flapping)).toBe(false);
  });
});

describe('scenario 38: silence is no data, never health', () => {
  test('agents of a home vanish without a goodbye: firing, then no data, never resolved', () => {
    const { hear, said } = story(config([shipped('agentsSilent')]));
    const gone = seconds(10, 70).flatMap((second) => [
      partial(second, { homes: { 'eu-west': [0, 50], 'us-east': [50, 50] } }),
      tick(second),
    ]);
    const forgotten = seconds(71, 200).flatMap((second) => [
      partial(second, { homes: { 'us-east': [50, 50] } }),
      tick(second),
    ]);
    hear(...quiet(0, 9), ...gone, ...forgotten);
    expect(statesOf(said, 'agentsSilent')).toEqual(['pending', 'firing', 'noData']);
    expect(alertsIn(said).at(-1)).toMatchObject({
      state: 'noData',
      why: 'no data: nothing heard for 1 min',
      summary: 'payments-cache: nothing is known of the agents in eu-west',
    });
  });

  test('a home whose agents said goodbye is gone, and nobody is told', () => {
    const { hear, said } = story(config([shipped('agentsSilent')]));
    const without = seconds(10, 300).flatMap((second) => [
      partial(second, { homes: { 'us-east': [50, 50] } }),
      tick(second),
    ]);
    hear(...quiet(0, 9), ...without);
    expect(alertsIn(said)).toEqual([]);
  });

  test('a dead aggregator: its age grows by itself, and what it counted is no data', () => {
    const { hear, said } = story(config([shipped('agentsSilent'), shipped('decisionStreamStale')]));
    hear(...quiet(0, 9), ...ticks(10, 100));
    expect(statesOf(said, 'decisionStreamStale')).toEqual(['firing']);
    expect(statesOf(said, 'agentsSilent')).toEqual(['noData', 'noData']);
    hear(...quiet(101, 102));
    expect(statesOf(said, 'decisionStreamStale')).toEqual(['firing', 'resolved']);
    expect(alertsIn(said, 'agentsSilent').at(-1)?.why).toContain('data is back');
  });

  test('kept: a region that is down stays down while nobody speaks', () => {
    const { hear, said } = story(config([shipped('regionDown')]));
    hear(healthChanged(0, 'eu-west', 'down'), ...ticks(1, 3_600));
    expect(statesOf(said, 'regionDown')).toEqual(['pending', 'firing']);
  });

  test('resolved as stale where the rule says so', () => {
    const rule = lagRule({ noData: 'resolve', noDataAfterMs: 30_000 });
    const { hear, said } = story(config([rule]));
    hear(lag(0, 200), ...ticks(1, 40));
    expect(alertsIn(said).at(-1)).toMatchObject({
      state: 'resolved',
      why: 'stale: nothing heard for 30 s',
    });
    expect(statesOf(said, 'probe')).toEqual(['firing', 'resolved']);
  });

  test('health said once is not silent while its owner lives', () => {
    const rule = shipped('regionDown', { noData: 'alert', noDataAfterMs: 60_000 });
    const { hear, said } = story(config([rule]));
    hear(healthChanged(0, 'us-east', 'healthy'), ...quiet(1, 600));
    expect(alertsIn(said)).toEqual([]);
    hear(...ticks(601, 700));
    expect(statesOf(said, 'regionDown')).toEqual(['noData']);
  });
});

describe('scenario 39: late facts after an alert resolved page nobody', () => {
  test('a region’s older verdict, appended late', () => {
    const { hear, said } = story(config([shipped('regionDown', { forMs: 0, keepFiringForMs: 0 })]));
    hear(healthChanged(10, 'eu-west', 'down'), healthChanged(20, 'eu-west', 'healthy'));
    hear(healthChanged(25, 'eu-west', 'down', { atMs: at(15) }), ...ticks(25, 60));
    expect(statesOf(said, 'regionDown')).toEqual(['firing', 'resolved']);
  });

  test('the same verdict under a newer term is news, whatever its clock says', () => {
    const { hear, said } = story(config([shipped('regionDown', { forMs: 0, keepFiringForMs: 0 })]));
    hear(healthChanged(10, 'eu-west', 'down'), healthChanged(20, 'eu-west', 'healthy'));
    hear(healthChanged(25, 'eu-west', 'down', { atMs: at(15), term: 2 }));
    expect(statesOf(said, 'regionDown')).toEqual(['firing', 'resolved', 'firing']);
  });

  test('a writer whose clock is behind ours is late for nothing', () => {
    const { hear, said } = story(config([shipped('regionDown', { forMs: 0, keepFiringForMs: 0 })]));
    const behind = (second: number): { readonly atMs: number } => ({ atMs: at(second - 3_600) });
    hear(healthChanged(10, 'eu-west', 'down', behind(10)));
    hear(healthChanged(20, 'eu-west', 'healthy', behind(20)));
    hear(healthChanged(20.001, 'eu-west', 'down', behind(20.001)));
    expect(statesOf(said, 'regionDown')).toEqual(['firing', 'resolved', 'firing']);
  });

  test('an older partial, an older tilt, a client named long ago', () => {
    const { hear, said } = story(
      config([lagRule(), shipped('aggregatorTilted', { forMs: 0 }), shipped('clientFailingAlone')]),
    );
    const tilt = (kind: 'tiltEntered' | 'tiltLeft', second: number): Fact =>
      incident(
        30,
        kind === 'tiltLeft' ? { kind, reason: 'lag' } : { kind, reason: 'lag', text: 'far behind' },
        { atMs: at(second) },
      );
    const client = (second: number, wrote: number): Fact =>
      incident(
        second,
        { kind: 'clientSetAside', client: 'c1', region: 'eu-west', why: 'alone' },
        { atMs: at(wrote) },
      );
    hear(client(0, 0), lag(10, 200), lag(20, 0), tilt('tiltEntered', 10), tilt('tiltLeft', 20));
    hear(...ticks(31, 700));
    const before = said.length;
    hear(tilt('tiltEntered', 15), lag(15, 500), client(701, 0), ...ticks(701, 760));
    expect(said.slice(before)).toEqual([]);
  });
});

test('what else the process knows of a group does not move another', () => {
  const { hear, said } = story(config([shipped('regionDown', { forMs: 0 })]));
  hear(
    healthChanged(1, 'eu-west', 'down', { group: 'a' }),
    healthChanged(2, 'eu-west', 'healthy', { group: 'b' }),
  );
  expect(alertsIn(said).map(({ labels, state }) => `${labels['group']} ${state}`)).toEqual([
    'a firing',
  ]);
});

test('10,000 alerts at once: one step per fact, and a tick that looks at all of them stays short', () => {
  const { state, hear, said } = story(config([shipped('clientFailingAlone')]));
  const facts = seconds(0, 9_999).map((index) =>
    incident(
      index / 1_000,
      { kind: 'clientSetAside', client: `client-${index}`, region: 'eu-west', why: 'alone' },
      { group: `group-${index % 100}` },
    ),
  );
  hear(...facts);
  expect(said).toHaveLength(10_000);
  hear(beat(11));
  const before = performance.now();
  for (const each of ticks(11, 20)) stepRules(state, each, config(state.prepared?.rules));
  expect((performance.now() - before) / 10).toBeLessThan(500);
});
