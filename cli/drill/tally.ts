// What a worker counts of its commands. Every command is counted; only those that failed or took
// long are kept one by one, because only they tell when an outage began and ended for their callers.

export type Outcome = 'ok' | 'failed' | 'ambiguous';

/** A command that failed or was stuck. */
export type Hurt = {
  readonly client: string;
  readonly command: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
  /** Code of the failure, '' when it was answered after all. */
  readonly code: string;
};

export type Tally = {
  sent: number;
  failed: number;
  ambiguous: number;
  /** Not answered when the run was over. */
  pending: number;
  longestMs: number;
  hurt: Hurt[];
  /** Client → when its first command after its last move was answered. */
  served: Record<string, number>;
};

/** An answer this late means the command was stuck, not merely slow on a busy machine. ms. */
export const stuckMs = 100;
/** Most hurt commands kept one by one per worker and run; the counts go on. */
const hurtMost = 50_000;

export function newTally(): Tally {
  return { sent: 0, failed: 0, ambiguous: 0, pending: 0, longestMs: 0, hurt: [], served: {} };
}

export function count(tally: Tally, ended: Hurt): void {
  const tookMs = ended.endMs - ended.startMs;
  tally.longestMs = Math.max(tally.longestMs, tookMs);
  if (ended.outcome === 'failed') tally.failed++;
  if (ended.outcome === 'ambiguous') tally.ambiguous++;
  const hurt = ended.outcome !== 'ok' || tookMs >= stuckMs;
  if (hurt && tally.hurt.length < hurtMost) tally.hurt.push(ended);
}

export function addTallies(tallies: readonly Tally[]): Tally {
  const all = newTally();
  for (const each of tallies) {
    all.sent += each.sent;
    all.failed += each.failed;
    all.ambiguous += each.ambiguous;
    all.pending += each.pending;
    all.longestMs = Math.max(all.longestMs, each.longestMs);
    all.hurt.push(...each.hurt);
    Object.assign(all.served, each.served);
  }
  return all;
}
