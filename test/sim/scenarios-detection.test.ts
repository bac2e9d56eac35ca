// Scenarios of docs/scenarios.md that are about seeing a fault, or rightly not seeing one.

import { describe, expect, test } from 'vitest';
import type { Condition } from '../support/sim/region.ts';
import { calmWorld, lastMoveMs, reasons, timeline, whereabouts } from '../support/sim/story.ts';
import { fleet, type World } from '../support/sim/world.ts';

const failover = ['initial', 'regionDown'];

function struck(condition: Condition, world: World = calmWorld()): World {
  world.become('eu', condition);
  return world.run(world.nowMs + 3_000);
}

describe('a region that everybody loses', () => {
  test('01 the active region refuses connections: one decision, every client moves within 500 ms', () => {
    const world = struck({ kind: 'refused' });
    expect(reasons(world)).toEqual(failover);
    expect(whereabouts(world)).toEqual({ us: 20 });
    expect(lastMoveMs(world, 10_000)).toBeLessThan(500);
  });

  test('02 packets are black-holed: in-flight age moves everybody within a second, before any timeout', () => {
    const world = struck({ kind: 'blackhole' });
    expect(reasons(world)).toEqual(failover);
    expect(whereabouts(world)).toEqual({ us: 20 });
    expect(lastMoveMs(world, 10_000)).toBeLessThan(1_000);
    expect(world.checks.obeyed.at(-1)?.evidence[0]?.rule).toBe('stall');
  });

  test('03 a frozen server that keeps its sockets: noticed although every link is up', () => {
    const world = struck({ kind: 'frozen' });
    expect(reasons(world)).toEqual(failover);
    expect(lastMoveMs(world, 10_000)).toBeLessThan(1_000);
  });

  test('04 pings pass but every write is refused: the region is left', () => {
    const world = struck({ kind: 'errors', share: 1, errorClass: 'readonly' });
    expect(reasons(world)).toEqual(failover);
    expect(world.checks.obeyed.at(-1)?.evidence[0]?.rule).toBe('errorRatio');
  });

  test('05 one of sixteen shards is down: the region is suspect by policy, and nobody moves', () => {
    const world = calmWorld({ policy: { errorRatioSuspect: 0.03 } });
    struck({ kind: 'errors', share: 1 / 16, errorClass: 'clusterdown' }, world).run(30_000);
    expect(reasons(world)).toEqual(['initial']);
    expect(timeline(world)).toContain('eu went from healthy to suspect');
  });

  test('08 three commands a second in all, and all of them fail: decided by confidence, not never', () => {
    const clients = fleet(12, ['eu'], { commandsPerSecond: 0.25 });
    const world = calmWorld({ clients });
    world.become('eu', { kind: 'errors', share: 1, errorClass: 'loading' });
    world.run(20_000);
    expect(reasons(world)).toEqual(failover);
  });

  test('10 errors that begin anywhere within a window are seen', () => {
    for (const phaseMs of [0, 130, 499, 1_250, 1_999]) {
      const world = calmWorld().run(10_000 + phaseMs);
      struck({ kind: 'errors', share: 0.8, errorClass: 'loading' }, world);
      expect(reasons(world)).toEqual(failover);
    }
  });

  test('11 a slow network that delays every record by up to 300 ms changes no decision', () => {
    const world = calmWorld({ network: { minMs: 1, maxMs: 300 } });
    struck({ kind: 'refused' }, world);
    expect(reasons(world)).toEqual(failover);
    expect(world.checks.obeyed.at(-1)?.admit).toEqual({ eu: 0, us: 10_000, ap: 10_000 });
  });

  test('12 every third request is stored twice: the counts stay the same, and so do the decisions', () => {
    const world = calmWorld({ network: { lostAnswers: 0.33 } }).run(20_000);
    expect(reasons(world)).toEqual(['initial']);
    struck({ kind: 'errors', share: 0.3, errorClass: 'loading' }, world);
    expect(reasons(world)).toEqual(['initial']);
    struck({ kind: 'refused' }, world);
    expect(reasons(world)).toEqual(failover);
  });
});

