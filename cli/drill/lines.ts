// A drill's report for people.

import { type Paint, table } from '../text.ts';
import { faults } from './faults.ts';
import type { RunFigures } from './figures.ts';
import { type DrillReport, shortcomings } from './report.ts';

export function reportLines(report: DrillReport, paint: Paint): readonly string[] {
  const { fault, bus, clients, processes, ratePerSecond, outageMs, commands } = report;
  const wrong = shortcomings(report);
  return [
    paint('strong', `${fault}: ${faults[fault].text}`),
    `${clients} clients in ${processes} processes on ${bus}, ${ratePerSecond} commands/s each`,
    '',
    ...table(head, report.runs.map(row)),
    '',
    outageMs === null
      ? 'nobody moved'
      : `first stuck command to last client moved: median ${outageMs.p50} ms, p99 ${outageMs.p99} ms, longest ${outageMs.max} ms`,
    `${commands.sent} commands: ${commands.failed} failed, ${commands.ambiguous} ambiguous INCR; the longest took ${report.longestCommandMs} ms`,
    paint('dim', report.policy),
    ...wrong.map((text) => paint('bad', text)),
    ...(wrong.length === 0 ? [paint('good', 'as it should be')] : []),
  ];
}

const head = [
  'RUN',
  'MOVED',
  'BACK',
  'DETECTED',
  'DECIDED',
  'PUBLISHED',
  'P50',
  'P99',
  'LAST',
  'OUTAGE',
  'LONGEST',
  'FAILED',
  'AMBIGUOUS',
];

function row(run: RunFigures, i: number): readonly string[] {
  const { phasesMs, commands } = run;
  const ms = (value: number | null): string => (value === null ? '–' : `${Math.round(value)} ms`);
  return [
    `${i + 1}`,
    `${run.moved}`,
    `${run.returned}`,
    ms(phasesMs.detected),
    ms(phasesMs.decided),
    ms(phasesMs.published),
    ms(phasesMs.appliedP50),
    ms(phasesMs.appliedP99),
    ms(phasesMs.appliedLast),
    ms(run.outageMs),
    ms(run.longestCommandMs),
    `${commands.failed}`,
    `${commands.ambiguous}`,
  ];
}
