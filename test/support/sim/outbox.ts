// How an aggregator's records get into the log: `aggregator/io/outbox.ts` under the virtual clock.
// A request can be lost (sent again later) and so can its answer (sent again although it arrived).

import type { Host } from './host.ts';
import type { Outgoing, SimLog, TopicName } from './log.ts';

export type SimOutboxOptions = {
  readonly log: SimLog;
  readonly host: Host;
  readonly topic: TopicName;
  /** Newest per key only. */
  readonly latestOnly: boolean;
  /** Longer than a usual request: bulk that may wait, ms. */
  readonly extraMs?: number;
};

export class SimOutbox {
  readonly #options: SimOutboxOptions;
  #waiting: Outgoing[] = [];
  #busy = false;
  #attempts = 0;

  constructor(options: SimOutboxOptions) {
    this.#options = options;
  }

  push(records: readonly Outgoing[]): void {
    if (records.length === 0) return;
    this.#waiting = this.#kept([...this.#waiting, ...records]);
    if (!this.#busy) this.#send();
  }

  #send(): void {
    if (this.#waiting.length === 0) return;
    this.#busy = true;
    const batch = this.#waiting.splice(0, 200);
    const { host, extraMs = 0 } = this.#options;
    host.after(host.requestMs() + host.rng.next() * extraMs, () => this.#arrive(batch));
  }

  #arrive(batch: readonly Outgoing[]): void {
    const { log, host, topic } = this.#options;
    const { lost, lostAnswers } = host.network;
    const arrives = !log.down && !host.cut && !host.rng.chance(lost);
    if (arrives) for (const record of batch) log.append(topic, record);
    if (arrives && !host.rng.chance(lostAnswers)) {
      this.#attempts = 0;
      host.after(host.requestMs(), () => this.#done());
      return;
    }
    this.#attempts++;
    this.#waiting = this.#kept([...batch, ...this.#waiting]);
    host.after(Math.min(1_000, 50 * 2 ** this.#attempts), () => this.#done());
  }

  #done(): void {
    this.#busy = false;
    this.#send();
  }

  #kept(records: readonly Outgoing[]): Outgoing[] {
    if (!this.#options.latestOnly) return [...records];
    const newest = new Map<string, Outgoing>();
    for (const record of records) {
      newest.delete(record.key);
      newest.set(record.key, record);
    }
    return [...newest.values()];
  }
}
