// All entries over an empty world, to be described and never called.

import { World } from '../model/world.ts';
import type { Route } from '../route.ts';
import { allRoutes } from './all.ts';

export function describedRoutes(): readonly Route[] {
  const never = (): never => {
    throw new Error('These entries are only described');
  };
  const world = new World();
  const context = {
    world,
    history: { before: never, at: never, incident: never },
    around: never,
    session: {
      version: '',
      instance: '',
      features: { demo: true, policyWrites: true },
      grafanaUrl: null,
    },
  };
  const port = { order: never, word: never, policy: never, audit: never, newId: never };
  return allRoutes(context, world, port, { state: never, inject: never, heal: never });
}
