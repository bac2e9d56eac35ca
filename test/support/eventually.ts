import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats `check` until it stops throwing, at most `withinMs`; then its last error is the failure. */
export async function eventually<Value>(
  check: () => Value | Promise<Value>,
  withinMs = 20_000,
): Promise<Value> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await sleep(10);
    }
  }
}
