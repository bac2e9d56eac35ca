import type { Happening } from '../happening.ts';
import { clock } from './format.ts';
import { type Line, line, type Tone, wrap } from './lines.ts';

const tones: Readonly<Record<Happening['tone'], Tone>> = {
  good: 'good',
  bad: 'bad',
  warn: 'warn',
  note: 'dim',
};
const indent = 16;

/** The latest events that fit, oldest of them first; decisions with their evidence below. */
export function timelineLines(
  happenings: readonly Happening[],
  startedMs: number,
  columns: number,
  rows: number,
): readonly Line[] {
  const lines: Line[] = [];
  for (const happening of happenings.toReversed()) {
    const more = linesOf(happening, startedMs, columns);
    if (lines.length + more.length > rows) break;
    lines.unshift(...more);
  }
  return lines;
}

function linesOf(happening: Happening, startedMs: number, columns: number): readonly Line[] {
  const { atMs, tone, what, text, evidence } = happening;
  const room = Math.max(20, columns - indent);
  const [first = '', ...rest] = wrap(text, room, 2);
  const below = evidence === null ? [] : wrap(evidence, room, 3);
  return [
    line(
      ['dim', `${clock(atMs - startedMs).padStart(6)} `],
      [tones[tone], what.padEnd(indent - 7)],
      ['plain', first],
    ),
    ...rest.map((each) => line(['plain', ' '.repeat(indent) + each])),
    ...below.map((each) => line(['dim', ' '.repeat(indent) + each])),
  ];
}
