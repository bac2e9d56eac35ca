// Newest wins. A log may be read again from an earlier place, and a writer that was slow may be
// appended behind one that was quick; so each subject remembers how new the last word about it was,
// and older words change nothing. Newness is the writer's own (term, time), never the time of arrival:
// comparing one clock's stamps with another's would throw away news whenever clocks differ.

import type { IncidentRecord } from '@regionpilot/protocol';

export type Stamp = {
  readonly term: number;
  readonly atMs: number;
  /** What was already heard with exactly this stamp, so that reading it again is no news. */
  readonly seen: readonly string[];
};

/** One step of a brain says a few things in the same millisecond. */
const seenMost = 32;

/** Notes the word and answers whether it is news about the subject. */
export function isNews(
  stamps: Map<string, Stamp>,
  subject: string,
  { term, atMs }: Pick<IncidentRecord, 'term' | 'atMs'>,
  word: string,
): boolean {
  const known = stamps.get(subject);
  if (known === undefined || term > known.term || (term === known.term && atMs > known.atMs)) {
    stamps.set(subject, { term, atMs, seen: [word] });
    return true;
  }
  const same = term === known.term && atMs === known.atMs;
  if (!same || known.seen.includes(word)) return false;
  stamps.set(subject, { term, atMs, seen: [...known.seen, word].slice(-seenMost) });
  return true;
}
