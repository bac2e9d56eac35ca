// What the rules remember over a crash, and what another config does to it.

import type { Alert } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../../alerts/fact.ts';
import {
  alertsOf,
  createRules,
  type RulesState,
  recallAlert,
  reloadRules,
  restoreRules,
  saveRules,
  shippedRules,
} from '../../../../alerts/rules/rules.ts';
import { at, beat, healthChanged, tick } from '../../../support/alerts-facts.ts';
import {
  alertsIn,
  config,
  quiet,
  shipped,
  statesOf,
  story,
  ticks,
} from '../../../support/alerts-stories.ts';

const only = config([shipped('regionDown', { keepFiringForMs: 0 })]);

/** Over a wire and back. */
function again(state: RulesState): RulesState {
  const restored = restoreRules(saveRules(state));
  if (restored === null) throw new Error('the snapshot was refused');
  return restored;
}

const down = (second: number): Fact => healthChanged(second, 'eu-west', 'down');
const healthy = (second: number): Fact => healthChanged(second, 'eu-west', 'healthy');

describe('a snapshot', () => {
  test('goes on in the middle of `for`', () => {
    const first = story(only);
    first.hear(down(0), tick(3));
    const second = story(only, again(first.state));
    expect(statesOf(second.hear(tick(4.9), tick(5)), 'regionDown')).toEqual(['firing']);
  });

  test('that is damaged, of another version or no snapshot at all is refused', () => {
    const { hear, state } = story(only);
    hear(down(0), tick(6));
    const saved = saveRules(state);
    expect(restoreRules(saved.replace('"firing"', '"pending"'))).toBeNull();
    expect(restoreRules(saved.replace(/^2/, '1'))).toBeNull();
    expect(restoreRules(saved.slice(0, -1))).toBeNull();
    for (const garbage of ['', 'text', '1', '1 2', '1 0 ', '{}']) {
      expect(restoreRules(garbage)).toBeNull();
    }
  });

  test('facts read again after it say nothing new', () => {
    const given = config();
    const first = story(given);
    const facts = [...quiet(0, 20), down(21), ...quiet(21, 40), healthy(41), ...quiet(41, 80)];
    first.hear(...facts);
    const second = story(given, again(first.state));
    expect(second.hear(...facts.slice(-120))).toEqual([]);
  });
});

describe('the log knows an alert better than the snapshot', () => {
  /** Said after the snapshot was taken, so only the log has it. */
  function crash(before: readonly Fact[], after: readonly Fact[]): [RulesState, readonly Alert[]] {
    const first = story(only);
    first.hear(...before);
    const saved = again(first.state);
    return [saved, alertsIn(first.hear(...after))];
  }

  test('it fired: reading the facts again does not fire again, and its end is told once', () => {
    const lost = [down(10), tick(15)];
    const [state, alerts] = crash([healthy(1), tick(5)], lost);
    for (const alert of alerts) recallAlert(state, alert);
    const { hear } = story(only, state);
    expect(hear(...lost, tick(16))).toEqual([]);
    const ends = alertsIn(hear(healthy(20)));
    expect(ends).toMatchObject([{ state: 'resolved', startsMs: at(10) }]);
  });

  test('it resolved: the facts that once fired it wake nobody again', () => {
    const lost = [healthy(20), tick(21)];
    const [state, alerts] = crash([down(10), tick(15)], lost);
    for (const alert of alerts) recallAlert(state, alert);
    const { hear } = story(only, state);
    expect(hear(tick(16), ...lost, tick(22))).toEqual([]);
  });

  test('without any snapshot, all facts again from the start', () => {
    const facts = [down(10), tick(15), healthy(20), tick(21), down(30), tick(36)];
    const first = story(only);
    const alerts = alertsIn(first.hear(...facts));
    const state = createRules();
    for (const alert of alerts) recallAlert(state, alert);
    const { hear } = story(only, state);
    expect(hear(...facts)).toEqual([]);
    expect([...alertsOf(state)]).toMatchObject([{ state: 'firing', startsMs: at(30) }]);
    expect(statesOf(hear(healthy(40)), 'regionDown')).toEqual(['resolved']);
  });

  test('a region that died after the last word pages, though the log says resolved', () => {
    const [state, alerts] = crash([down(10), tick(15)], [healthy(20)]);
    for (const alert of alerts) recallAlert(state, alert);
    const { hear } = story(only, state);
    expect(statesOf(hear(healthy(20), down(20.5), tick(26)), 'regionDown')).toEqual([
      'pending',
      'firing',
    ]);
  });

  test('an older word than the snapshot’s is not heard', () => {
    const first = story(only);
    const alerts = alertsIn(first.hear(down(10), tick(15), healthy(20)));
    for (const alert of alerts.slice(0, 2)) recallAlert(first.state, alert);
    expect(first.hear(tick(30))).toEqual([]);
    expect([...alertsOf(first.state)]).toEqual([]);
  });
});

