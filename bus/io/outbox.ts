/**
 * Records on their way to the log, kept until the log has them. Decisions are full snapshots, so
 * only the newest of each key waits (a fleet that missed two decisions wants the second); all else
 * waits in order, bounded, the oldest counted and dropped when the bound is reached.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus, OutgoingRecord } from '../port.ts';

export type OutboxOptions = {
  readonly bus: Bus;
  readonly topic: string;
  /** Newest per key only. */
  readonly latestOnly: boolean;
  /** Most records that wait. */
  readonly most: number;
  /** Told of every failed attempt: the topic, how many in a row, and why. */
  readonly onFailure: (topic: string, attempts: number, reason: string) => void;
};

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #closing = new AbortController();
  #waiting: OutgoingRecord[] = [];
  #sending: Promise<void> | null = null;
  /** Records given up because too many waited. */
  dropped = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  push(records: readonly OutgoingRecord[]): void {
    if (records.length === 0 || this.#closing.signal.aborted) return;
    this.#waiting.push(...records);
    if (this.#options.latestOnly) this.#waiting = newestPerKey(this.#waiting);
    const over = this.#waiting.length - this.#options.most;
    if (over > 0) {
      this.#waiting.splice(0, over);
      this.dropped += over;
    }
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
  }

  /** True: everything pushed so far is in the log. False: the deadline passed first. */
  async flush(deadlineMs: number): Promise<boolean> {
    const deadline = sleep(deadlineMs, false, { ref: false });
    const sent = (this.#sending ?? Promise.resolve()).then(() => this.#waiting.length === 0);
    return Promise.race([sent, deadline]);
  }

  async close(deadlineMs = 1_000): Promise<void> {
    await this.flush(deadlineMs);
    this.#closing.abort();
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    let attempts = 0;
    while (this.#waiting.length > 0 && !this.#closing.signal.aborted) {
      const batch = this.#waiting.splice(0, 200);
      try {
        await this.#options.bus.publish(this.#options.topic, batch);
        attempts = 0;
      } catch (error) {
        attempts += 1;
        this.#putBack(batch);
        this.#report(attempts, error);
        await this.#pause(attempts);
      }
    }
  }

  #putBack(batch: readonly OutgoingRecord[]): void {
    const all = [...batch, ...this.#waiting];
    this.#waiting = this.#options.latestOnly ? newestPerKey(all) : all;
  }

  #report(attempts: number, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.onFailure(this.#options.topic, attempts, reason);
  }

  async #pause(attempts: number): Promise<void> {
    const ms = Math.min(1_000, 50 * 2 ** attempts) * (0.5 + Math.random() / 2);
    await sleep(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}

function newestPerKey(records: readonly OutgoingRecord[]): OutgoingRecord[] {
  const newest = new Map<string, OutgoingRecord>();
  for (const record of records) {
    newest.delete(record.key);
    newest.set(record.key, record);
  }
  return [...newest.values()];
}
