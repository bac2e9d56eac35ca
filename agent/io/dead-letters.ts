// What could not be read as a decision goes to the dead letter with where it came from and why. Every
// agent of a fleet meets the same bad record, so each sends few.

import type { Bus, BusRecord } from '@regionpilot/bus';
import type { Clock } from './clock.ts';

const burst = 5;
const refillMs = 1_000;

export class DeadLetters {
  readonly #topic: string;
  readonly #clock: Clock;
  #left: number = burst;
  #refilledMs: number;
  /** Those beyond the rate, and those the log did not take. */
  unsent = 0;

  constructor(topic: string, clock: Clock) {
    this.#topic = topic;
    this.#clock = clock;
    this.#refilledMs = clock.nowMs();
  }

  send(bus: Bus, record: BusRecord, rejection: string, text: string): void {
    if (!this.#mayGo()) {
      this.unsent++;
      return;
    }
    const letter = {
      key: record.key.slice(0, 200),
      value: record.value,
      headers: {
        ...record.headers,
        rp_origin_topic: record.topic,
        rp_origin_partition: String(record.partition),
        rp_origin_offset: String(record.offset),
        rp_rejection: rejection,
        rp_reason: text.slice(0, 500),
      },
    };
    bus.publish(this.#topic, [letter]).catch(() => {
      this.unsent++;
    });
  }

  #mayGo(): boolean {
    const now = this.#clock.nowMs();
    const earned = Math.floor((now - this.#refilledMs) / refillMs);
    if (earned > 0) {
      this.#left = Math.min(burst, this.#left + earned);
      this.#refilledMs += earned * refillMs;
    }
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }
}
