// Batches from the ring to the log, one publish at a time. A log that is away is asked again and
// again, ever more patiently; nothing is thrown away here except what the log will never take.

import type { Bus, OutgoingRecord } from '@regionpilot/bus';
import { batchLimits, encodeBatch, envelope, PipelineError } from '@regionpilot/protocol';
import { backOffMs } from '../back-off.ts';
import { batchFrom, type Sender, type Sending } from '../batch-from.ts';
import type { Numbered, Ring } from '../ring.ts';
import { type Notices, textOf } from './notices.ts';

export type SendingOptions = {
  readonly ring: Ring;
  readonly topic: string;
  readonly sender: Sender;
  readonly notices: Notices;
  readonly rng: () => number;
  /** Asked for each attempt. */
  readonly sending: () => Omit<Sending, 'bye'>;
  readonly delivered: (batches: readonly Numbered[]) => void;
};

const firstWaitMs = 100;
const longestWaitMs = 2_000;

export class BatchSender {
  readonly #options: SendingOptions;
  #bus: Bus | null = null;
  #busy = false;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #single = false;
  #closing = false;
  #drained: (() => void) | undefined;

  constructor(options: SendingOptions) {
    this.#options = options;
  }

  get failuresInARow(): number {
    return this.#failures;
  }

  use(bus: Bus): void {
    this.#bus = bus;
    this.pump();
  }

  /** Sends what waits, unless something is under way or a pause after a failure is running. */
  pump(): void {
    if (this.#busy || this.#retry !== undefined || this.#bus === null) return;
    if (this.#options.ring.length === 0) return this.#drained?.();
    this.#busy = true;
    void this.#send(this.#bus).finally(() => {
      this.#busy = false;
      this.pump();
    });
  }

  /** From now on the last batch there is says goodbye. */
  beginGoodbye(): void {
    this.#closing = true;
  }

  /** Sends everything and stops, at the deadline whatever is left. */
  async close(deadlineMs: number): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    let deadline: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
      deadline = setTimeout(resolve, deadlineMs);
      this.pump();
    });
    clearTimeout(deadline);
    clearTimeout(this.#retry);
    this.#bus = null;
  }

  async #send(bus: Bus): Promise<void> {
    const { ring, topic, delivered } = this.#options;
    const batches = ring.take(this.#single ? 1 : undefined);
    try {
      const records = batches.map((batch) => this.#record(batch, batch === batches.at(-1)));
      await bus.publish(topic, records);
      this.#failures = 0;
      this.#single = false;
      delivered(ring.delivered());
    } catch (error) {
      if (isTooLarge(error)) this.#shrink(batches.length);
      else this.#pause(error);
    }
  }

  /** Certainly not stored: find the one that is too large, and give that one up. */
  #shrink(batches: number): void {
    const { ring } = this.#options;
    ring.takeBack();
    if (batches === 1) ring.dropOldest('tooLarge');
    this.#single = batches > 1;
  }

  #pause(error: unknown): void {
    const { notices, rng } = this.#options;
    this.#failures++;
    notices.say({ kind: 'sendFailed', text: textOf(error), failuresInARow: this.#failures });
    const waitMs = backOffMs(this.#failures, firstWaitMs, longestWaitMs, rng);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.pump();
    }, waitMs);
    if (!this.#closing) this.#retry.unref();
  }

  #record(numbered: Numbered, isLast: boolean): OutgoingRecord {
    const { sender, sending, ring } = this.#options;
    const now = sending();
    const bye = this.#closing && isLast && ring.isLast(numbered);
    const value = encodeBatch(batchFrom(numbered, sender, { ...now, bye }));
    if (value.length > batchLimits.bytes) throw tooLarge(value.length);
    const { client, boot } = sender;
    return {
      key: client,
      value,
      headers: envelope({
        kind: 'batch',
        id: `${client}/${boot}/${numbered.seq}`,
        source: `/agents/${client}`,
        atMs: now.sentMs,
      }),
    };
  }
}

function tooLarge(bytes: number): PipelineError {
  const message = `Batch too large: got ${bytes} bytes, wanted at most ${batchLimits.bytes}`;
  return new PipelineError('RECORD_TOO_LARGE', message, { bytes, retriable: false });
}

function isTooLarge(error: unknown): boolean {
  return error instanceof PipelineError && error.code === 'RECORD_TOO_LARGE';
}
