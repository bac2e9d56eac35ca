// When each command in flight was sent, in the order the server will answer. Redis answers strictly
// in order, so two numbers into a ring replace a timer, a promise or a map per command: a push costs
// one store, an answer one load, and "since when has nothing come back" is a look at the oldest one.

/** Stamps of commands whose age means nothing. */
const waiter = -1;
const behindWaiter = -2;
const failure = -3;

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

  /**
   * The server answered its oldest `count` commands by now; `each` hears of every latency, in ms,
   * that means something.
   */
  answered(count: number, nowMs: number, each: (latencyMs: number) => void): void {
    if (count > 0) this.#lastAnswerMs = nowMs;
    for (let left = Math.min(count, this.size); left > 0; left--) {
      const stamp = this.#stamps[this.#head] as number;
      this.#head = (this.#head + 1) & this.#mask;
      if (stamp === waiter) this.#waiters--;
      else if (stamp >= 0 && this.#expired > 0) this.#expired--;
      else if (stamp >= 0) each(nowMs > stamp ? nowMs - stamp : 0);
    }
  }

  /** The command `index` places from the oldest failed: its latency means nothing. */
  failed(index: number): void {
    const place = (this.#head + index) & this.#mask;
    if (index >= this.size || (this.#stamps[place] as number) < 0) return;
    if (index < this.#expired) this.#expired--;
    this.#stamps[place] = failure;
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
