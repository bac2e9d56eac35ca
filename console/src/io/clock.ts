// The page's clock: a signal that ticks four times a second and follows the server's time, so that a
// laptop whose clock is wrong still shows right ages.

import { type ReadonlySignal, signal } from '@preact/signals';

const ticking = signal(Date.now());
let serverAheadMs = 0;

/** Server time, ms since 1970, new every 250 ms. */
export const now: ReadonlySignal<number> = ticking;

/** Server time at this very moment. */
export function serverNow(): number {
  return Date.now() + serverAheadMs;
}

/** Follows a time the server just told. */
export function followServer(nowMs: number): void {
  serverAheadMs = nowMs - Date.now();
  ticking.value = nowMs;
}

setInterval(() => {
  ticking.value = serverNow();
}, 250);

/** Resolves after `ms`, or at once when aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
