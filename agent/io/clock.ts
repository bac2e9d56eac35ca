/** The agent's two clocks: one for durations, one for stamps. */
export type Clock = {
  /** Monotonic, ms. */
  readonly nowMs: () => number;
  /** ms since 1970. */
  readonly wallMs: () => number;
};

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
};
