// What an order would do to routes, before it is given: the same route function that clients use,
// asked for every known client before and after. The brain may still refuse; where that is sure, it
// is said.

import {
  type Admission,
  clientBucket,
  type Decision,
  fullShare,
  type Hold,
  routeOf,
} from '@regionpilot/protocol';
import type { OrderPreview, OrderRequest } from '../contract/orders.ts';

export type PreviewClient = { readonly client: string; readonly home: string };

export function previewOrder(
  decision: Decision,
  { hold, automation }: OrderRequest,
  clients: Iterable<PreviewClient>,
): OrderPreview {
  const after = hold === null ? null : underHold(decision, hold);
  let moving = 0;
  let reporting = 0;
  for (const { client, home } of clients) {
    reporting++;
    const bucket = clientBucket(client);
    if (after !== null && routeOf(decision, home, bucket) !== routeOf(after, home, bucket))
      moving++;
  }
  return {
    routesChange: moving > 0,
    moving,
    reporting,
    warnings: [
      ...holdWarnings(decision, hold, after),
      ...(automation === 'off' ? ['Nothing is left automatically while this is in force.'] : []),
      ...(automation === 'shadow' ? ['Failovers are only written down, not carried out.'] : []),
    ],
  };
}

type Routes = Pick<Decision, 'admit' | 'homes' | 'regions'>;

function underHold({ admit, homes, regions }: Decision, hold: Hold): Routes {
  const row = (before: Admission): Admission => ({ ...before, ...sharesUnder(hold, regions) });
  const rows = Object.entries(homes).map(([home, before]) => [home, row(before)] as const);
  return { regions, admit: row(admit), homes: Object.fromEntries(rows) };
}

function sharesUnder({ kind, region }: Hold, regions: readonly string[]): Admission {
  if (kind === 'avoid') return { [region]: 0 };
  return Object.fromEntries(regions.map((each) => [each, each === region ? fullShare : 0]));
}

function holdWarnings(
  decision: Decision,
  hold: Hold | null,
  after: Routes | null,
): readonly string[] {
  if (hold === null || after === null) return [];
  const { health, regions } = decision;
  const rows = [after.admit, ...Object.values(after.homes)];
  const nowhere = rows.some((row) => !regions.some((region) => row[region] === fullShare));
  const state = health[hold.region] ?? 'unknown';
  return [
    ...(nowhere
      ? [`It will be refused: without ${hold.region} no region would admit everybody.`]
      : []),
    ...(hold.kind === 'use' && state !== 'healthy' ? [`${hold.region} is ${state}.`] : []),
  ];
}
