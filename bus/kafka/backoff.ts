/** How long to wait between attempts, in milliseconds. */
export type Backoff = { readonly baseMs: number; readonly maxMs: number };

/**
 * Doubles from `baseMs` to `maxMs`, then half of it left to luck, so that a fleet that lost the same
 * broker does not come back in step. `attempt` counts from 0; `rng` gives 0..1.
 */
export function backoffMs({ baseMs, maxMs }: Backoff, attempt: number, rng: () => number): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + (ceiling / 2) * rng();
}
