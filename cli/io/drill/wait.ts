import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from './clock.ts';

const lookMs = 10;

/** Answers whether it came true in time. Rejects when the user wants out. */
export async function waitUntil(
  isTrue: () => boolean,
  withinMs: number,
  stopping: AbortSignal,
): Promise<boolean> {
  const deadlineMs = monotonicMs() + withinMs;
  while (!isTrue()) {
    if (monotonicMs() > deadlineMs) return false;
    await pause(lookMs, stopping);
  }
  return true;
}

/** @throws when the user wants out. */
export async function pause(ms: number, stopping: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stopping });
}