describe('a client that is ill by itself', () => {
  test('06 of 200 clients one errors at 100 %: no failover, client flagged', () => {
    const world = calmWorld({ clients: fleet(200, ['eu'], { commandsPerSecond: 5 }) });
    world.clients[7]?.ill.set('eu', { kind: 'errors', share: 1, errorClass: 'timeout' });
    world.run(25_000);
    expect(reasons(world)).toEqual(['initial']);
    expect(timeline(world)).toContain('c7 fails alone in eu');
  });

  test('07 one client brings nine tenths of all events, all failures: it has one vote', () => {
    const [loud, ...quiet] = fleet(20, ['eu'], { commandsPerSecond: 2 });
    const clients = [{ ...loud, commandsPerSecond: 400 } as (typeof quiet)[0], ...quiet];
    const world = calmWorld({ clients });
    world.clients[0]?.ill.set('eu', { kind: 'errors', share: 1, errorClass: 'timeout' });
    world.run(25_000);
    expect(reasons(world)).toEqual(['initial']);
  });
});

describe('what is no outage', () => {
  test('09 after an idle hour one error meets no old counts', () => {
    const world = calmWorld({ clients: fleet(3, ['eu'], { commandsPerSecond: 0 }) });
    struck({ kind: 'errors', share: 1, errorClass: 'timeout' }, world);
    world.heal('eu');
    world.run(3_600_000);
    struck({ kind: 'slow', latencyMs: 5 }, world);
    world.clients[0]?.running.reporting.recorder
      .open({ group: 'payments', region: 'eu', target: 'x', probe: { waitingSinceMs: () => 0 } })
      .failed('timeout');
    world.run(world.nowMs + 5_000);
    expect(reasons(world)).toEqual(['initial']);
  });

  test('13 most agents fall silent while the rest are well: an alarm about telemetry, no failover', () => {
    const world = calmWorld();
    for (const client of world.clients.slice(0, 13)) client.silent = true;
    world.run(30_000);
    expect(reasons(world)).toEqual(['initial']);
    expect(timeline(world)).toContain('watching without acting (coverage)');
  });

  test('14 most agents are silent and all that speak have lost the region: they suffice', () => {
    const world = calmWorld();
    for (const client of world.clients.slice(0, 13)) client.silent = true;
    world.run(15_000);
    struck({ kind: 'refused' }, world);
    expect(reasons(world)).toEqual(failover);
    expect(timeline(world)).toContain('watching without acting (coverage)');
  });

  test('38 four fifths of all reads miss: a miss is an answer, the region is well', () => {
    // A miss reaches the recorder as an answer; `agent-redis/observe` shows that it does.
    const world = struck({ kind: 'slow', latencyMs: 1 });
    expect(reasons(world)).toEqual(['initial']);
  });

  test('39 a rotated password is refused everywhere: nobody moves, for the next region would refuse too', () => {
    const world = calmWorld();
    for (const { name } of world.regions) {
      world.become(name, { kind: 'errors', share: 1, errorClass: 'auth' });
    }
    world.run(30_000);
    expect(reasons(world)).toEqual(['initial']);
  });

  test('a server that stands still for 300 ms moves nobody, again and again', () => {
    const world = calmWorld({ clients: fleet(50, ['eu']) });
    for (let atMs = 10_000; atMs < 40_000; atMs += 2_000) {
      world.at(atMs, 'a fork', () => world.become('eu', { kind: 'frozen' }));
      world.at(atMs + 300, 'is over', () => world.heal('eu'));
    }
    world.run(45_000);
    expect(reasons(world)).toEqual(['initial']);
    expect(whereabouts(world)).toEqual({ eu: 50 });
  });
});
