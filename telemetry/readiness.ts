// May traffic, or a rolling upgrade, count on this process? Each answer names every reason at once.

export type Readiness = {
  readonly ready: boolean;
  /** What is missing, in words; empty when ready. */
  readonly reasons: readonly string[];
};

/** What a part must have before it does its work. */
export type ReadinessFacts = {
  readonly bus: { readonly kind: 'up' } | { readonly kind: 'down'; readonly reason: string };
  readonly topicsVerified: boolean;
  /** Its own start is over and the logs it follows were read to their ends. */
  readonly caughtUp: boolean;
  /** Partitions of ours that do not know enough yet. */
  readonly coldPartitions: readonly number[];
};

export function readinessOf(facts: ReadinessFacts): Readiness {
  const { bus, topicsVerified, caughtUp, coldPartitions } = facts;
  const reasons = [
    ...(bus.kind === 'down' ? [`the event log is down: ${bus.reason}`] : []),
    ...(topicsVerified ? [] : ['topics are not verified yet']),
    ...(caughtUp ? [] : ['the logs it follows are not read to their ends yet']),
    ...(coldPartitions.length === 0
      ? []
      : [`partitions that are not warm yet: ${coldPartitions.join(', ')}`]),
  ];
  return { ready: reasons.length === 0, reasons };
}
