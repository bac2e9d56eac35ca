// What the agent says, and the nets under the host's code. Whatever a listener, a probe or a log
// function of the host throws ends here, counted.

import type { AgentEvent, AgentListener } from '../events.ts';

export class Notices {
  readonly #listeners = new Set<AgentListener>();
  #survived = 0;

  constructor(log: AgentListener | undefined) {
    if (log !== undefined) this.#listeners.add(log);
  }

  /** Errors caught so far that would have reached the host. */
  get survived(): number {
    return this.#survived;
  }

  listen(listener: AgentListener): () => void {
    // A wrapper of its own, so that one function may listen twice.
    const own: AgentListener = (event) => listener(event);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  say(event: AgentEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch {
        // Telling the listeners that a listener threw would only make it throw again.
        this.#survived++;
      }
    }
  }

  survive(where: string, error: unknown): void {
    this.#survived++;
    this.say({ kind: 'survivedError', where, text: textOf(error) });
  }

  /** Runs code that must not throw into the host. */
  guard<Result>(where: string, otherwise: Result, run: () => Result): Result {
    try {
      return run();
    } catch (error) {
      this.survive(where, error);
      return otherwise;
    }
  }
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
