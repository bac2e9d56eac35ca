import type { Decision } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { figuresOf, type Marks, type Move } from '../../../cli/drill/figures.ts';
import { count, type Hurt, newTally, type Tally } from '../../../cli/drill/tally.ts';

const faultAtMs = 10_000;

const decision = (reason: Decision['reason'], epoch: number): Decision => ({
  v: 1,
  group: 'payments',
  term: 1,
  epoch,
  owner: 'drill',
  atMs: 0,
  reason,
  text: reason,
  regions: ['eu', 'us'],
  admit: { eu: 0, us: 10_000 },
  homes: {},
  noSafeTarget: false,
  health: {},
  evidence: [],
  incident: null,
});

const moved = (client: string, region: string, atMs: number): Move => ({ client, region, atMs });

function tallyOf(...ended: readonly Partial<Hurt>[]): Tally {
  const tally = newTally();
  for (const each of ended) {
    tally.sent++;
    count(tally, {
      client: 'a',
      command: 'get',
      startMs: faultAtMs,
      endMs: faultAtMs + 1,
      outcome: 'ok',
      code: '',
      ...each,
    });
  }
  return tally;
}

/** Two clients leave at 300 and 400 ms and are back at 5 s. */
const outage: Marks = {
  home: 'eu',
  faultAtMs,
  healedAtMs: 12_000,
  detectedAtMs: faultAtMs + 20,
  decided: [
    { decision: decision('ownerChanged', 4), atMs: faultAtMs - 500 },
    { decision: decision('regionDown', 5), atMs: faultAtMs + 150 },
    { decision: decision('rampStep', 6), atMs: 14_000 },
  ],
  published: [
    { term: 1, epoch: 5, atMs: faultAtMs + 160 },
    { term: 1, epoch: 6, atMs: 14_010 },
  ],
  moves: [
    moved('a', 'us', faultAtMs + 300),
    moved('b', 'us', faultAtMs + 400),
    moved('a', 'eu', 15_000),
    moved('b', 'eu', 15_100),
  ],
  tally: newTally(),
  alone: null,
};

describe('the figures of a run', () => {
  test('every phase counts from the fault, and only a move is the decision', () => {
    expect(figuresOf(outage)).toMatchObject({
      moved: 2,
      returned: 2,
      phasesMs: {
        detected: 20,
        decided: 150,
        published: 160,
        appliedP50: 300,
        appliedP99: 400,
        appliedLast: 400,
        lastFailedCommand: null,
      },
      returnedLastMs: 3_100,
    });
  });

  test('an outage begins with the first command that stuck, though it was sent before the fault', () => {
    const tally = tallyOf({ startMs: faultAtMs - 4, endMs: faultAtMs + 310 });
    expect(figuresOf({ ...outage, tally })).toMatchObject({ outageMs: 404, stuckCommands: 1 });
  });

  test('a slow command that was over before the fault is none of its doing', () => {
    const tally = tallyOf({ startMs: faultAtMs - 400, endMs: faultAtMs - 200 });
    expect(figuresOf({ ...outage, tally }).outageMs).toBe(400);
  });

  test('an ambiguous INCR is counted apart from failures', () => {
    const tally = tallyOf(
      { command: 'incr', outcome: 'ambiguous', code: 'AMBIGUOUS_WRITE', endMs: faultAtMs + 350 },
      { outcome: 'failed', code: 'REGION_UNAVAILABLE', endMs: faultAtMs + 250 },
      {},
    );
    const { commands, failures, phasesMs, longestCommandMs } = figuresOf({ ...outage, tally });
    expect(commands).toEqual({ sent: 3, failed: 1, ambiguous: 1 });
    expect(failures).toEqual({ REGION_UNAVAILABLE: 1 });
    expect(phasesMs.lastFailedCommand).toBe(250);
    expect(longestCommandMs).toBe(350);
  });

  test('the client whose link is cut fails on its own account', () => {
    const alone = tallyOf({ outcome: 'failed', code: 'REGION_UNAVAILABLE' });
    const figures = figuresOf({ ...outage, moves: [], tally: tallyOf({}), alone });
    expect(figures).toMatchObject({
      moved: 0,
      outageMs: null,
      commands: { sent: 1, failed: 0 },
      aloneCommands: { sent: 1, failed: 1 },
    });
  });

  test('a client that never came back is not counted as returned', () => {
    const moves = outage.moves.slice(0, 3);
    expect(figuresOf({ ...outage, moves })).toMatchObject({ moved: 2, returned: 1 });
  });

  test('a run in which nobody decides has no phases', () => {
    const nothing = { detectedAtMs: null, decided: [], published: [], moves: [] };
    const { phasesMs } = figuresOf({ ...outage, ...nothing });
    expect(Object.values(phasesMs).every((phase) => phase === null)).toBe(true);
  });
});
