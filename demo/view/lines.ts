// Lines made of coloured pieces. Width is known before colour is added, so cutting a line to the
// screen never cuts a colour code.

export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'dim' | 'strong' | 'title';
export type Span = readonly [Tone, string];
export type Line = readonly Span[];
export type Paint = (tone: Tone, text: string) => string;

const codes: Readonly<Record<Exclude<Tone, 'plain'>, string>> = {
  good: '32',
  bad: '31;1',
  warn: '33',
  dim: '2',
  strong: '1',
  title: '7;1',
};

export const withoutColour: Paint = (_, text) => text;
export const withColour: Paint = (tone, text) =>
  tone === 'plain' || text === '' ? text : `\u001b[${codes[tone]}m${text}\u001b[0m`;

export const blank: Line = [];

export function line(...spans: readonly Span[]): Line {
  return spans;
}

/** At most `columns` wide; what is cut ends in `…`. */
export function draw(spans: Line, columns: number, paint: Paint): string {
  const width = spans.reduce((sum, [, text]) => sum + text.length, 0);
  let room = width > columns ? columns - 1 : columns;
  const drawn = spans.map(([tone, text]) => {
    const part = text.slice(0, Math.max(0, room));
    room -= part.length;
    return paint(tone, part);
  });
  return width > columns ? `${drawn.join('')}…` : drawn.join('');
}

/** Words in lines of at most `columns`, and at most `most` lines. */
export function wrap(text: string, columns: number, most: number): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    const joined = last === '' ? word : `${last} ${word}`;
    if (joined.length <= columns || last === '' || lines.length === most) {
      lines[lines.length - 1] = joined;
    } else lines.push(word);
  }
  return lines;
}
