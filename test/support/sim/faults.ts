// Everything that can go wrong, each with its end. A fault is begun by `begin`, which may draw luck,
// and undone by what that returns. Which kinds occur at all is drawn per seed (swarm testing): a
// world in which everything always happens never reaches the states between two faults.

import type { SimClient } from './client.ts';
import type { Condition } from './region.ts';
import type { Rng } from './rng.ts';
import type { World } from './world.ts';

export type Fault = {
  readonly name: string;
  /** Longest time it lasts, ms. */
  readonly mostMs: number;
  readonly begin: (world: World, rng: Rng) => () => void;
};

const hour = 3_600_000;

function someCondition(rng: Rng): Condition {
  switch (rng.between(0, 5)) {
    case 0:
      return { kind: 'frozen' };
    case 1:
      return { kind: 'blackhole' };
    case 2:
      return { kind: 'slow', latencyMs: rng.between(20, 450) };
    case 3:
      return { kind: 'errors', share: rng.next(), errorClass: 'loading' };
    default:
      return { kind: 'refused' };
  }
}

function some(world: World, rng: Rng, share: number): readonly SimClient[] {
  return world.clients.filter(() => rng.chance(share));
}

export const faults: readonly Fault[] = [
  {
    name: 'regionFails',
    mostMs: 20_000,
    begin: (world, rng) => {
      const { name } = rng.pick(world.regions);
      world.become(name, someCondition(rng));
      return () => world.heal(name);
    },
  },
  {
    name: 'everythingFails',
    mostMs: 10_000,
    begin: (world, rng) => {
      for (const { name } of world.regions) {
        world.schedule.after(rng.between(0, 3_000), () => world.become(name, someCondition(rng)));
      }
      return () => {
        for (const { name } of world.regions) {
          world.schedule.after(3_000 + rng.between(0, 3_000), () => world.heal(name));
        }
      };
    },
  },
  {
    name: 'regionFlaps',
    mostMs: 15_000,
    begin: (world, rng) => {
      const { name } = rng.pick(world.regions);
      let over = false;
      const flap = (sick: boolean): void => {
        if (over) return;
        world.become(name, sick ? someCondition(rng) : { kind: 'healthy' });
        world.schedule.after(rng.between(100, 3_000), () => flap(!sick));
      };
      flap(true);
      return () => {
        over = true;
        world.heal(name);
      };
    },
  },
  {
    name: 'homeCutOff',
    mostMs: 15_000,
    begin: (world, rng) => {
      const { name } = rng.pick(world.regions);
      const { home } = rng.pick(world.clients).options;
      world.transcript.say('WORLD', `home ${home} loses ${name}`);
      world.region(name).cutFrom(home, { kind: 'blackhole' }, world.nowMs);
      return () => world.region(name).reconnect(home, world.nowMs);
    },
  },
  {
    name: 'clientsIll',
    mostMs: 15_000,
    begin: (world, rng) => {
      const sick = some(world, rng, 0.15);
      const regions = rng.chance(0.5) ? world.regions : [rng.pick(world.regions)];
      const condition = someCondition(rng);
      for (const client of sick) for (const { name } of regions) client.ill.set(name, condition);
      return () => {
        for (const client of sick) client.ill.clear();
      };
    },
  },
  {
    name: 'clientsRestart',
    mostMs: 5_000,
    begin: (world, rng) => {
      const gone = some(world, rng, rng.next()).filter(({ isUp }) => isUp);
      const graceful = rng.chance(0.5);
      const keepsCache = rng.chance(0.7);
      for (const client of gone) {
        if (graceful) client.stop();
        else client.crash();
        if (!keepsCache) client.cache = null;
      }
      return () => {
        for (const client of gone) if (!client.isUp) client.start();
      };
    },
  },
  {
    name: 'clientsSilent',
    mostMs: 10_000,
    begin: (world, rng) => {
      const silent = some(world, rng, rng.next());
      for (const client of silent) client.silent = true;
      return () => {
        for (const client of silent) client.silent = false;
      };
    },
  },
  {
    name: 'clientsCutFromLog',
    mostMs: 12_000,
    begin: (world, rng) => {
      const cut = some(world, rng, rng.next());
      for (const client of cut) client.host.cut = true;
      return () => {
        for (const client of cut) client.host.cut = false;
      };
    },
  },
  {
    name: 'clientStops',
    mostMs: 1_000,
    begin: (world, rng) => {
      for (const client of some(world, rng, 0.3)) client.host.stop(rng.between(100, 8_000));
      return () => undefined;
    },
  },
  {
    name: 'clientClockJumps',
    mostMs: 15_000,
    begin: (world, rng) => {
      const { host } = rng.pick(world.clients);
      host.skewMs = rng.pick([-hour, hour, -5_000, 5_000]);
      return () => {
        host.skewMs = 0;
      };
    },
  },
  {
    name: 'aggregatorCrashes',
    mostMs: 8_000,
    begin: (world, rng) => {
      const aggregator = rng.pick(world.aggregators);
      const graceful = rng.chance(0.3);
      world.transcript.say('WORLD', `${aggregator.name} ${graceful ? 'is shut down' : 'crashes'}`);
      world.killAggregator(aggregator, graceful);
      return () => world.startAggregator(aggregator);
    },
  },
  {
    name: 'aggregatorStops',
    mostMs: 500,
    begin: (world, rng) => {
      const aggregator = rng.pick(world.aggregators);
      const forMs = rng.between(200, 9_000);
      world.transcript.say('WORLD', `${aggregator.name} stands still for ${forMs} ms`);
      aggregator.host.stop(forMs);
      return () => undefined;
    },
  },
  {
    name: 'aggregatorCutFromLog',
    mostMs: 8_000,
    begin: (world, rng) => {
      const { host, name } = rng.pick(world.aggregators);
      world.transcript.say('WORLD', `${name} is cut off from the log`);
      host.cut = true;
      return () => {
        host.cut = false;
      };
    },
  },
  {
    name: 'aggregatorClockJumps',
    mostMs: 8_000,
    begin: (world, rng) => {
      const { host, name } = rng.pick(world.aggregators);
      host.skewMs = rng.pick([-hour, hour, -3_000, 3_000]);
      world.transcript.say('WORLD', `${name}'s clock jumps by ${host.skewMs} ms`);
      return () => {
        host.skewMs = 0;
      };
    },
  },
  {
    name: 'logAway',
    mostMs: 7_000,
    begin: (world) => {
      world.transcript.say('WORLD', 'the log is away');
      world.log.down = true;
      return () => {
        world.log.down = false;
        world.transcript.say('WORLD', 'the log is back');
      };
    },
  },
  {
    name: 'networkSlow',
    mostMs: 8_000,
    begin: ({ network }, rng) => {
      const before = network.maxMs;
      network.maxMs = rng.between(50, 600);
      return () => {
        network.maxMs = before;
      };
    },
  },
  {
    name: 'networkLoses',
    mostMs: 15_000,
    begin: ({ network }, rng) => {
      network.lost = rng.next() * 0.3;
      network.lostAnswers = rng.next() * 0.3;
      return () => {
        network.lost = 0;
        network.lostAnswers = 0;
      };
    },
  },
  {
    name: 'operatorHolds',
    mostMs: 12_000,
    begin: (world, rng) => {
      const kind = rng.pick(['use', 'avoid'] as const);
      const region = rng.chance(0.9) ? rng.pick(world.regions).name : 'mars';
      world.transcript.say('WORLD', `an operator orders: ${kind} ${region}`);
      const key = rng.chance(0.8) ? 'payments' : '*';
      world.order({ hold: { kind, region } }, key);
      return () => world.order(null, key);
    },
  },
  {
    name: 'automationOff',
    mostMs: 8_000,
    begin: (world, rng) => {
      world.order({ automation: rng.pick(['off', 'shadow'] as const) }, '*');
      return () => world.order(null, '*');
    },
  },
];
