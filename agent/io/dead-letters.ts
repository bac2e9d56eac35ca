// What could not be read as a decision goes to the dead letter with where it came from and why. Every
// agent of a fleet meets the same bad record, so each sends few.

import { type Bus, type BusRecord, deadLetter } from '@regionpilot/bus';
import type { Rejection } from '@regionpilot/protocol';
import type { Clock } from './clock.ts';

const burst = 5;
const refillMs = 1_000;

export class DeadLetters {
  readonly #topic: string;
  readonly #clock: Clock;
  #left: number = burst;
  #refilledMs: number;
  /** Those beyond the rate, those the log did not take, and all when there is no log to tell. */
  unsent = 0;

  constructor(topic: string, clock: Clock) {
    this.#topic = topic;
    this.#clock = clock;
    this.#refilledMs = clock.nowMs();
  }

  send(bus: Bus | null, record: BusRecord, rejection: Rejection, text: string): void {
    if (bus === null || !this.#mayGo()) {
      this.unsent++;
      return;
    }
    bus.publish(this.#topic, [deadLetter(record, rejection, text)]).catch(() => {
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
