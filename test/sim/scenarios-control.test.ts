// Scenarios of docs/scenarios.md that are about those who decide: paused, cut off, restarted,
// misled by clocks, or late.

import { type Decision, decodeDecision, encodeRecord, isHeartbeatKey } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { createJournal, type JournalLine } from '../../aggregator/journal.ts';
import { replayJournal } from '../../aggregator/replay.ts';
import { wallZeroMs } from '../support/sim/host.ts';
import { calmWorld, reasons, timeline, whereabouts } from '../support/sim/story.ts';
import { fleet, World } from '../support/sim/world.ts';

const dead = { kind: 'refused' } as const;
const quick = { healthyForMs: 5_000, coolDownMs: 10_000, coolDownMaxMs: 60_000, rampStepMs: 2_000 };
const hour = 3_600_000;

describe('an aggregator that stood still', () => {
  test('15 paused for ten seconds while a region died and came back: nothing is decided on old news', () => {
    const world = calmWorld({ sessionMs: 30_000 });
    world.aggregators[0]?.host.stop(10_000);
    world.become('eu', dead);
    world.run(15_000);
    world.heal('eu');
    world.run(40_000);
    expect(reasons(world)).toEqual(['initial']);
    expect(timeline(world)).toContain('watching without acting');
    world.become('eu', dead);
    world.run(42_000);
    expect(whereabouts(world)).toEqual({ us: 20 });
  });

  test('15 paused for ten seconds while a region died for good: decided once it has caught up', () => {
    const world = calmWorld({ sessionMs: 30_000 });
    world.aggregators[0]?.host.stop(10_000);
    world.become('eu', dead);
    world.run(30_000);
    expect(reasons(world)).toEqual(['initial', 'regionDown']);
    expect(whereabouts(world)).toEqual({ us: 20 });
  });
});

describe('clocks', () => {
  for (const stepMs of [hour, -hour]) {
    const way = stepMs > 0 ? 'ahead' : 'back';
    test(`16 the clock of one agent steps an hour ${way}: no decision, and its votes still count`, () => {
      const world = calmWorld();
      const [client] = world.clients;
      if (client !== undefined) client.host.skewMs = stepMs;
      world.run(40_000);
      expect(reasons(world)).toEqual(['initial']);
      world.become('eu', dead);
      world.run(42_000);
      expect(reasons(world)).toEqual(['initial', 'regionDown']);
    });

    test(`16 the clock of the aggregator steps an hour ${way} and returns: no false decision`, () => {
      const world = calmWorld();
      const [aggregator] = world.aggregators;
      if (aggregator !== undefined) aggregator.host.skewMs = stepMs;
      world.run(30_000);
      if (aggregator !== undefined) aggregator.host.skewMs = 0;
      world.run(60_000);
      expect(reasons(world)).toEqual(['initial']);
      expect(timeline(world)).toContain('watching without acting (clockJump)');
      world.become('eu', dead);
      world.run(62_000);
      expect(reasons(world)).toEqual(['initial', 'regionDown']);
    });
  }
});

describe('two that decide', () => {
  test('17 the owner is cut off in the middle of a failover: one epoch is obeyed, and it is the same for all', () => {
    const world = calmWorld({ aggregators: 2, overlapMs: 15_000, sessionMs: 1_500, policy: quick });
    world.become('eu', dead);
    const owner = world.aggregators.find(({ deciding }) => deciding?.groups.length);
    world.at(10_150, 'the owner is cut off', () => {
      if (owner !== undefined) owner.host.cut = true;
    });
    world.at(25_000, 'the owner is back', () => {
      if (owner !== undefined) owner.host.cut = false;
    });
    world.run(60_000);
    expect(whereabouts(world)).toEqual({ us: 20 });
    const versions = world.clients.map(({ route }) => route.version);
    expect(new Set(versions.map(({ term, epoch }) => `${term}.${epoch}`)).size).toBe(1);
    expect(reasons(world).filter((reason) => reason === 'regionDown')).toHaveLength(1);
  });

  test('17 both work on every partition for fifteen seconds: at most one is obeyed', () => {
    const world = calmWorld({ aggregators: 2, overlapMs: 15_000, sessionMs: 1_000, policy: quick });
    world.aggregators[0]?.host.stop(3_000);
    world.run(14_000);
    world.become('eu', dead);
    world.run(40_000);
    expect(whereabouts(world)).toEqual({ us: 20 });
    expect(reasons(world).filter((reason) => reason === 'regionDown')).toHaveLength(1);
  });

  test('the owner is killed in the middle of a failover: the other finishes it, in one agreed epoch', () => {
    for (const killedMs of [10_050, 10_120, 10_180, 10_220, 10_260, 10_400]) {
      const world = calmWorld({ aggregators: 2, sessionMs: 2_000, policy: quick });
      world.become('eu', dead);
      const owner = world.aggregators.find(({ deciding }) => deciding?.groups.length);
      world.at(killedMs, 'the owner is killed', () => {
        if (owner !== undefined) world.killAggregator(owner);
      });
      world.run(30_000);
      expect(whereabouts(world)).toEqual({ us: 20 });
      expect(reasons(world).filter((reason) => reason === 'regionDown')).toHaveLength(1);
    }
  });

  test('the only aggregator is restarted with and without its snapshots: routes stay, then all return', () => {
    for (const useSnapshots of [true, false]) {
      const world = calmWorld({ useSnapshots, policy: quick });
      const [only] = world.aggregators;
      world.become('eu', dead);
      world.run(11_000);
      if (only !== undefined) world.killAggregator(only);
      world.run(14_000);
      if (only !== undefined) world.startAggregator(only);
      world.run(20_000);
      expect(whereabouts(world)).toEqual({ us: 20 });
      world.heal('eu');
      world.run(60_000);
      expect(whereabouts(world)).toEqual({ eu: 20 });
    }
  });
});

