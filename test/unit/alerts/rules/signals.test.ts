// What the facts come to before any rule looks at them: levels, counters that restart, homes that
// leave, stories of failovers.

import type { PartitionAccounts } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../../alerts/fact.ts';
import type { SignalName } from '../../../../alerts/rule.ts';
import { hear } from '../../../../alerts/rules/signals/hear.ts';
import type { Value } from '../../../../alerts/rules/signals/sample.ts';
import { createWorld, type World } from '../../../../alerts/rules/signals/world.ts';
import {
  accounts,
  at,
  cell,
  converged,
  decided,
  failing,
  healthChanged,
  incident,
  partial,
  receiver,
  refused,
  tick,
} from '../../../support/alerts-facts.ts';
import { seconds } from '../../../support/alerts-stories.ts';

/** The last value of a signal after all facts; undefined: nobody said any. */
function valueAfter(
  facts: readonly Fact[],
  signal: SignalName,
  world: World = createWorld(),
): Value | undefined {
  let value: Value | undefined;
  let nowMs = 0;
  for (const fact of facts) {
    nowMs = Math.max(nowMs, fact.atMs);
    for (const sample of hear(world, fact, nowMs).samples) {
      if (sample.signal === signal) value = sample.value;
    }
  }
  return value;
}

describe('events lost', () => {
  const at5 = (second: number, given: Partial<PartitionAccounts>): Fact =>
    partial(second, { accounts: { ...accounts, ...given } });

  test('are the growth of gaps, declared drops and rejected records', () => {
    const facts = [
      at5(0, { offset: 100, gaps: 7, declaredDrops: 5, rejected: 1 }),
      at5(1, { offset: 110, gaps: 8, declaredDrops: 7, rejected: 4 }),
    ];
    expect(valueAfter(facts.slice(0, 1), 'eventsLost')).toBe(0);
    expect(valueAfter(facts, 'eventsLost')).toBe(6);
  });

  test('a new owner that counts the same records again has lost nothing', () => {
    const facts = [
      at5(0, { offset: 100, gaps: 0 }),
      at5(1, { offset: 200, gaps: 5 }),
      at5(2, { offset: 120, gaps: 1 }),
      at5(3, { offset: 150, gaps: 3 }),
      at5(4, { offset: 200, gaps: 5 }),
    ];
    expect(valueAfter(facts, 'eventsLost')).toBe(5);
    expect(valueAfter([...facts, at5(5, { offset: 210, gaps: 6 })], 'eventsLost')).toBe(6);
  });

  test('counters that begin at 0 again are a restart', () => {
    const facts = [at5(0, { offset: 100, gaps: 9 }), at5(1, { offset: 110, gaps: 0 })];
    expect(valueAfter(facts, 'eventsLost')).toBe(0);
  });

  test('are forgotten within five minutes', () => {
    const lost = [at5(0, { offset: 100 }), at5(1, { offset: 110, gaps: 2 })];
    expect(valueAfter([...lost, tick(250)], 'eventsLost')).toBe(2);
    expect(valueAfter([...lost, tick(301)], 'eventsLost')).toBe(0);
  });
});

describe('levels of several partitions', () => {
  const two = [
    partial(0, { partition: 0, cells: [cell('eu-west', [900, 100])], homes: { eu: [10, 10] } }),
    partial(0, { partition: 1, cells: [cell('eu-west', [1_000, 0])], homes: { eu: [0, 10] } }),
  ];

  test('are added up', () => {
    expect(valueAfter(two, 'regionErrorRatio')).toBe(0.05);
    expect(valueAfter(two, 'agentsReporting')).toBe(0.5);
  });

  test('of a partition nobody speaks for any more count no longer', () => {
    const later = partial(62, {
      partition: 0,
      cells: [cell('eu-west', [900, 100])],
      homes: { eu: [10, 10] },
    });
    expect(valueAfter([...two, tick(61), later], 'regionErrorRatio')).toBe(0.1);
    expect(valueAfter([...two, tick(61), later], 'agentsReporting')).toBe(1);
  });

  test('a region without calls has no ratio, rather than a good one', () => {
    expect(valueAfter([partial(0, { cells: [cell('eu-west', [0, 0])] })], 'regionErrorRatio')).toBe(
      undefined,
    );
  });
});

