// Following the decision log. Each decision is a full snapshot, so the newest one of a group is all
// a client needs, in whatever order, however often and however late records come. What is decided
// here: whether a record is applied, whether one is missing, and whether the log is still alive.
//
// Only a heartbeat or decision that arrives while we follow proves life, and the moment of arrival
// counts, not its stamp: an old beat read from the topic says nothing, and clocks take no part.

import { type Decision, type Heartbeat, isNewer } from '@regionpilot/protocol';
import { miss, searchMissing } from './missing.ts';
import {
  chain,
  count,
  eachGroup,
  isSame,
  newest,
  type Origin,
  type Step,
  type Subscription,
  type SubscriptionInput,
  type SubscriptionPolicy,
  unheard,
  versionOf,
  withGroup,
} from './subscription-state.ts';

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

function configure(state: Subscription, nowMs: number, policy: SubscriptionPolicy): Step {
  const names = [...policy.groups.keys()];
  const isNew = names.some((name) => !state.groups.has(name));
  const groups = new Map(
    names.map((name) => [name, state.groups.get(name) ?? unheard(nowMs)] as const),
  );
  return [{ ...state, groups }, isNew ? [{ kind: 'readAgain' }] : []];
}
