import { describe, expect, test } from 'vitest';
import type { RunFigures } from '../../../cli/drill/figures.ts';
import { reportLines } from '../../../cli/drill/lines.ts';
import { type ReportInput, reportOf, shortcomings } from '../../../cli/drill/report.ts';
import { plain } from '../../../cli/text.ts';

const quiet: RunFigures = {
  moved: 0,
  returned: 0,
  phasesMs: {
    detected: null,
    decided: null,
    published: null,
    appliedP50: null,
    appliedP99: null,
    appliedLast: null,
    lastFailedCommand: null,
  },
  outageMs: null,
  servedLastMs: null,
  returnedLastMs: null,
  longestCommandMs: 12,
  stuckCommands: 0,
  pendingCommands: 0,
  commands: { sent: 100, failed: 0, ambiguous: 0 },
  aloneCommands: null,
  failures: {},
  decisions: [],
};

const outage = (outageMs: number): RunFigures => ({
  ...quiet,
  moved: 20,
  returned: 20,
  outageMs,
  phasesMs: { ...quiet.phasesMs, decided: outageMs - 100, appliedLast: outageMs },
  longestCommandMs: outageMs + 10,
  commands: { sent: 100, failed: 0, ambiguous: 2 },
  decisions: [
    { atMs: outageMs, term: 1, epoch: outageMs, reason: 'regionDown', admit: {}, text: '' },
  ],
});

const input = (fault: ReportInput['fault'], ...runs: readonly RunFigures[]): ReportInput => ({
  fault,
  bus: 'embedded',
  clients: 20,
  processes: 4,
  ratePerSecond: 10,
  runs,
});

describe('a drill of several runs', () => {
  test('reports the worst of each phase and the sum of the commands', () => {
    const report = reportOf(input('refused', outage(300), outage(450), outage(310)));
    expect(report.phasesMs).toMatchObject({ decided: 350, appliedLast: 450, detected: null });
    expect(report.commands).toEqual({ sent: 300, failed: 0, ambiguous: 6 });
    expect(report.outageMs).toEqual({ p50: 310, p99: 450, max: 450 });
    expect(report.longestCommandMs).toBe(460);
    expect(report.decisions[0]?.epoch).toBe(450);
    expect(shortcomings(report)).toEqual([]);
  });

  test('one client left behind in one run is told', () => {
    const report = reportOf(input('frozen', outage(700), { ...outage(700), moved: 19 }));
    expect(report.moved).toBe(19);
    expect(shortcomings(report)).toEqual([
      'run 2: 19 of 20 clients moved',
      'run 2: 20 of 19 clients came back',
    ]);
  });

  test('a blip that moved anybody is told, and counts at its worst', () => {
    const report = reportOf(input('blip', quiet, { ...quiet, moved: 3, returned: 3 }));
    expect(report.moved).toBe(3);
    expect(shortcomings(report)).toEqual(['run 2: 3 of 20 clients moved, none should have']);
  });

  test('people read one line per run and a verdict', () => {
    const lines = reportLines(reportOf(input('refused', outage(300))), plain);
    expect(lines.find((line) => line.startsWith('1 '))).toMatch(/20 {5}20 .*300 ms/);
    expect(lines.at(-1)).toBe('as it should be');
  });
});
