// Following the decision log. Each decision is a full snapshot, so the newest one of a group is all
// a client needs, in whatever order, however often and however late records come. What is decided
// here: whether a record is applied, whether one is missing, and whether the log is still alive.
//
// Only a heartbeat or decision that arrives while we follow proves life, and the moment of arrival
// counts, not its stamp: an old beat read from the topic says nothing, and clocks take no part.

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

type Step = readonly [Subscription, readonly SubscriptionEffect[]];

/** A missing decision is usually a moment behind the beat that names it. */
const missingGraceMs = 500;
const missingGraceMaxMs = 30_000;
/** Beats that may be lost before silence means anything. */
const beatsAllowed = 3;

export function startSubscription(policy: SubscriptionPolicy, nowMs: number): Subscription {
  const counts = { applied: 0, older: 0, foreign: 0, missed: 0 };
  const groups = new Map(
    [...policy.groups.keys()].map((group) => [group, unheard(nowMs)] as const),
  );
  return { kind: 'catchingUp', groups, counts };
}

export function stepSubscription(
  state: Subscription,
  input: SubscriptionInput,
  policy: SubscriptionPolicy,
): Step {
  switch (input.kind) {
    case 'decision':
      return hear(state, input.decision, input.nowMs, policy);
    case 'heartbeat':
      return beat(state, input.heartbeat, input.nowMs);
    case 'stored':
      return offer(state, input.decision, input.origin, policy);
    case 'caughtUp':
      return catchUp(state, policy);
    case 'restarted':
      return [{ ...state, kind: 'catchingUp' }, []];
    case 'configured':
      return configure(state, input.nowMs, policy);
    case 'tick':
      return eachGroup(state, (now, group) => tick(now, group, input.nowMs, policy));
  }
}

