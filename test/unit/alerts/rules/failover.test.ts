// What a person hears of a region that dies, and of what was done about it.

import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../../alerts/fact.ts';
import {
  at,
  beat,
  cell,
  converged,
  decided,
  failing,
  healthChanged,
  partial,
  refused,
  tick,
} from '../../../support/alerts-facts.ts';
import {
  alertsIn,
  changesIn,
  quiet,
  seconds,
  statesOf,
  story,
} from '../../../support/alerts-stories.ts';

const onTarget = { applied: { '1.2': 998, '1.1': 2 } };

/** Everybody is on us-east and 2 of 10,000 calls fail. */
const moved = (second: number): readonly Fact[] => [
  partial(second, { cells: [cell('us-east', [9_998, 2])], ...onTarget }),
  beat(second),
  tick(second),
];

const burning = (second: number): readonly Fact[] => [
  failing(second, 0.5, onTarget),
  beat(second),
  tick(second),
];

const dies = [healthChanged(10, 'eu-west', 'down'), decided(10.1)];

describe('scenario 42: a successful automatic failover is a change, a failed one pages', () => {
  test('moved within a second: one change event, and nobody is woken', () => {
    const { hear, said } = story();
    hear(...quiet(0, 9), ...dies, converged(10.9), ...seconds(11, 60).flatMap(moved));
    expect(changesIn(said)).toEqual([
      'payments-cache: everybody left eu-west for us-east, confirmed by all 1,000 clients within 0.8 s',
    ]);
    const pages = alertsIn(said).filter(
      ({ severity, state }) => severity === 'page' && state !== 'pending',
    );
    expect(pages).toEqual([]);
  });

  test('the ticket that remains says what was done about it', () => {
    const { hear, said } = story();
    hear(...quiet(0, 9), ...dies, converged(10.9), ...seconds(11, 20).flatMap(moved));
    const down = alertsIn(said, 'regionDown').at(-1);
    expect(down).toMatchObject({
      state: 'firing',
      severity: 'ticket',
      summary: 'eu-west is down; moved, 99.8 % of clients on us-east, error ratio now 0.02 %',
    });
    expect(down?.annotations).toMatchObject({
      target: 'us-east',
      movedShare: '99.8 %',
      errorRatioNow: '0.02 %',
      evidence: '90 of 100 clients say so (connectivity), in zone-a, zone-b',
      version: '1.2',
      runbook: 'https://docs.example/docs/runbooks/region-down.md',
      dashboard: 'https://grafana.example/d/regionpilot-regions',
    });
  });

  test('callers still fail after it: a page, that it did not help', () => {
    const { hear, said } = story();
    hear(...quiet(0, 9), ...dies, converged(10.9), ...seconds(11, 25).flatMap(burning));
    expect(alertsIn(said, 'failoverFailed').at(-1)).toMatchObject({
      state: 'firing',
      severity: 'page',
      summary: 'payments-cache: eu-west is in trouble and moving to us-east did not help',
    });
    expect(alertsIn(said, 'regionDown').at(-1)).toMatchObject({
      state: 'firing',
      severity: 'page',
    });
  });

  test('it helps late: the page becomes a ticket, and a page again when callers fail anew', () => {
    const { hear } = story();
    hear(...quiet(0, 9), ...dies, converged(10.9), ...seconds(11, 25).flatMap(burning));
    const helped = alertsIn(hear(...seconds(26, 40).flatMap(moved)), 'regionDown');
    expect(helped[0]).toMatchObject({ severity: 'ticket', why: 'the failover helped' });
    const again = alertsIn(hear(...seconds(41, 55).flatMap(burning)), 'regionDown');
    expect(again[0]).toMatchObject({ severity: 'page', why: 'no longer helped by a failover' });
  });

  test('a ratio between helped and unhelpful changes nobody’s mind', () => {
    const { hear } = story();
    hear(...quiet(0, 9), ...dies, converged(10.9), ...seconds(11, 30).flatMap(moved));
    const between = seconds(31, 60).flatMap((second) => [
      failing(second, second % 2 === 0 ? 0.03 : 0.005, onTarget),
      beat(second),
      tick(second),
    ]);
    const severities = new Set(
      alertsIn(hear(...between), 'regionDown').map(({ severity }) => severity),
    );
    expect([...severities]).toEqual(['ticket']);
  });

  test('down with clients on it and nothing decided: a page says why nothing was moved', () => {
    const { hear, said } = story();
    const stuck = seconds(11, 25).flatMap((second) => [
      partial(second, { cells: [cell('eu-west', [0, 1_000])] }),
      beat(second),
      tick(second),
    ]);
    hear(...quiet(0, 9), healthChanged(10, 'eu-west', 'down'), refused(10.1, 'coolDown'), ...stuck);
    const failed = alertsIn(said, 'failoverFailed').at(-1);
    expect(failed?.state).toBe('firing');
    expect(failed?.summary).toBe('payments-cache: eu-west is in trouble and nothing was moved');
    expect(failed?.description).toContain('Refused: coolDown');
  });
});

