// What is said of a name nobody knows: what is known, and which of it was probably meant.

import { nearest } from '@regionpilot/protocol';

/** `no region eas in payments (east, west): did you mean east?` */
export function unknownName(what: string, text: string, known: readonly string[]): string {
  const listed = known.length === 0 ? 'none is known' : known.join(', ');
  const near = nearest(text, known);
  return `no ${what} ${text} (${listed})${near === null ? '' : `: did you mean ${near}?`}`;
}
