/** Bounds on waiting: a question that is not answered in time is an answer too. */

/** @throws {Error} when `work` takes longer than `ms`; its late outcome is nobody's concern. */
export async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let alarm: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    alarm = setTimeout(() => reject(new Error(`no answer within ${ms / 1_000}s`)), ms);
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(alarm);
  }
}
