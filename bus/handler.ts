// Calls into code that is not the bus's. A handler that throws is a bug of its owner: the bus goes
// on with the next record, and the error surfaces as the process's uncaught exception, where the
// owner of the process decides what a bug means.

export function guard(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
