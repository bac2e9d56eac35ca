// The other end of `child.ts`: how a process of the drill speaks to it.

/** Hears the drill until it is gone; then there is nothing left to do here. */
export function hearParent<To>(listener: (message: To) => Promise<void> | void): void {
  process.on('message', (message) => {
    Promise.resolve(listener(message as To)).catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      tellParent({ kind: 'failed', text });
    });
  });
  process.once('disconnect', () => process.exit(0));
}

export function tellParent<From extends object>(message: From): void {
  if (process.connected) process.send?.(message);
}
