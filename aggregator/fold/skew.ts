// How far a client's clock is from the log's. A batch that was appended long after it was stamped
// was either delayed (its events really are old: a queue drained after an outage must not look like
// news) or stamped by a clock that lags. Delay only ever adds, so the smallest difference of the
// last stretch is the clock's part of it (the minimum filter of RFC 5905, section 10); the rest is
// delay and stays. A stamp from the future can only be a clock.

import type { Folder } from './state.ts';

/** Differences up to this are left alone: clocks within it are good enough, ms. */
export const skewToleranceMs = 2_000;
const stretchMs = 10_000;

/** Some thirty years: beyond it every wrong clock is the same. */
const farMs = 1e12;

/** What to add to the client's stamps, ms; 0 for a good clock. */
export function clockShift(
  folder: Folder,
  client: number,
  sentMs: number,
  appendedMs: number,
): number {
  const { offsetMs, offsetBeforeMs, offsetSinceMs } = folder.clients.columns;
  const difference = Math.min(Math.max(appendedMs - sentMs, -farMs), farMs);
  if (appendedMs - (offsetSinceMs[client] as number) > stretchMs) {
    offsetBeforeMs[client] = offsetMs[client] as number;
    offsetMs[client] = difference;
    offsetSinceMs[client] = appendedMs;
  } else if (difference < (offsetMs[client] as number)) {
    offsetMs[client] = difference;
  }
  const shift = Math.min(offsetMs[client] as number, offsetBeforeMs[client] as number);
  return Math.abs(shift) <= skewToleranceMs ? 0 : shift;
}

/** How far the clock of the client furthest off is from the log's, ms; looks at all of them. */
export function widestSkewMs({ clients, clientSlots }: Folder): number {
  const { offsetMs, offsetBeforeMs } = clients.columns;
  let widest = 0;
  for (const client of clientSlots.values()) {
    const shift = Math.min(offsetMs[client] as number, offsetBeforeMs[client] as number);
    if (Math.abs(shift) < farMs) widest = Math.max(widest, Math.abs(shift));
  }
  return widest;
}
