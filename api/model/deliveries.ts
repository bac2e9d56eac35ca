// What receivers were sent in the last 24 hours, in hours, and the last attempt of each story. Bounds:
// 200 receivers of 25 hours, 5,000 stories (the longest untouched is forgotten).

import type { Delivery } from '@regionpilot/protocol';

export type ReceiverCounts = {
  readonly receiver: string;
  readonly delivered: number;
  readonly failed: number;
  readonly lastError: string | null;
};

export type LastAttempt = Pick<Delivery, 'seq' | 'attempt' | 'error'>;

const hourMs = 3_600_000;
const hoursKept = 24;
const receiversKept = 200;
const storiesKept = 5_000;

type Tally = {
  readonly hours: Map<number, { delivered: number; failed: number }>;
  lastError: string | null;
};

export class Deliveries {
  readonly #receivers = new Map<string, Tally>();
  readonly #last = new Map<string, LastAttempt>();

  take(delivery: Delivery): void {
    const { receiver, dedupKey, seq, attempt, error, outcome, startedMs } = delivery;
    this.#remember(`${receiver}/${dedupKey}`, { seq, attempt, error });
    const tally = this.#tally(receiver);
    if (tally === null) return;
    if (error !== null) tally.lastError = error;
    else if (outcome === 'delivered') tally.lastError = null;
    const hour = Math.floor(startedMs / hourMs);
    const counts = tally.hours.get(hour) ?? { delivered: 0, failed: 0 };
    tally.hours.set(hour, counts);
    if (outcome === 'delivered') counts.delivered++;
    if (outcome === 'deadLettered') counts.failed++;
    for (const each of tally.hours.keys()) if (each < hour - hoursKept) tally.hours.delete(each);
  }

  counts(nowMs: number): readonly ReceiverCounts[] {
    const oldest = Math.floor(nowMs / hourMs) - hoursKept;
    return [...this.#receivers].map(([receiver, { hours, lastError }]) => {
      const recent = [...hours].filter(([hour]) => hour > oldest).map(([, counts]) => counts);
      return {
        receiver,
        delivered: recent.reduce((total, { delivered }) => total + delivered, 0),
        failed: recent.reduce((total, { failed }) => total + failed, 0),
        lastError,
      };
    });
  }

  lastOf(receiver: string, dedupKey: string): LastAttempt | null {
    return this.#last.get(`${receiver}/${dedupKey}`) ?? null;
  }

  #remember(story: string, last: LastAttempt): void {
    this.#last.delete(story);
    this.#last.set(story, last);
    const [oldest] = this.#last.keys();
    if (this.#last.size > storiesKept && oldest !== undefined) this.#last.delete(oldest);
  }

  #tally(receiver: string): Tally | null {
    const known = this.#receivers.get(receiver);
    if (known !== undefined) return known;
    if (this.#receivers.size >= receiversKept) return null;
    const tally: Tally = { hours: new Map(), lastError: null };
    this.#receivers.set(receiver, tally);
    return tally;
  }
}
