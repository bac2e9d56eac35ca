// Scenarios of docs/scenarios.md that are about moving, staying and coming back.

import { describe, expect, test } from 'vitest';
import { calmWorld, reasons, timeline, whereabouts } from '../support/sim/story.ts';
import { fleet } from '../support/sim/world.ts';

const quick = { healthyForMs: 5_000, coolDownMs: 10_000, coolDownMaxMs: 60_000, rampStepMs: 2_000 };
const dead = { kind: 'refused' } as const;

describe('moves', () => {
  test('19 all regions fail: stay, say so once, and go on when one recovers', () => {
    const world = calmWorld({ policy: quick });
    for (const { name } of world.regions) world.become(name, dead);
    world.run(25_000);
    expect(reasons(world).filter((reason) => reason === 'noSafeTarget')).toHaveLength(1);
    expect(world.clients.every(({ route }) => route.noSafeTarget)).toBe(true);
    world.heal('us');
    world.run(45_000);
    expect(whereabouts(world)).toEqual({ us: 20 });
    expect(world.clients.some(({ route }) => route.noSafeTarget)).toBe(false);
  });

  test('20 the target dies in the middle of the move: on to the third region, without a loop', () => {
    const world = calmWorld();
    world.become('eu', dead);
    world.at(10_200, 'the target dies too', () => world.become('us', dead));
    world.run(40_000);
    expect(whereabouts(world)).toEqual({ ap: 20 });
    expect(reasons(world).length).toBeLessThanOrEqual(3);
  });

  test('21 errors come and go every 20 s for half an hour: a move per hold-down, and each holds longer', () => {
    const world = calmWorld({ policy: quick });
    for (let atMs = 10_000; atMs < 1_800_000; atMs += 40_000) {
      world.at(atMs, 'sick', () => world.become('eu', dead));
      world.at(atMs + 20_000, 'well', () => world.heal('eu'));
    }
    world.run(1_800_000);
    const moves = world.checks.obeyed.filter(
      ({ reason }) => reason === 'regionDown' || reason === 'rampAborted',
    );
    expect(moves.length).toBeLessThanOrEqual(world.policy.flapBudgetPerDay);
    expect(timeline(world)).toContain('by flapBudget');
    const gaps = moves.slice(1).map(({ atMs }, i) => atMs - (moves[i]?.atMs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(quick.coolDownMs);
    expect(gaps.at(-1) ?? 0).toBeGreaterThan(gaps[0] ?? 0);
  });

  test('a dead standby does not use up the move that the active region needs', () => {
    const world = calmWorld();
    world.become('ap', dead);
    world.run(12_000);
    world.become('eu', dead);
    world.run(14_000);
    expect(whereabouts(world)).toEqual({ us: 20 });
  });
});

describe('coming back', () => {
  test('24 five hundred clients return in steps: no step brings more than its share', () => {
    const clients = fleet(500, ['eu'], { commandsPerSecond: 2 });
    const world = calmWorld({ clients, policy: quick });
    world.become('eu', dead);
    world.run(12_000);
    expect(whereabouts(world)).toEqual({ us: 500 });
    world.heal('eu');
    const back: number[] = [];
    for (let atMs = 12_000; atMs <= 45_000; atMs += 500) {
      world.run(atMs);
      back.push(whereabouts(world)['eu'] ?? 0);
    }
    const steps = [...new Set(back)];
    expect(steps.length).toBe(5);
    expect(steps.at(-1)).toBe(500);
    expect(steps[1]).toBeLessThanOrEqual(15);
    expect(steps[2]).toBeLessThanOrEqual(75);
    expect(steps[3]).toBeLessThanOrEqual(290);
  });

  test('25 errors at the ten percent step: the ramp is taken back', () => {
    const world = calmWorld({ clients: fleet(60, ['eu']), policy: quick });
    world.become('eu', dead);
    world.run(12_000);
    world.heal('eu');
    world.run(23_000);
    expect(world.checks.obeyed.at(-1)?.admit['eu']).toBe(1_000);
    expect(whereabouts(world)['eu'] ?? 0).toBeGreaterThan(0);
    world.become('eu', { kind: 'errors', share: 0.4, errorClass: 'loading' });
    world.run(26_000);
    expect(reasons(world).at(-1)).toBe('rampAborted');
    expect(whereabouts(world)).toEqual({ us: 60 });
  });
});

describe('operators', () => {
  test('26 a pin stands until it expires although automation disagrees, and says so', () => {
    const world = calmWorld({ policy: quick });
    world.order({ hold: { kind: 'use', region: 'eu' } });
    world.run(12_000);
    world.become('eu', dead);
    world.run(40_000);
    expect(whereabouts(world)).toEqual({ eu: 20 });
    expect(timeline(world)).toMatch(/refused regionDown for eu by operatorHold/);
    world.run(72_000);
    expect(whereabouts(world)).toEqual({ us: 20 });
  });

  test('27 a refusal names its rule, and an order that names the rule passes it', () => {
    const preferred = ['eu', 'ap', 'us'];
    const world = calmWorld({ clients: fleet(20, ['eu', 'us']), preferred });
    world.become('eu', dead);
    world.run(12_000);
    expect(whereabouts(world)).toEqual({ ap: 10, us: 10 });
    world.become('us', dead);
    world.run(15_000);
    expect(timeline(world)).toMatch(/refused regionDown for us by coolDown/);
    expect(whereabouts(world)).toEqual({ ap: 10, us: 10 });
    world.order({ overrideRules: ['coolDown'], reason: 'we know' });
    world.run(17_000);
    expect(whereabouts(world)).toEqual({ ap: 20 });
    expect(timeline(world)).toContain('dana: we know');
  });
});
