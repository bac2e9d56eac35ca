// From a decision to the region this client uses. Everything that can change a route is an input
// here, so that the snapshot commands read is always the answer to one question asked at one moment.

import {
  type Admission,
  admissionFor,
  type Decision,
  noVersion,
  preferenceOrder,
  routeOf,
} from '@regionpilot/protocol';
import type { RouteSnapshot, RouteSource } from './route.ts';
import type { Origin } from './subscription-state.ts';

export type RoutingInput = {
  readonly group: string;
  /** Regions of the config, preferred first. */
  readonly regions: readonly string[];
  readonly home: string;
  /** `clientBucket(client)`. */
  readonly bucket: number;
  readonly held: Decision | null;
  readonly origin: Origin;
  readonly stale: boolean;
  /** Where the local breaker took this client, or null. */
  readonly breakerTo: string | null;
  /** The region used so far, to stay on when nothing better is known. */
  readonly current: string | null;
};

export function routeFrom(input: RoutingInput): RouteSnapshot {
  const { group, held, stale, breakerTo } = input;
  const decided = held === null ? undecidedRoute(input) : decidedRoute(held, input);
  return Object.freeze({
    group,
    region: breakerTo ?? decided.region,
    admitted: Object.freeze(decided.admitted),
    version: held === null ? noVersion : Object.freeze({ term: held.term, epoch: held.epoch }),
    source: breakerTo === null ? decided.source : 'breaker',
    stale,
    noSafeTarget: decided.noSafeTarget,
  });
}

/** Do two snapshots say the same? Then nobody needs to hear of the second. */
export function sameRoute(a: RouteSnapshot, b: RouteSnapshot): boolean {
  return (
    a.region === b.region &&
    a.source === b.source &&
    a.stale === b.stale &&
    a.noSafeTarget === b.noSafeTarget &&
    a.version.term === b.version.term &&
    a.version.epoch === b.version.epoch &&
    a.admitted.length === b.admitted.length &&
    a.admitted.every((region, i) => region === b.admitted[i])
  );
}

type Decided = {
  readonly region: string;
  readonly admitted: readonly string[];
  readonly source: RouteSource;
  readonly noSafeTarget: boolean;
};

function undecidedRoute({ regions, home }: RoutingInput): Decided {
  const order = preferenceOrder(regions, home);
  const region = order[0] ?? home;
  return { region, admitted: [...order], source: 'default', noSafeTarget: false };
}

function decidedRoute(decision: Decision, input: RoutingInput): Decided {
  const { home, bucket, origin } = input;
  const admission = admissionFor(decision, home);
  // Regions a newer config elsewhere knows and ours does not are passed over.
  const known = decision.regions.filter((region) => input.regions.includes(region));
  const admitted = admittedFrom(preferenceOrder(known, home), admission, bucket);
  if (admitted.length === 0) return strandedRoute(known, input);
  const region = routeOf({ ...decision, regions: known }, home, bucket);
  return { region, admitted, source: origin, noSafeTarget: decision.noSafeTarget };
}

function admittedFrom(
  order: readonly string[],
  admission: Admission,
  bucket: number,
): readonly string[] {
  return order.filter((region) => (admission[region] ?? 0) > bucket);
}

// Everybody is sent to a region our config does not name: stay put and say so.
function strandedRoute(known: readonly string[], input: RoutingInput): Decided {
  const { current, regions, home, origin } = input;
  const stay = current !== null && regions.includes(current) ? current : null;
  const region = stay ?? preferenceOrder(known, home)[0] ?? home;
  return { region, admitted: [], source: origin, noSafeTarget: true };
}
