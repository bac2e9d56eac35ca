// The attempts, one record each, in `deliveries` by receiver: the proof of what was sent when, and
// the history that a silence is tried against before it is set.

import type { Labels, NoticeAction, NoticeOutcome, NoticeReason, Severity } from './alert.ts';

/**
 * `accepted` the receiver took it · `retry` it certainly did not · `uncertain` it may have (a lost
 * answer) · `rejected` it never will.
 */
export const attemptResults = ['accepted', 'retry', 'uncertain', 'rejected'] as const;
export type AttemptResult = (typeof attemptResults)[number];

export type Delivery = {
  readonly v: 1;
  readonly receiver: string;
  readonly dedupKey: string;
  readonly seq: number;
  readonly action: NoticeAction;
  readonly reason: NoticeReason;
  readonly severity: Severity;
  readonly title: string;
  /** From 1. */
  readonly attempt: number;
  readonly startedMs: number;
  readonly tookMs: number;
  readonly result: AttemptResult;
  /** HTTP status, or null where there was none. */
  readonly status: number | null;
  /** What the receiver or the network said, shortened, without secrets; null when accepted. */
  readonly error: string | null;
  /** When it will be tried again; null: never. */
  readonly nextAttemptMs: number | null;
  /** Set on the attempt that ended the notice. */
  readonly outcome: NoticeOutcome | null;
  /** From the record that caused the notice to the receiver's yes, ms; null before that. */
  readonly latencyMs: number | null;
  /** At most 100. */
  readonly alerts: readonly { readonly labels: Labels; readonly severity: Severity }[];
};
