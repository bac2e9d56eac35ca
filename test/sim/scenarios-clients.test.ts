// Scenarios of docs/scenarios.md that are about a client whose log is away, cut or incomplete.

import { describe, expect, test } from 'vitest';
import { calmWorld, reasons, whereabouts } from '../support/sim/story.ts';
import { fleet } from '../support/sim/world.ts';

const dead = { kind: 'refused' } as const;

describe('without the log', () => {
  test('28 the log is away for a minute and the regions are well: nobody moves, drops are declared', () => {
    const clients = fleet(6, ['eu'], { settings: { ringBytes: 20_000 } });
    const world = calmWorld({ clients });
    world.log.down = true;
    world.run(70_000);
    expect(whereabouts(world)).toEqual({ eu: 6 });
    for (const { running } of world.clients) {
      expect(running.reporting.ring.bytes).toBeLessThanOrEqual(20_000);
      expect(running.reporting.ring.dropped.ringFull).toBeGreaterThan(0);
    }
    world.log.down = false;
    world.run(90_000);
    expect(reasons(world)).toEqual(['initial']);
    expect(world.clients.every(({ route }) => !route.stale)).toBe(true);
  });

  test('29 log and region are both away: each client’s breaker leaves, reports it later, and gives way', () => {
    const world = calmWorld();
    world.log.down = true;
    world.run(20_000);
    world.become('eu', dead);
    world.run(30_000);
    expect(whereabouts(world)).toEqual({ us: 20 });
    expect(world.clients.every(({ route }) => route.source === 'breaker')).toBe(true);
    world.heal('eu');
    world.run(40_000);
    world.log.down = false;
    world.run(60_000);
    expect(whereabouts(world)).toEqual({ eu: 20 });
    expect(world.clients.every(({ route }) => route.source === 'log')).toBe(true);
  });

  test('30 a client restarts while the log is away: the decision on its disk holds', () => {
    const world = calmWorld();
    world.become('eu', dead);
    world.run(12_000);
    world.log.down = true;
    const [client, forgetful] = world.clients;
    if (client === undefined || forgetful === undefined) throw new Error('no clients');
    client.crash();
    forgetful.crash();
    forgetful.cache = null;
    world.run(13_000);
    client.start();
    forgetful.start();
    world.run(14_000);
    expect(client.route).toMatchObject({ region: 'us', source: 'cache' });
    expect(forgetful.route).toMatchObject({ region: 'eu', source: 'default' });
  });

  test('31 a decision that never reaches a client is missed by the next heartbeat and read again', () => {
    const world = calmWorld();
    const [client] = world.clients;
    if (client === undefined) throw new Error('no clients');
    client.deaf = true;
    world.become('eu', dead);
    world.run(10_400);
    client.deaf = false;
    expect(whereabouts(world)).toEqual({ eu: 1, us: 19 });
    world.run(13_000);
    expect(whereabouts(world)).toEqual({ us: 20 });
    expect(client.running.following.state.counts.missed).toBe(1);
  });
});
