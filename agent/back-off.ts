/**
 * Time to wait after the n-th failure in a row (n ≥ 1), ms: doubling from `baseMs` to `maxMs`, half
 * of it luck, so that a fleet that failed together does not come back together.
 */
export function backOffMs(
  failures: number,
  baseMs: number,
  maxMs: number,
  rng: () => number,
): number {
  const full = Math.min(baseMs * 2 ** Math.min(failures - 1, 30), maxMs);
  return full / 2 + (full / 2) * rng();
}
