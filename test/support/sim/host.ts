// A process on a machine: it can be stopped and continued, killed, cut off from the log, and its
// wall clock can be wrong. Whatever was planned for a killed process never happens; what was planned
// for a stopped one happens when it goes on, late and all at once, as after SIGCONT.

import type { Rng } from './rng.ts';
import type { Schedule } from './schedule.ts';

export type Network = {
  /** Time of one request, ms. */
  minMs: number;
  maxMs: number;
  /** Share of requests that are lost on the way, and whose answers are lost on the way back. */
  lost: number;
  lostAnswers: number;
};

/** Longest usual request, ms. */
export const usualMs = 8;

/** Any moment will do; this one is 2025-01-01. */
export const wallZeroMs = 1_735_689_600_000;

export class Host {
  readonly name: string;
  readonly schedule: Schedule;
  readonly rng: Rng;
  readonly network: Network;
  /** Its wall clock minus true time, ms. */
  skewMs = 0;
  /** No way to the log. */
  cut = false;
  #life = 0;
  #stoppedUntilMs = 0;

  constructor(name: string, schedule: Schedule, rng: Rng, network: Network) {
    this.name = name;
    this.schedule = schedule;
    this.rng = rng;
    this.network = network;
  }

  get wallMs(): number {
    return wallZeroMs + Math.floor(this.schedule.nowMs) + this.skewMs;
  }

  get isStopped(): boolean {
    return this.schedule.nowMs < this.#stoppedUntilMs;
  }

  /** Everything planned is forgotten. */
  kill(): void {
    this.#life++;
    this.#stoppedUntilMs = 0;
  }

  /** SIGSTOP, and SIGCONT that much later. */
  stop(forMs: number): void {
    this.#stoppedUntilMs = Math.max(this.#stoppedUntilMs, this.schedule.nowMs + forMs);
  }

  after(delayMs: number, run: () => void): void {
    const life = this.#life;
    const attempt = (): void => {
      if (life !== this.#life) return;
      if (this.isStopped) this.schedule.at(this.#stoppedUntilMs, attempt);
      else run();
    };
    this.schedule.after(delayMs, attempt);
  }

  /** Until the process dies. */
  every(periodMs: number, run: () => void, phaseMs: number = this.rng.next() * periodMs): void {
    const tick = (): void => {
      run();
      this.after(periodMs, tick);
    };
    this.after(phaseMs, tick);
  }

  requestMs(): number {
    const { minMs, maxMs } = this.network;
    return minMs + this.rng.next() * (maxMs - minMs);
  }
}