test('words alone are told again at most every 10 s', () => {
  const { hear } = story();
  hear(...quiet(0, 9), ...dies, converged(10.9), ...seconds(11, 30).flatMap(moved));
  const creeping = seconds(31, 61).flatMap((second) => [
    partial(second, {
      cells: [cell('us-east', [9_900 + second, 3])],
      ...onTarget,
      applied: { '1.2': 900 + second, '1.1': 100 - second },
    }),
    beat(second),
    tick(second),
  ]);
  const told = alertsIn(hear(...creeping), 'regionDown');
  expect(told.length).toBeGreaterThan(1);
  expect(told.length).toBeLessThanOrEqual(4);
});

test('a region that comes back is a change when its last step admits everybody', () => {
  const { hear, said } = story();
  hear(...quiet(0, 9), ...dies, converged(10.9), healthChanged(50, 'eu-west', 'healthy'));
  const step = (second: number, epoch: number, share: number): Fact =>
    decided(second, {
      epoch,
      reason: 'rampStep',
      text: 'eu-west stayed clean',
      admit: { 'eu-west': share, 'us-east': 10_000 },
    });
  hear(step(120, 3, 100), step(180, 4, 1_000), step(240, 5, 5_000));
  expect(changesIn(said)).toHaveLength(1);
  hear(step(300, 6, 10_000));
  expect(changesIn(said).at(-1)).toBe('payments-cache: eu-west is back in use for all its clients');
  expect(at(300)).toBe(
    said.flatMap((each) => (each.kind === 'change' ? [each.change.atMs] : [])).at(-1),
  );
});

test('back in use while its alert still recovers: nobody is paged for what is over', () => {
  const { hear, said } = story();
  hear(...quiet(0, 9), ...dies, converged(10.9), ...seconds(11, 30).flatMap(moved));
  const back = decided(33, {
    epoch: 3,
    reason: 'rampStep',
    text: 'eu-west stayed clean',
    admit: { 'eu-west': 10_000, 'us-east': 10_000 },
  });
  hear(healthChanged(31, 'eu-west', 'healthy'), ...seconds(31, 32).flatMap(moved), back);
  hear(...seconds(34, 70).flatMap(moved));
  const down = alertsIn(said, 'regionDown').filter(({ state }) => state !== 'pending');
  expect(new Set(down.map(({ severity }) => severity))).toEqual(new Set(['ticket']));
  expect(down.at(-1)?.state).toBe('resolved');
});

test('a short outage that ends before 5 s is told as pending and as never fired', () => {
  const { hear, said } = story();
  hear(
    ...quiet(0, 9),
    healthChanged(10, 'eu-west', 'down'),
    tick(12),
    healthChanged(13, 'eu-west', 'healthy'),
  );
  expect(statesOf(said, 'regionDown')).toEqual(['pending', 'resolved']);
  expect(alertsIn(said, 'regionDown').at(-1)?.why).toBe('it never fired: it is healthy');
});
