// A drill's report: one run's figures, or the worst of several, which is what a promise is held to.

import type { FaultName } from './faults.ts';
import { faults } from './faults.ts';
import type { Commands, DecisionLine, Phases, RunFigures } from './figures.ts';
import { drillPolicyText } from './plan.ts';
import { largest, quantile } from './quantile.ts';

export type DrillReport = {
  readonly fault: FaultName;
  readonly bus: 'kafka' | 'embedded';
  readonly clients: number;
  /** Clients that left the region. Of several runs: the fewest, or the most where nobody should. */
  readonly moved: number;
  readonly returned: number;
  /** From the injected fault, ms. Of several runs: the largest of each. */
  readonly phasesMs: Phases;
  /** Of all runs together. */
  readonly commands: Commands;
  /** Of the run that took longest. */
  readonly decisions: readonly DecisionLine[];
  /** First failed or stuck command to the last client's move, ms, over the runs; null: nobody moved. */
  readonly outageMs: Spread | null;
  readonly longestCommandMs: number;
  readonly processes: number;
  readonly ratePerSecond: number;
  readonly policy: string;
  readonly runs: readonly RunFigures[];
};

export type Spread = { readonly p50: number; readonly p99: number; readonly max: number };

export type ReportInput = Pick<
  DrillReport,
  'fault' | 'bus' | 'clients' | 'processes' | 'ratePerSecond'
> & { readonly runs: readonly RunFigures[] };

export function reportOf(input: ReportInput): DrillReport {
  const { fault, clients, runs } = input;
  const worstIs = faults[fault].moves === 'nobody' ? Math.max : Math.min;
  const sum = (pick: (commands: Commands) => number): number =>
    runs.reduce((total, run) => total + pick(run.commands), 0);
  const slowest = runs.reduce<RunFigures | null>(
    (worst, run) => (worst === null || (run.outageMs ?? 0) > (worst.outageMs ?? 0) ? run : worst),
    null,
  );
  return {
    fault,
    bus: input.bus,
    clients,
    moved: runs.length === 0 ? 0 : worstIs(...runs.map(({ moved }) => moved)),
    returned: runs.length === 0 ? 0 : worstIs(...runs.map(({ returned }) => returned)),
    phasesMs: worstPhases(runs),
    commands: {
      sent: sum(({ sent }) => sent),
      failed: sum(({ failed }) => failed),
      ambiguous: sum(({ ambiguous }) => ambiguous),
    },
    decisions: slowest?.decisions ?? [],
    outageMs: spread(runs.flatMap(({ outageMs }) => (outageMs === null ? [] : [outageMs]))),
    longestCommandMs: largest(runs.map(({ longestCommandMs }) => longestCommandMs)) ?? 0,
    processes: input.processes,
    ratePerSecond: input.ratePerSecond,
    policy: drillPolicyText,
    runs,
  };
}

/** What went otherwise than the fault asks for, in words; empty: the drill is passed. */
export function shortcomings(report: DrillReport): readonly string[] {
  const { fault, clients, runs } = report;
  return runs.flatMap(({ moved, returned }, i) => {
    const run = runs.length === 1 ? '' : `run ${i + 1}: `;
    if (faults[fault].moves === 'nobody') {
      return moved === 0 ? [] : [`${run}${moved} of ${clients} clients moved, none should have`];
    }
    return [
      ...(moved === clients ? [] : [`${run}${moved} of ${clients} clients moved`]),
      ...(returned === moved ? [] : [`${run}${returned} of ${moved} clients came back`]),
    ];
  });
}

function worstPhases(runs: readonly RunFigures[]): Phases {
  const worst = (phase: keyof Phases): number | null =>
    largest(runs.map(({ phasesMs }) => phasesMs[phase]).filter((ms) => ms !== null));
  return {
    detected: worst('detected'),
    decided: worst('decided'),
    published: worst('published'),
    appliedP50: worst('appliedP50'),
    appliedP99: worst('appliedP99'),
    appliedLast: worst('appliedLast'),
    lastFailedCommand: worst('lastFailedCommand'),
  };
}

export function spread(values: readonly number[]): Spread | null {
  const [p50, p99, max] = [quantile(values, 0.5), quantile(values, 0.99), largest(values)];
  return p50 === null || p99 === null || max === null ? null : { p50, p99, max };
}
