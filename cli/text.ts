// What the terminal shows: columns that line up, and colour that says nothing the words do not.

export type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'strong';
export type Paint = (tone: Tone, text: string) => string;

const sgr: Readonly<Record<Tone, readonly [number, number]>> = {
  good: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
  dim: [2, 22],
  strong: [1, 22],
};

export const plain: Paint = (_tone, text) => text;
export const coloured: Paint = (tone, text) =>
  `\u001b[${sgr[tone][0]}m${text}\u001b[${sgr[tone][1]}m`;

/** Lines of a table; the last column is not padded. Empty without rows. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const widths = head.map((name, i) =>
    Math.max(name.length, ...rows.map((row) => width(row[i] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)];
}

function width(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes take no room.
  return text.replace(/\u001b\[\d+m/g, '').length;
}

/** Text from a record, made harmless for a terminal: control characters become `?`. */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is being removed.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?');
}

/** `2026-11-21T10:00:00.000Z`, or the raw number when it is no time. */
export function isoTime(ms: number): string {
  const bounded = Math.abs(ms) <= 8_640_000_000_000_000;
  return bounded ? new Date(ms).toISOString() : String(ms);
}
