/**
 * Work that comes round again and again, never more often than it can afford: with ten thousand alerts
 * a look at all of them takes tens of milliseconds, and must not become all the process does.
 */
export class Pace {
  readonly #everyMs: number;
  readonly #share: number;
  #nextMs = 0;

  /**
   * @param everyMs Time between two runs while they are quick.
   * @param share Largest share of the time the work may take, 0..1.
   */
  constructor(everyMs: number, share: number) {
    this.#everyMs = everyMs;
    this.#share = share;
  }

  /** Runs `work` if it is its turn. */
  run(work: () => void): void {
    const startMs = performance.now();
    if (startMs < this.#nextMs) return;
    work();
    const tookMs = performance.now() - startMs;
    // Timers come a little early or late; a run must not be skipped for that.
    this.#nextMs = startMs + Math.max(this.#everyMs * 0.9, tookMs / this.#share);
  }
}
