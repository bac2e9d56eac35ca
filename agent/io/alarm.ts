// One timer for everything an agent has to do later, so that an idle agent wakes a few times a
// second and no more. It never keeps the host's process alive.

import type { Clock } from './clock.ts';

export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at that moment, unless it is to ring earlier already. */
  at(dueMs: number): void {
    if (this.#stopped || dueMs >= this.#dueMs || this.#immediate !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dueMs = dueMs;
    const waitMs = dueMs - this.#clock.nowMs();
    // What is due now waits for the end of this turn: changes made together are told together.
    if (waitMs <= 0) this.#immediate = setImmediate(() => this.#fire()).unref();
    else this.#timer = setTimeout(() => this.#fire(), Math.ceil(waitMs)).unref();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }

  #fire(): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#immediate = undefined;
    this.#timer = undefined;
    if (!this.#stopped) this.#ring();
  }
}
