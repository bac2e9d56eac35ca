// What a replay showed, in words: identical or not, and beside it what another policy would have done.

import type { Decision } from '@regionpilot/protocol';
import { harmless, isoTime, table } from './text.ts';

export type Difference = {
  readonly index: number;
  readonly recorded: string;
  readonly replayed: string;
};

export type ReplaySummary = {
  readonly v: 1;
  /** The journal's name, or the bus and the span. */
  readonly source: string;
  readonly inputs: number;
  readonly recorded: readonly Decision[];
  readonly replayed: number;
  readonly identical: boolean;
  readonly difference: Difference | null;
  /** Under the other policy, or null when none was given. */
  readonly otherwise: readonly Decision[] | null;
};

export function replayLines(summary: ReplaySummary): readonly string[] {
  const { source, inputs, recorded, replayed, difference, otherwise } = summary;
  return [
    `${source}: ${inputs} inputs, ${recorded.length} decisions recorded, ${replayed} replayed`,
    ...(difference === null ? ['identical byte for byte'] : differenceLines(difference)),
    ...(otherwise === null ? [] : ['', ...otherwiseLines(recorded, otherwise)]),
  ];
}

function differenceLines({ index, recorded, replayed }: Difference): readonly string[] {
  const at = firstUnlike(recorded, replayed);
  const part = (text: string): string => harmless(text.slice(Math.max(0, at - 40), at + 80));
  return [
    `DIFFERENT: decision ${index + 1}, first unlike character ${at + 1}`,
    `  recorded: …${part(recorded)}…`,
    `  replayed: …${part(replayed)}…`,
  ];
}

function firstUnlike(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  return i;
}

/** Side by side, in order of time. */
function otherwiseLines(was: readonly Decision[], other: readonly Decision[]): readonly string[] {
  const rows = [
    ...was.map((decision) => ({ who: 'was', decision })),
    ...other.map((decision) => ({ who: 'would', decision })),
  ]
    .sort((a, b) => a.decision.atMs - b.decision.atMs)
    .map(({ who, decision: { atMs, group, reason, text } }) => [
      isoTime(atMs),
      who,
      group,
      reason,
      harmless(text),
    ]);
  const count = `with the other policy: ${other.length} decisions instead of ${was.length}`;
  return [count, ...table(['TIME', '', 'GROUP', 'REASON', 'TEXT'], rows)];
}