describe('a failover', () => {
  const begun = [healthChanged(0, 'eu-west', 'down'), decided(1)];

  test('is unconverged until everybody follows it, or a newer decision', () => {
    expect(valueAfter([...begun, tick(21)], 'failoverUnconvergedMs')).toBe(20_000);
    expect(valueAfter([...begun, converged(2), tick(21)], 'failoverUnconvergedMs')).toBe(0);
    expect(valueAfter([...begun, converged(2, 3), tick(21)], 'failoverUnconvergedMs')).toBe(0);
    expect(valueAfter([...begun, converged(2, 1), tick(21)], 'failoverUnconvergedMs')).toBe(20_000);
  });

  test('is unhelpful for as long as callers have been failing without a break', () => {
    const bad = seconds(2, 10).flatMap((second) => [failing(second, 0.2), tick(second)]);
    expect(valueAfter([...begun, ...bad], 'failoverUnhelpfulMs')).toBe(8_000);
    const relief = [failing(11, 0.01), tick(11), failing(12, 0.2), tick(12)];
    expect(valueAfter([...begun, ...bad, ...relief], 'failoverUnhelpfulMs')).toBe(0);
  });

  test('of an older version changes nothing', () => {
    const facts = [decided(1, { epoch: 5 }), converged(2, 5), decided(3, { epoch: 4 }), tick(30)];
    expect(valueAfter(facts, 'failoverUnconvergedMs')).toBe(0);
  });

  test('seen by one home only leaves for where that home may go', () => {
    const world = createWorld();
    const evidence = { region: 'eu-west', home: 'asia' };
    const [first] = [decided(1)].flatMap((fact) =>
      fact.kind === 'incident' && fact.record.event.kind === 'decided'
        ? fact.record.event.decision.evidence
        : [],
    );
    if (first === undefined) throw new Error('a decision without evidence');
    hear(
      world,
      decided(1, {
        reason: 'regionDownFromHome',
        regions: ['ap', 'eu-west', 'us-east'],
        admit: { ap: 10_000, 'eu-west': 10_000, 'us-east': 10_000 },
        homes: { asia: { ap: 10_000, 'eu-west': 0, 'us-east': 0 } },
        evidence: [{ ...first, ...evidence }],
      }),
      at(1),
    );
    expect(world.groups.get('payments-cache')?.failovers.get('eu-west')?.targets).toEqual(['ap']);
  });
});

test('a refusal from before the last decision is not a spent budget', () => {
  const late = refused(5);
  const before = late.kind === 'incident' ? { ...late.record, atMs: at(1) } : undefined;
  if (before === undefined) throw new Error('not an incident');
  const facts = [refused(1), decided(2)];
  expect(valueAfter(facts, 'flapBudgetSpent')).toBe(0);
  expect(
    valueAfter([decided(2), { kind: 'incident', record: before, atMs: at(5) }], 'flapBudgetSpent'),
  ).toBe(0);
});

test('a tilt of the owner before is not the new owner’s', () => {
  const tilted = incident(1, { kind: 'tiltEntered', reason: 'lag', text: 'far behind' });
  const owner = incident(2, { kind: 'ownerChanged', owner: 'aggregator-2', term: 2 }, { term: 2 });
  expect(valueAfter([tilted], 'tilt')).toBe(1);
  expect(valueAfter([tilted, owner], 'tilt')).toBe(0);
});

test('a client named again fails on; one not named for 11 minutes is well', () => {
  const named = (second: number): Fact =>
    incident(second, { kind: 'clientSetAside', client: 'c', region: 'eu-west', why: 'alone' });
  expect(valueAfter([named(0), named(600), tick(700)], 'clientFailing')).toBe(1);
  expect(valueAfter([named(0), named(600), tick(1_260)], 'clientFailing')).toBe(null);
});

test('notices given up by a process that began anew count on', () => {
  const facts = [receiver(0, { deadLettered: 3 }), receiver(10, { deadLettered: 1 })];
  expect(valueAfter(facts, 'receiverDeadLettered')).toBe(4);
});

test('a label that spells a property of all objects is a label', () => {
  const facts = [healthChanged(0, 'constructor', 'down'), tick(1)];
  expect(valueAfter(facts, 'regionHealth')).toBe('down');
  const calls = [
    partial(0, { cells: [cell('constructor', [1, 1])], homes: { constructor: [1, 2] as const } }),
  ];
  expect(valueAfter(calls, 'regionErrorRatio')).toBe(0.5);
  expect(valueAfter(calls, 'agentsReporting')).toBe(0.5);
});
