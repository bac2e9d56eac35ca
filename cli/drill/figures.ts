// From the marks of one run to its figures: what happened when, counted from the injected fault.

import type { Decision } from '@regionpilot/protocol';
import { largest, quantile, tenth } from './quantile.ts';
import { type Hurt, stuckMs, type Tally } from './tally.ts';

export type Move = { readonly client: string; readonly region: string; readonly atMs: number };
export type Decided = { readonly decision: Decision; readonly atMs: number };
export type Published = { readonly term: number; readonly epoch: number; readonly atMs: number };

/** Everything seen in one run; times on the monotonic clock, ms. */
export type Marks = {
  readonly home: string;
  readonly faultAtMs: number;
  readonly healedAtMs: number;
  /** First change of a region's health. */
  readonly detectedAtMs: number | null;
  readonly decided: readonly Decided[];
  readonly published: readonly Published[];
  /** Every change of a client's route. */
  readonly moves: readonly Move[];
  readonly tally: Tally;
  /** Of the client whose link was cut on purpose, or null: its failures say nothing of the rest. */
  readonly alone: Tally | null;
};

export type Phases = {
  readonly detected: number | null;
  readonly decided: number | null;
  readonly published: number | null;
  readonly appliedP50: number | null;
  readonly appliedP99: number | null;
  readonly appliedLast: number | null;
  /** Null: no command failed. */
  readonly lastFailedCommand: number | null;
};

export type Commands = {
  readonly sent: number;
  readonly failed: number;
  /** INCRs in flight at the fault, answered `AMBIGUOUS_WRITE`. Not among `failed`. */
  readonly ambiguous: number;
};

export type DecisionLine = {
  readonly atMs: number;
  readonly term: number;
  readonly epoch: number;
  readonly reason: string;
  readonly admit: Readonly<Record<string, number>>;
  readonly text: string;
};

export type RunFigures = {
  readonly moved: number;
  readonly returned: number;
  readonly phasesMs: Phases;
  /** Issue of the first command that failed or took over 100 ms (at the latest the fault), to the last
   * client's move. */
  readonly outageMs: number | null;
  /** Fault to the last client's first answer from its new region. */
  readonly servedLastMs: number | null;
  /** Heal to the last client's return. */
  readonly returnedLastMs: number | null;
  readonly longestCommandMs: number;
  /** Commands that took over 100 ms and were answered. */
  readonly stuckCommands: number;
  readonly pendingCommands: number;
  readonly commands: Commands;
  /** Commands of the client whose link was cut; null when none was. */
  readonly aloneCommands: Commands | null;
  /** Code → failed commands. */
  readonly failures: Readonly<Record<string, number>>;
  readonly decisions: readonly DecisionLine[];
};

export function figuresOf(marks: Marks): RunFigures {
  const { faultAtMs, healedAtMs, home, tally, alone } = marks;
  const left = firstPerClient(marks.moves.filter(({ region }) => region !== home));
  const back = lastPerClient(marks.moves).filter(
    ({ client, region }) => region === home && left.some((move) => move.client === client),
  );
  const hurt = tally.hurt.filter(({ endMs }) => endMs >= faultAtMs);
  const applied = left.map(({ atMs }) => atMs);
  const served = left.map(({ client }) => tally.served[client]).filter((at) => at !== undefined);
  const began = Math.min(smallest(hurt.map(({ startMs }) => startMs)) ?? faultAtMs, faultAtMs);
  return {
    moved: left.length,
    returned: back.length,
    phasesMs: phasesOf(marks, applied, hurt),
    outageMs: between(began, largest(applied)),
    servedLastMs: between(faultAtMs, largest(served)),
    returnedLastMs: between(healedAtMs, largest(back.map(({ atMs }) => atMs))),
    longestCommandMs: tenth(tally.longestMs),
    stuckCommands: hurt.filter(
      ({ outcome, startMs, endMs }) => outcome === 'ok' && endMs - startMs >= stuckMs,
    ).length,
    pendingCommands: tally.pending,
    commands: commandsOf(tally),
    aloneCommands: alone === null ? null : commandsOf(alone),
    failures: byCode(failedOf(tally.hurt)),
    decisions: marks.decided.map(({ decision, atMs }) => lineOf(decision, atMs - faultAtMs)),
  };
}

function phasesOf(marks: Marks, applied: readonly number[], hurt: readonly Hurt[]): Phases {
  const since = (atMs: number | null): number | null => between(marks.faultAtMs, atMs);
  const first = marks.decided.find(({ decision }) => isMove(decision)) ?? null;
  return {
    detected: since(marks.detectedAtMs),
    decided: since(first?.atMs ?? null),
    published: since(publishedAt(marks.published, first)),
    appliedP50: since(quantile(applied, 0.5)),
    appliedP99: since(quantile(applied, 0.99)),
    appliedLast: since(largest(applied)),
    lastFailedCommand: since(largest(failedOf(hurt).map(({ endMs }) => endMs))),
  };
}

function between(fromMs: number, toMs: number | null): number | null {
  return toMs === null ? null : tenth(toMs - fromMs);
}

/** Repeating routes under a new term moves nobody. */
function isMove({ reason }: Decision): boolean {
  return reason === 'regionDown' || reason === 'regionDownFromHome';
}

function publishedAt(published: readonly Published[], first: Decided | null): number | null {
  if (first === null) return null;
  const { term, epoch } = first.decision;
  return published.find((each) => each.term === term && each.epoch === epoch)?.atMs ?? null;
}

function firstPerClient(moves: readonly Move[]): readonly Move[] {
  const first = new Map<string, Move>();
  for (const move of moves) if (!first.has(move.client)) first.set(move.client, move);
  return [...first.values()];
}

function lastPerClient(moves: readonly Move[]): readonly Move[] {
  return [...new Map(moves.map((move) => [move.client, move])).values()];
}

const failedOf = (hurt: readonly Hurt[]): readonly Hurt[] =>
  hurt.filter(({ outcome }) => outcome === 'failed');

function commandsOf({ sent, failed, ambiguous }: Tally): Commands {
  return { sent, failed, ambiguous };
}

function byCode(hurt: readonly Hurt[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { code } of hurt) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function smallest(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((least, value) => Math.min(least, value));
}

function lineOf({ term, epoch, reason, admit, text }: Decision, atMs: number): DecisionLine {
  return { atMs: tenth(atMs), term, epoch, reason, admit, text };
}
