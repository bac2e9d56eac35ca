// A counter that appears with its first event has no value before it, and `increase()` never sees
// that event. So where the names are a closed list, each is there from the start, at 0.

import type { Counts } from '@regionpilot/protocol';

/** The counts, and a zero for each of `whats` that one of `ofs` has not met yet. */
export function withZeros(
  counts: Counts,
  ofs: readonly string[],
  whats: readonly string[],
): Counts {
  const met = new Set(counts.map(([of, what]) => `${of}\n${what}`));
  const zeros = [...new Set(ofs)].flatMap((of) =>
    whats.filter((what) => !met.has(`${of}\n${what}`)).map((what) => [of, what, 0] as const),
  );
  return [...counts, ...zeros];
}
