import { type Fault, someCondition } from './fault.ts';

export const regionFaults: readonly Fault[] = [
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
];
