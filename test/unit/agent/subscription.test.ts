import { describe, expect, test } from 'vitest';
import { startSubscription, stepSubscription } from '../../../agent/subscription.ts';
import type {
  Subscription,
  SubscriptionEffect,
  SubscriptionInput,
} from '../../../agent/subscription-state.ts';
import { decision, heartbeat } from './build.ts';

const policy = {
  groups: new Map([
    ['cache', ['eu', 'us']],
    ['sessions', ['eu', 'us']],
  ]),
  decisionStaleMs: 5_000,
};

function run(inputs: readonly SubscriptionInput[], from = startSubscription(policy, 0)) {
  let state: Subscription = from;
  const effects: SubscriptionEffect[] = [];
  for (const input of inputs) {
    const [next, more] = stepSubscription(state, input, policy);
    state = next;
    effects.push(...more);
  }
  return { state, effects, kinds: effects.map(({ kind }) => kind) };
}

const caughtUp: SubscriptionInput = { kind: 'caughtUp', nowMs: 0 };
const following = run([caughtUp]).state;
const heard = (term: number, epoch: number, nowMs = 0, given = {}): SubscriptionInput => ({
  kind: 'decision',
  decision: decision({ term, epoch, ...given }),
  nowMs,
});
const beat = (term: number, epoch: number, nowMs: number, given = {}): SubscriptionInput => ({
  kind: 'heartbeat',
  heartbeat: heartbeat({ cache: [term, epoch] }, given),
  nowMs,
});
const tick = (nowMs: number): SubscriptionInput => ({ kind: 'tick', nowMs });

function epochOf(state: Subscription): number | undefined {
  return state.groups.get('cache')?.held?.epoch;
}

describe('which decision is obeyed', () => {
  test('the newest, and an older one never, whatever comes when', () => {
    const { state, kinds } = run([heard(1, 5), heard(1, 4), heard(1, 5), heard(1, 6)], following);
    expect(epochOf(state)).toBe(6);
    expect(kinds).toEqual(['apply', 'apply']);
    expect(state.counts.older).toBe(1);
  });

  test('a new owner with a lower epoch beats a stale owner with a higher one', () => {
    const { state } = run([heard(1, 9), heard(2, 3), heard(1, 10)], following);
    expect(state.groups.get('cache')?.held).toMatchObject({ term: 2, epoch: 3 });
  });

  test('while catching up nothing is acted on but the last snapshot', () => {
    const { effects } = run([heard(1, 1), heard(1, 3), heard(1, 2), caughtUp]);
    expect(effects).toMatchObject([{ kind: 'apply', decision: { epoch: 3 }, origin: 'log' }]);
  });

  test('one of a group we do not have is not even counted', () => {
    const { state, effects } = run([heard(1, 1, 0, { group: 'other' })], following);
    expect([state, effects]).toEqual([following, []]);
  });

  test('one that knows none of our regions is refused and counted', () => {
    const asia = { regions: ['asia'], admit: { asia: 10_000 } };
    const { state, kinds } = run([heard(1, 1), heard(1, 2, 0, asia), beat(1, 2, 9)], following);
    expect(epochOf(state)).toBe(1);
    expect(state.counts.foreign).toBe(1);
    expect(kinds).toEqual(['apply', 'foreign']);
  });

  test('a cached one yields to a newer bootstrap, and an old backup never overrides it', () => {
    const stored = (epoch: number, origin: 'cache' | 'bootstrap'): SubscriptionInput => ({
      kind: 'stored',
      decision: decision({ epoch }),
      origin,
      nowMs: 0,
    });
    const { state } = run([stored(5, 'cache'), stored(4, 'bootstrap')]);
    expect(state.groups.get('cache')).toMatchObject({ held: { epoch: 5 }, origin: 'cache' });
    const newer = run([stored(6, 'bootstrap'), heard(1, 6), caughtUp], state);
    expect(newer.state.groups.get('cache')).toMatchObject({ held: { epoch: 6 }, origin: 'log' });
  });
});

