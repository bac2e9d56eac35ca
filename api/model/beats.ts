// Who is alive: the heartbeats of deciders as somebody else sees them.

import type { Heartbeat } from '@regionpilot/protocol';

export type SeenHeartbeat = { readonly heartbeat: Heartbeat; readonly appendedMs: number };

/** Silence after which a heartbeat is stale: three beats, at least as long as agents wait. */
export function isStale({ heartbeat, appendedMs }: SeenHeartbeat, nowMs: number): boolean {
  return nowMs - appendedMs > Math.max(5_000, heartbeat.intervalMs * 3);
}

/** The log's clock may run a little ahead of ours. */
export function beatAgeMs({ appendedMs }: SeenHeartbeat, nowMs: number): number {
  return Math.max(0, nowMs - appendedMs);
}

/** The newest beat that answers for a group; null: nobody does. */
export function beatOf(beats: Iterable<SeenHeartbeat>, group: string): SeenHeartbeat | null {
  let newest: SeenHeartbeat | null = null;
  for (const seen of beats) {
    if (!Object.hasOwn(seen.heartbeat.epochs, group)) continue;
    if (newest === null || seen.appendedMs > newest.appendedMs) newest = seen;
  }
  return newest;
}
