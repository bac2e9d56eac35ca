import { policyDefaults } from '@regionpilot/aggregator';
import { bucketOf, type Partial, problemsOf } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { statusReport } from '../../../cli/status/report.ts';
import { coloured, plain } from '../../../cli/text.ts';
import { sortedRows, type TopFrame, topFrame } from '../../../cli/top/frame.ts';
import { topSchema } from '../../../cli/top/schema.ts';
import { firstView, frameLines, keysIn, press, screenLines } from '../../../cli/top/screen.ts';
import { decision } from '../../support/decisions.ts';
import { partialOf } from '../../support/owner.ts';

const ten = Date.UTC(2026, 10, 21, 10);
const hostile = 'c\u001b]0;owned\u0007\u202e1';

/** Answers in the bucket of one latency, cumulative. */
const at = (us: number, count: number): readonly number[] => [bucketOf(us), count];

function partial(seq: number, latency: readonly number[], extra: object = {}): Partial {
  const fleet = {
    eu: { clients: 4, sees: { eu: { ok: 190, failed: 10, down: 0 }, us: { ok: 400 } } },
  };
  const made = partialOf(fleet, ten, {
    seq,
    applied: { '2.7': 3 },
    stragglers: [hostile],
    ...extra,
  });
  return { ...made, cells: made.cells.map((cell) => ({ ...cell, latency })) };
}

function frame(before: readonly Partial[], now: readonly Partial[]): TopFrame {
  const report = statusReport(
    {
      bus: 'embedded',
      alerts: null,
      decisions: new Map([
        ['payments', decision({ term: 2, epoch: 7, health: { eu: 'down', us: 'healthy' } })],
      ]),
      heartbeats: [],
      overrides: new Map(),
      partials: now,
      changes: [],
      lagRecords: 3,
    },
    policyDefaults,
    ten,
  );
  return topFrame(report, before, now, 2_000);
}

describe('a frame', () => {
  test('turns windows into rates, and two cumulative histograms into the latencies between them', () => {
    const { rows } = frame(
      [partial(1, at(100, 50))],
      [partial(2, [...at(100, 50), ...at(9_000, 100)])],
    );
    expect(
      rows.map(({ region, opsPerSecond, errorRatio }) => [region, opsPerSecond, errorRatio]),
    ).toEqual([
      ['eu', 100, 0.05],
      ['us', 200, 0],
    ]);
    // None of the fifty that were quick before counts: all in between took 9 ms.
    expect(rows[0]?.p50Us).toBeGreaterThan(8_900);
    expect(rows[0]).toMatchObject({ clients: 4, convergence: 0.75, stragglers: [hostile] });
  });

  test('another owner counts from its own start: nothing is taken off', () => {
    const before = partial(0, at(100, 500), { owner: 'before' });
    const { rows } = frame([before], [partial(1, at(100, 4))]);
    expect(rows[0]?.p99Us).toBeGreaterThan(90);
    expect(rows[0]?.p99Us).toBeLessThan(110);
  });

  test('nobody reports: no ratio, no latency, no lie', () => {
    expect(frame([], []).rows[0]).toMatchObject({
      opsPerSecond: 0,
      errorRatio: null,
      p99Us: null,
      convergence: null,
    });
  });

  test('keeps its promised shape', () => {
    expect(problemsOf(topSchema, frame([], [partial(1, at(100, 4))]))).toEqual([]);
    expect(problemsOf(topSchema, frame([], []))).toEqual([]);
  });
});

describe('the picture', () => {
  const shown = frame([], [partial(1, at(1_500, 40))]);

  test('reads like this, whatever a client calls itself', async () => {
    const text = frameLines(shown, firstView, plain).join('\n');
    await expect(text).toMatchFileSnapshot('golden/top.txt');
    expect(text).not.toContain('\u001b');
    await expect(screenLines(shown, firstView, plain, 24).join('\n')).toMatchFileSnapshot(
      'golden/top-screen.txt',
    );
    expect(frameLines(shown, firstView, coloured).join('\n')).toContain('\u001b[31mdown');
  });

  test('never has more lines than the terminal, and says how many are left out', () => {
    const [row] = shown.rows;
    const many = {
      ...shown,
      rows: Array.from({ length: 50 }, () => row).filter((each) => each !== undefined),
    };
    const lines = screenLines(many, firstView, plain, 10);
    expect(lines).toHaveLength(9);
    expect(lines.at(-2)).toMatch(/^and \d+ more$/);
  });

  test('sorts numbers largest first and names in their order', () => {
    const order = (by: 'ops' | 'errors' | 'group') =>
      sortedRows(shown.rows, by).map(({ region }) => region);
    expect([order('ops'), order('errors'), order('group')]).toEqual([
      ['us', 'eu'],
      ['eu', 'us'],
      ['eu', 'us'],
    ]);
  });
});

describe('keys', () => {
  const groups = ['payments', 'sessions'];

  test('arrows go through the groups and past the last to all of them', () => {
    const right = (view: typeof firstView) => press(view, '\u001b[C', groups);
    const first = right(firstView);
    expect([first.group, right(first).group, right(right(first)).group]).toEqual([
      'payments',
      'sessions',
      null,
    ]);
    expect(press(firstView, '\u001b[D', groups).group).toBe('sessions');
    expect(press({ ...firstView, group: 'gone' }, '\u001b[C', groups).group).toBe('payments');
  });

  test('typed quickly arrive together and count one by one', () => {
    expect(keysIn('s\u001b[Cq')).toEqual(['s', '\u001b[C', 'q']);
    expect(keysIn('')).toEqual([]);
  });

  test('s sorts by the next column, p pauses and goes on, q leaves, others do nothing', () => {
    expect(press(firstView, 's', groups).sort).toBe('region');
    expect(press(press(firstView, 'p', groups), 'p', groups).paused).toBe(false);
    expect(press(firstView, 'q', groups).leaving).toBe(true);
    expect(press(firstView, '\u0003', groups).leaving).toBe(true);
    expect(press(firstView, 'x', groups)).toEqual(firstView);
  });
});