describe('a heartbeat that names a decision we do not hold', () => {
  test('is a gap: the topic is read again when the decision does not follow', () => {
    const { state, kinds } = run([heard(1, 1), beat(1, 3, 1_000), tick(1_499)], following);
    expect(kinds).toEqual(['apply', 'missed']);
    expect(run([tick(1_500)], state).kinds).toEqual(['readAgain']);
  });

  test('is forgiven when it follows at once', () => {
    const { kinds } = run([beat(1, 3, 1_000), heard(1, 3, 1_020), tick(1_900)], following);
    expect(kinds).toEqual(['missed', 'apply']);
  });

  test('until then no beat of that decider counts as news', () => {
    const quiet = Array.from({ length: 9 }, (_, i) => beat(1, 3, 1_000 * (i + 1)));
    const { state, kinds } = run([heard(1, 1), ...quiet, tick(9_000)], following);
    expect(kinds).toContain('staleness');
    expect(state.groups.get('cache')?.stale).toBe(true);
    const healed = run([heard(1, 3, 9_100)], state);
    expect(healed.effects).toContainEqual({ kind: 'staleness', group: 'cache', stale: false });
  });

  test('a decision between the two does not make the decider believable', () => {
    const { state } = run([heard(1, 1), beat(1, 4, 1_000), heard(1, 2, 4_000)], following);
    expect(epochOf(state)).toBe(2);
    expect(run([tick(5_001)], state).state.groups.get('cache')?.stale).toBe(true);
  });

  test('asks ever more patiently', () => {
    const { state } = run([beat(1, 3, 0)], following);
    const times = [500, 1_000, 1_499, 1_500, 3_499, 3_500];
    let now = state;
    const asked = times.filter((nowMs) => {
      const { state: next, kinds } = run([tick(nowMs)], now);
      now = next;
      return kinds.includes('readAgain');
    });
    expect(asked).toEqual([500, 1_500, 3_500]);
  });
});

describe('the stream is stale', () => {
  const held = run([heard(1, 1, 0)], following).state;

  test('when nothing proved life for five seconds, by our own clock', () => {
    expect(run([tick(5_000)], held).kinds).toEqual([]);
    expect(run([tick(5_001)], held).effects).toContainEqual({
      kind: 'staleness',
      group: 'cache',
      stale: true,
    });
  });

  test('not while beats arrive, and not for long after', () => {
    expect(run([beat(1, 1, 4_000), tick(9_000)], held).state.groups.get('cache')?.stale).toBe(
      false,
    );
  });

  test('only after three beats of a slow decider', () => {
    const slow = run([beat(1, 1, 1_000, { intervalMs: 10_000 })], held).state;
    expect(run([tick(31_000)], slow).state.groups.get('cache')?.stale).toBe(false);
    expect(run([tick(31_001)], slow).state.groups.get('cache')?.stale).toBe(true);
  });

  test('beats of a fenced owner prove nothing', () => {
    const moved = run([heard(2, 2, 0), beat(1, 1, 4_000), tick(5_001)], following).state;
    expect(moved.groups.get('cache')?.stale).toBe(true);
    expect(moved.counts.older).toBe(1);
  });

  test('beats of another decider prove nothing about a group it does not name', () => {
    const other: SubscriptionInput = {
      kind: 'heartbeat',
      heartbeat: heartbeat({}, { partition: 1 }),
      nowMs: 4_000,
    };
    const { state } = run([other, tick(5_001)], held);
    expect(state.groups.get('cache')?.stale).toBe(true);
    expect(state.groups.get('sessions')?.stale).toBe(false);
  });

  test('beats and decisions read while catching up are history, not life', () => {
    const cached = { kind: 'stored', decision: decision(), origin: 'cache', nowMs: 0 } as const;
    const { state, kinds } = run([
      cached,
      heard(1, 1, 4_000),
      beat(1, 1, 4_000),
      beat(1, 9, 4_000),
      { ...caughtUp, nowMs: 4_000 },
    ]);
    expect(kinds).toEqual(['apply']);
    expect(run([tick(5_001)], state).state.groups.get('cache')?.stale).toBe(true);
  });
});

test('a group that a reload added is looked for from the start of the topic', () => {
  const wider = { ...policy, groups: new Map([...policy.groups, ['queue', ['eu']]]) };
  const [state, effects] = stepSubscription(following, { kind: 'configured', nowMs: 7 }, wider);
  expect([...state.groups.keys()]).toEqual(['cache', 'sessions', 'queue']);
  expect(effects).toEqual([{ kind: 'readAgain' }]);
});
