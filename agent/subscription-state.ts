// What is known of the decision log, and the small moves every rule about it is made of.

import {
  type Decision,
  type Heartbeat,
  isNewer,
  noVersion,
  type Version,
} from '@regionpilot/protocol';

export type Origin = 'cache' | 'bootstrap' | 'log';

/** What is known of one group. */
export type Following = {
  readonly held: Decision | null;
  readonly origin: Origin;
  /** Newest record read while catching up. */
  readonly pending: Decision | null;
  /** A decision somebody named and we do not hold; `sinceMs` moves on with each new reading. */
  readonly missing: {
    readonly wanted: Version;
    readonly sinceMs: number;
    readonly tries: number;
  } | null;
  /** Newest decision that names no region of ours: heard, not obeyed. */
  readonly foreign: Version | null;
  readonly freshMs: number;
  /** Beat of the group's decider, ms; 0 before the first. */
  readonly intervalMs: number;
  readonly stale: boolean;
};

export type Counts = {
  readonly applied: number;
  readonly older: number;
  /** Decisions that name no region of ours. */
  readonly foreign: number;
  readonly missed: number;
};

export type Subscription = {
  readonly kind: 'catchingUp' | 'following';
  readonly groups: ReadonlyMap<string, Following>;
  readonly counts: Counts;
};

export type SubscriptionInput =
  | { readonly kind: 'decision'; readonly decision: Decision; readonly nowMs: number }
  | { readonly kind: 'heartbeat'; readonly heartbeat: Heartbeat; readonly nowMs: number }
  /** A decision from the disk or a bootstrap source. */
  | {
      readonly kind: 'stored';
      readonly decision: Decision;
      readonly origin: 'cache' | 'bootstrap';
      readonly nowMs: number;
    }
  | { readonly kind: 'caughtUp'; readonly nowMs: number }
  /** The topic is being read again from its start. */
  | { readonly kind: 'restarted'; readonly nowMs: number }
  /** The config names these groups now. */
  | { readonly kind: 'configured'; readonly nowMs: number }
  | { readonly kind: 'tick'; readonly nowMs: number };

export type SubscriptionEffect =
  | {
      readonly kind: 'apply';
      readonly group: string;
      readonly decision: Decision;
      readonly origin: Origin;
    }
  | { readonly kind: 'staleness'; readonly group: string; readonly stale: boolean }
  | { readonly kind: 'foreign'; readonly decision: Decision }
  | {
      readonly kind: 'missed';
      readonly group: string;
      readonly held: Version;
      readonly wanted: Version;
    }
  /** Read the topic again from its start. */
  | { readonly kind: 'readAgain' };

export type SubscriptionPolicy = {
  /** Group → its regions in this client's config. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly decisionStaleMs: number;
};

export type Step = readonly [Subscription, readonly SubscriptionEffect[]];

export function unheard(nowMs: number): Following {
  return {
    held: null,
    origin: 'log',
    pending: null,
    missing: null,
    foreign: null,
    freshMs: nowMs,
    intervalMs: 0,
    stale: false,
  };
}

export function versionOf(decision: Decision | null): Version {
  return decision === null ? noVersion : { term: decision.term, epoch: decision.epoch };
}

export function newest(a: Version | null, b: Version): Version {
  return a !== null && isNewer(a, b) ? a : b;
}

export function isSame(a: Version, b: Version): boolean {
  return a.term === b.term && a.epoch === b.epoch;
}

export function withGroup(state: Subscription, name: string, group: Following): Subscription {
  return { ...state, groups: new Map(state.groups).set(name, group) };
}

export function count(state: Subscription, what: keyof Counts): Subscription {
  return { ...state, counts: { ...state.counts, [what]: state.counts[what] + 1 } };
}

export function chain(
  state: Subscription,
  effects: readonly SubscriptionEffect[],
  then: (state: Subscription) => Step,
): Step {
  const [next, more] = then(state);
  return [next, [...effects, ...more]];
}

export function eachGroup(
  state: Subscription,
  visit: (state: Subscription, name: string) => Step,
): Step {
  let step: Step = [state, []];
  for (const name of state.groups.keys()) step = chain(step[0], step[1], (now) => visit(now, name));
  return step;
}
