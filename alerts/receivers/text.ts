// Text as it may be shown to people: what comes from labels and templates is cut by code points, so
// that no character is torn, and loses what would steer a terminal or turn the reading direction
// ("Trojan Source"). Meaning is never changed here; escaping for a receiver is the receiver's.

const utf8 = new TextEncoder();
// Bidirectional marks, embeddings, overrides and isolates (Unicode 15, UAX #9) and the BOM.
const steering = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Bytes of `text` as UTF-8. */
export function bytesOf(text: string): number {
  return utf8.encode(text).length;
}

/** At most `max` code points, the last of them `…` where something was cut. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = Array.from(text);
  return points.length <= max ? text : `${points.slice(0, max - 1).join('')}…`;
}

/** Several lines, without controls (but tab and newline) and without direction marks. */
export function clean(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(controls, '')
    .replace(steering, '');
}

/** The same in one line. */
export function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}

/** A JSON value with every text in it changed; names stay. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, change));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, mapTexts(each, change)]);
  return Object.fromEntries(entries);
}