describe('the decision log', () => {
  test('18 a decision of an old epoch arrives late: nobody follows it, and it does not stay the last word', () => {
    const world = calmWorld();
    const [first] = world.checks.obeyed;
    world.become('eu', dead);
    world.run(12_000);
    if (first !== undefined) {
      world.log.append('decisions', {
        key: 'payments',
        value: encodeRecord({ ...first, term: 0 }),
      });
    }
    world.run(14_000);
    expect(whereabouts(world)).toEqual({ us: 20 });
    expect(lastDecision(world)).toMatchObject({ reason: 'regionDown', term: 1, epoch: 2 });
  });

  test('40 the control plane returns after an hour: 1,000 agents come back spread out, and old events decide nothing', () => {
    const slowly = { calmFlushMs: 20_000, stallMs: 30_000, decisionStaleMs: 60_000 };
    const clients = fleet(1_000, ['eu', 'us'], {
      commandsPerSecond: 0.2,
      workMs: 5_000,
      watchMs: 5_000,
      settings: slowly,
    });
    const world = new World({
      seed: 40,
      regions: ['eu', 'us'],
      clients,
      eventPartitions: 4,
      policy: { clientSilentMs: 60_000, stallMs: 30_000 },
    });
    world.start().run(60_000);
    world.log.down = true;
    world.at(900_000, 'an outage nobody can decide on', () => world.become('eu', dead));
    world.at(1_200_000, 'it is over', () => world.heal('eu'));
    world.run(hour);
    world.log.down = false;
    world.run(hour + 300);
    expect(heardSince(world, hour)).toBeLessThan(400);
    world.run(hour + 5_000);
    expect(heardSince(world, hour)).toBe(1_000);
    world.run(hour + 120_000);
    expect(reasons(world).filter((reason) => reason !== 'ownerChanged')).toEqual(['initial']);
    expect(whereabouts(world)).toEqual({ eu: 500, us: 500 });
    for (const { deciding } of world.aggregators) expect(deciding?.groups[0]?.tilt).toEqual({});
  });

  test('42 everything the brain heard, heard again: the same decisions, byte for byte', () => {
    const lines: JournalLine[] = [];
    const journal = createJournal((line) => lines.push(JSON.parse(line) as JournalLine));
    const world = calmWorld({
      journal: () => journal,
      policy: quick,
      network: { lost: 0.1, lostAnswers: 0.1 },
    });
    world.become('eu', dead);
    world.run(15_000);
    world.heal('eu');
    world.run(45_000);
    const report = replayJournal(lines);
    expect(report.recorded.length).toBeGreaterThanOrEqual(6);
    expect(report.difference).toBeNull();
    const deaf = lines.filter((line) => line.kind !== 'input' || line.input.kind === 'partial');
    expect(replayJournal(deaf).difference).not.toBeNull();
  });
});

/** Clients with a batch in the log since then. */
function heardSince(world: World, sinceMs: number): number {
  const keys = [0, 1, 2, 3].flatMap((partition) =>
    world.log
      .records('events', partition)
      .filter(({ appendedMs }) => appendedMs >= wallZeroMs + sinceMs)
      .map(({ key }) => key),
  );
  return new Set(keys).size;
}

function lastDecision(world: World): Decision {
  const last = world.log.records('decisions').findLast(({ key }) => !isHeartbeatKey(key));
  const decoded = decodeDecision(last?.value ?? new Uint8Array());
  if (decoded.kind === 'invalid') throw new Error(decoded.text);
  return decoded.value;
}
