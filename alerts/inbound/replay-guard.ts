// Keeps one event from counting twice. PagerDuty's signature covers no time, so what was caught on the
// way stays valid for ever: an event is known by its id for as long as we remember it, and by its age
// from then on. Ours is a second line; an ack carries the time it occurred, and an older one than the
// newest known changes nothing.

/** PagerDuty gives up re-sending by then: what is older was sent by somebody else. */
export const maxAgeMs: number = 48 * 3_600_000;
const mostIds = 10_000;

/** Ids of events that counted, the longest unseen first. */
export type SeenEvents = Set<string>;

export type Freshness = 'fresh' | 'seen' | 'tooOld';

export function freshnessOf(
  seen: SeenEvents,
  event: { readonly id: string; readonly occurredMs: number },
  nowMs: number,
): Freshness {
  if (event.occurredMs < nowMs - maxAgeMs) return 'tooOld';
  return seen.has(event.id) ? 'seen' : 'fresh';
}

/** To be called once the event has counted, or a retry of one that failed would be lost. */
export function rememberEvent(seen: SeenEvents, id: string): void {
  seen.delete(id);
  seen.add(id);
  const [oldest] = seen;
  if (seen.size > mostIds && oldest !== undefined) seen.delete(oldest);
}
