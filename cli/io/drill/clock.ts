/** The machine's monotonic clock in ms: the same in every process, and never set by anybody. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
