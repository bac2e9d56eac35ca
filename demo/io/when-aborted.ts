/** Acts at the abort, also when that was before anybody listened: a user may leave while we start. */
export function whenAborted(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
}
