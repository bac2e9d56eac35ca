// Every entry of the API in one list, for whoever serves it and for whoever describes it.

import type { World } from '../model/world.ts';
import { writeWorldOf } from '../model/write-world.ts';
import { idempotent } from '../orders/idempotency.ts';
import type { WritePort } from '../orders/write-world.ts';
import type { Route } from '../route.ts';
import type { ReadContext } from './context.ts';
import { type DemoHooks, demoRoutes } from './demo.ts';
import { alertRoutes } from './read-alerts.ts';
import { clientRoutes } from './read-clients.ts';
import { groupRoutes } from './read-groups.ts';
import { pipelineRoutes } from './read-pipeline.ts';
import { timelineRoutes } from './read-timeline.ts';
import { alertWriteRoutes } from './write-alerts.ts';
import { orderRoutes } from './write-orders.ts';
import { policyWriteRoutes } from './write-policy.ts';

/** @param demo null: there is no simulated world to steer. */
export function allRoutes(
  context: ReadContext,
  world: World,
  port: WritePort,
  demo: DemoHooks | null,
): readonly Route[] {
  const known = writeWorldOf(world);
  return [
    ...groupRoutes(context),
    ...timelineRoutes(context),
    ...clientRoutes(context),
    ...alertRoutes(context),
    ...pipelineRoutes(context),
    ...(demo === null ? [] : idempotent(demoRoutes(demo))),
    ...idempotent([
      ...orderRoutes(known, port),
      ...alertWriteRoutes(known, port),
      ...policyWriteRoutes(known, port),
    ]),
  ];
}
