import type { SimClient } from './client.ts';
import { type Fault, someCondition } from './fault.ts';
import type { Rng } from './rng.ts';
import type { World } from './world.ts';

const hour = 3_600_000;

function some(world: World, rng: Rng, share: number): readonly SimClient[] {
  return world.clients.filter(() => rng.chance(share));
}

export const clientFaults: readonly Fault[] = [
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
];