function unheard(nowMs: number): Following {
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

function hear(
  state: Subscription,
  decision: Decision,
  nowMs: number,
  policy: SubscriptionPolicy,
): Step {
  const group = state.groups.get(decision.group);
  if (group === undefined) return [state, []];
  if (state.kind === 'catchingUp') {
    const isNewest = group.pending === null || isNewer(decision, group.pending);
    return [
      isNewest ? withGroup(state, decision.group, { ...group, pending: decision }) : state,
      [],
    ];
  }
  const [next, effects] = offer(state, decision, 'log', policy);
  const held = next.groups.get(decision.group)?.held;
  return held === decision
    ? chain(next, effects, (now) => refresh(now, decision.group, nowMs))
    : [next, effects];
}

/** Applies a decision unless it is older, or leads nowhere we know. */
function offer(
  state: Subscription,
  decision: Decision,
  origin: Origin,
  policy: SubscriptionPolicy,
): Step {
  const group = state.groups.get(decision.group);
  const regions = policy.groups.get(decision.group);
  if (group === undefined || regions === undefined) return [state, []];
  if (!decision.regions.some((region) => regions.includes(region))) {
    const foreign = newest(group.foreign, versionOf(decision));
    const next = withGroup(state, decision.group, { ...group, foreign });
    return [count(next, 'foreign'), [{ kind: 'foreign', decision }]];
  }
  if (group.held !== null && !isNewer(decision, group.held)) {
    const confirmed = origin === 'log' && isSame(decision, group.held);
    const next = confirmed
      ? withGroup(state, decision.group, { ...group, origin })
      : count(state, 'older');
    return [next, []];
  }
  const { missing } = group;
  const found = missing !== null && !isNewer(missing.wanted, decision);
  const held = { ...group, held: decision, origin, missing: found ? null : missing };
  const next = count(withGroup(state, decision.group, held), 'applied');
  return [next, [{ kind: 'apply', group: decision.group, decision, origin }]];
}

function catchUp(state: Subscription, policy: SubscriptionPolicy): Step {
  const following: Subscription = { ...state, kind: 'following' };
  return eachGroup(following, (now, name) => {
    const group = now.groups.get(name);
    const pending = group?.pending ?? null;
    if (group === undefined || pending === null) return [now, []];
    const cleared = withGroup(now, name, { ...group, pending: null });
    return offer(cleared, pending, 'log', policy);
  });
}

function beat(state: Subscription, { epochs, intervalMs }: Heartbeat, nowMs: number): Step {
  if (state.kind === 'catchingUp') return [state, []];
  return eachGroup(state, (now, name) => {
    const group = now.groups.get(name);
    if (group === undefined) return [now, []];
    const named = Object.hasOwn(epochs, name) ? epochs[name] : undefined;
    const held = newest(group.foreign, versionOf(group.held));
    // Nobody has decided anything for this group yet: any decider alive is good news.
    if (named === undefined) return group.held === null ? refresh(now, name, nowMs) : [now, []];
    const wanted = { term: named[0], epoch: named[1] };
    if (isNewer(wanted, held)) return miss(now, name, wanted, nowMs);
    if (isNewer(held, wanted)) return [count(now, 'older'), []];
    return refresh(withGroup(now, name, { ...group, intervalMs }), name, nowMs);
  });
}

function miss(state: Subscription, name: string, wanted: Version, nowMs: number): Step {
  const group = state.groups.get(name);
  if (group === undefined) return [state, []];
  const { missing } = group;
  if (missing !== null) {
    const both = { ...missing, wanted: newest(missing.wanted, wanted) };
    return [withGroup(state, name, { ...group, missing: both }), []];
  }
  const next = withGroup(state, name, { ...group, missing: { wanted, sinceMs: nowMs, tries: 0 } });
  const held = versionOf(group.held);
  return [count(next, 'missed'), [{ kind: 'missed', group: name, held, wanted }]];
}

function refresh(state: Subscription, name: string, nowMs: number): Step {
  const group = state.groups.get(name);
  if (group === undefined || group.missing !== null) return [state, []];
  const next = withGroup(state, name, { ...group, freshMs: nowMs, stale: false });
  return [next, group.stale ? [{ kind: 'staleness', group: name, stale: false }] : []];
}

function tick(state: Subscription, name: string, nowMs: number, policy: SubscriptionPolicy): Step {
  const group = state.groups.get(name);
  if (group === undefined) return [state, []];
  const [searching, search] = searchMissing(state, name, group, nowMs);
  const now = searching.groups.get(name) ?? group;
  const patienceMs = Math.max(policy.decisionStaleMs, beatsAllowed * now.intervalMs);
  if (now.stale || nowMs - now.freshMs <= patienceMs) return [searching, search];
  const next = withGroup(searching, name, { ...now, stale: true });
  return [next, [...search, { kind: 'staleness', group: name, stale: true }]];
}

function searchMissing(state: Subscription, name: string, group: Following, nowMs: number): Step {
  const { missing } = group;
  if (missing === null || state.kind === 'catchingUp') return [state, []];
  const graceMs = Math.min(missingGraceMs * 2 ** missing.tries, missingGraceMaxMs);
  if (nowMs - missing.sinceMs < graceMs) return [state, []];
  const again = { ...missing, sinceMs: nowMs, tries: missing.tries + 1 };
  return [withGroup(state, name, { ...group, missing: again }), [{ kind: 'readAgain' }]];
}

function configure(state: Subscription, nowMs: number, policy: SubscriptionPolicy): Step {
  const names = [...policy.groups.keys()];
  const isNew = names.some((name) => !state.groups.has(name));
  const groups = new Map(
    names.map((name) => [name, state.groups.get(name) ?? unheard(nowMs)] as const),
  );
  return [{ ...state, groups }, isNew ? [{ kind: 'readAgain' }] : []];
}

function versionOf(decision: Decision | null): Version {
  return decision === null ? noVersion : { term: decision.term, epoch: decision.epoch };
}

function newest(a: Version | null, b: Version): Version {
  return a !== null && isNewer(a, b) ? a : b;
}

function isSame(a: Version, b: Version): boolean {
  return a.term === b.term && a.epoch === b.epoch;
}

function withGroup(state: Subscription, name: string, group: Following): Subscription {
  return { ...state, groups: new Map(state.groups).set(name, group) };
}

function count(state: Subscription, what: keyof Counts): Subscription {
  return { ...state, counts: { ...state.counts, [what]: state.counts[what] + 1 } };
}

function chain(
  state: Subscription,
  effects: readonly SubscriptionEffect[],
  then: (state: Subscription) => Step,
): Step {
  const [next, more] = then(state);
  return [next, [...effects, ...more]];
}

function eachGroup(state: Subscription, visit: (state: Subscription, name: string) => Step): Step {
  let step: Step = [state, []];
  for (const name of state.groups.keys()) step = chain(step[0], step[1], (now) => visit(now, name));
  return step;
}
