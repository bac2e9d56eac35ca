// What a light client does all day: mostly reads, some writes that may be repeated, and a few that
// may not, because those are the ones a failover can leave in doubt.

export type Work =
  | { readonly kind: 'get'; readonly key: string }
  | { readonly kind: 'set'; readonly key: string; readonly value: string }
  | { readonly kind: 'incr'; readonly key: string };

const keys = 500;

/** @param rng Luck, 0 ≤ x < 1. */
export function nextWork(client: string, rng: () => number): Work {
  const kind = rng();
  const key = `item:${Math.floor(rng() * keys)}`;
  if (kind < 0.6) return { kind: 'get', key };
  if (kind < 0.85) return { kind: 'set', key, value: client };
  return { kind: 'incr', key: `visits:${client}` };
}

/** Pause before the next command, ms: on average `1,000 / perSecond`, never in step with others. */
export function pauseMs(perSecond: number, rng: () => number): number {
  return (1_000 / perSecond) * (0.5 + rng());
}
