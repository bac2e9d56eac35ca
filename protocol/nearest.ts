// "Did you mean": the known name nearest to a mistyped one, when one is near enough to be likely.

/** Null when nothing known is close. */
export function nearest(text: string, known: readonly string[]): string | null {
  const limit = Math.max(2, Math.floor(text.length / 3));
  const ranked = known
    // What differs more in length alone is never close, and a hostile name is never measured.
    .filter((name) => Math.abs(name.length - text.length) <= limit && text.length <= 200)
    .map((name) => [name, distance(text.toLowerCase(), name.toLowerCase())] as const)
    .filter(([, far]) => far <= limit)
    .sort(([, a], [, b]) => a - b);
  return ranked[0]?.[0] ?? null;
}

// Levenshtein, one row at a time.
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