describe('another config', () => {
  test('ends alerts of rules that are gone, once, and keeps the others with their timers', () => {
    const given = config([shipped('regionDown'), shipped('decisionStreamStale')]);
    const { hear, state } = story(given);
    hear(down(0), beat(0), tick(3), tick(16));
    const rest = { ...given, rules: [shipped('regionDown')] };
    const gone = reloadRules(state, rest, at(17));
    expect(alertsIn(gone)).toMatchObject([
      { labels: { alertname: 'decisionStreamStale' }, state: 'resolved', endsMs: at(17) },
    ]);
    expect([...alertsOf(state)].map(({ labels }) => labels['alertname'])).toEqual(['regionDown']);
    expect(reloadRules(state, { ...rest }, at(18))).toEqual([]);
  });

  test('a timer that runs is not set back', () => {
    const { hear, state } = story(only);
    hear(down(0), tick(3));
    const same = config([shipped('regionDown', { keepFiringForMs: 0 })]);
    expect(reloadRules(state, same, at(4))).toEqual([]);
    expect(statesOf(story(same, state).hear(tick(5)), 'regionDown')).toEqual(['firing']);
  });

  test('a rule that now is for other regions lets go of this one', () => {
    const { hear, state } = story(only);
    hear(down(0), tick(6));
    const others = shipped('regionDown', {
      only: [{ label: 'region', op: '=~', value: 'us-.*' }],
    });
    expect(alertsIn(reloadRules(state, config([others]), at(7)))).toMatchObject([
      { state: 'resolved', why: 'its rule is gone, or is for others now' },
    ]);
  });

  test('a new rule looks at what is already known', () => {
    const { hear, state } = story(config([]));
    hear(down(0), tick(6));
    const outputs = reloadRules(state, config([shipped('regionDown', { forMs: 0 })]), at(7));
    expect(statesOf(outputs, 'regionDown')).toEqual(['firing']);
  });

  test('rules gone while the process was down end with the first fact', () => {
    const { hear, state } = story(only);
    hear(down(0), tick(6));
    const { hear: later } = story(config([]), again(state));
    expect(alertsIn(later(tick(7)))).toMatchObject([{ state: 'resolved' }]);
  });
});

test('an alert of a rule nobody knows any more, remembered by the log alone, ends', () => {
  const { hear } = story(only);
  const [alert] = alertsIn(hear(down(0)));
  const state = createRules();
  if (alert !== undefined) recallAlert(state, { ...alert, labels: { alertname: 'retired' } });
  expect(alertsIn(story(config(shippedRules), state).hear(tick(9)), 'retired')).toMatchObject([
    { state: 'resolved', endsMs: at(9) },
  ]);
});

test('time never runs backwards', () => {
  const { hear, state } = story(only);
  hear(tick(100), down(50), ...ticks(51, 60));
  expect(state.nowMs).toBe(at(100));
  expect([...alertsOf(state)]).toMatchObject([{ startsMs: at(100), state: 'pending' }]);
});
