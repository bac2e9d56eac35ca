// When each command in flight was sent, in the order the server will answer. Redis answers strictly
// in order, so two numbers into a ring replace a timer, a promise or a map per command: a push costs
// one store, an answer one load, and "since when has nothing come back" is a look at the oldest one.

/** Stamps of commands whose age means nothing. */
const waiter = -1;
const behindWaiter = -2;

/** Send times of one connection, oldest first. Times are monotonic milliseconds. */
export class FlightLog {
  #stamps = new Float64Array(256);
  #mask = 255;
  #head = 0;
  #tail = 0;
  #waiters = 0;
  #expired = 0;
  #lastAnswerMs = 0;

  get size(): number {
    return (this.#tail - this.#head) & this.#mask;
  }

  get lastAnswerMs(): number {
    return this.#lastAnswerMs;
  }

  /** A command went out; `waits` when it is meant to wait. */
  sent(nowMs: number, waits: boolean): void {
    this.#stamps[this.#tail] = waits ? waiter : this.#waiters > 0 ? behindWaiter : nowMs;
    if (waits) this.#waiters++;
    this.#tail = (this.#tail + 1) & this.#mask;
    if (this.#tail === this.#head) this.#grow();
  }

  /** The oldest command was answered: its latency in ms, or -1 when that would mislead. */
  answered(nowMs: number): number {
    this.#lastAnswerMs = nowMs;
    if (this.#head === this.#tail) return -1;
    const stamp = this.#stamps[this.#head] as number;
    this.#head = (this.#head + 1) & this.#mask;
    if (stamp < 0) {
      if (stamp === waiter) this.#waiters--;
      return -1;
    }
    if (this.#expired > 0) {
      this.#expired--;
      return -1;
    }
    return nowMs > stamp ? nowMs - stamp : 0;
  }

  /** The last answer was only part of one (SUBSCRIBE to several channels): it is in flight again. */
  answeredInPart(): void {
    this.#head = (this.#head - 1) & this.#mask;
    this.#stamps[this.#head] = this.#lastAnswerMs;
    if (this.#tail === this.#head) this.#grow();
  }

  /** Time since which a command waits with nothing answered after it was sent; 0 for none. */
  waitingSinceMs(): number {
    if (this.#head === this.#tail) return 0;
    const stamp = this.#stamps[this.#head] as number;
    return stamp < 0 ? 0 : Math.max(stamp, this.#lastAnswerMs);
  }

  /** How many commands have just grown older than the caller's own timeout, each counted once. */
  expire(nowMs: number, timeoutMs: number): number {
    let fresh = 0;
    while (this.#expired < this.size) {
      const stamp = this.#stamps[(this.#head + this.#expired) & this.#mask] as number;
      if (stamp < 0 || nowMs - stamp < timeoutMs) break;
      this.#expired++;
      fresh++;
    }
    return fresh;
  }

  #grow(): void {
    const size = this.#stamps.length;
    const larger = new Float64Array(size * 2);
    for (let i = 0; i < size; i++) {
      larger[i] = this.#stamps[(this.#head + i) & this.#mask] as number;
    }
    this.#stamps = larger;
    this.#mask = size * 2 - 1;
    this.#head = 0;
    this.#tail = size;
  }
}
