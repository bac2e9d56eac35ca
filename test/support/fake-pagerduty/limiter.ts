// So many calls per routing key in any stretch of time. What is refused does not count, or a caller
// that is told to wait could never be let in again.

export type Limit = {
  /** Calls let in within any `windowMs`. */
  readonly calls: number;
  readonly windowMs: number;
};

/** When calls were let in, by key, oldest first. */
export type Calls = Map<string, number[]>;

/** Whether one more call may pass now; remembers it if so. */
export function letIn(calls: Calls, key: string, nowMs: number, limit: Limit): boolean {
  const recent = (calls.get(key) ?? []).filter((atMs) => atMs > nowMs - limit.windowMs);
  const isFree = recent.length < limit.calls;
  calls.set(key, isFree ? [...recent, nowMs] : recent);
  return isFree;
}
