import type { Command } from 'ioredis';

/** One attempt to have a command answered. Cut off, it settles nobody. */
export class Leg {
  /** What the Cluster client gets: the caller's command in everything but how it settles. */
  readonly command: Command;
  readonly original: Command;
  #cut = false;

  constructor(original: Command, settled: () => void) {
    this.original = original;
    const command: Command = Object.create(original);
    command.name = original.name;
    // A script swaps its hash for its text in here on its way out.
    command.args = [...original.args];
    command.resolve = (value: unknown): void => {
      if (this.#cut) return;
      settled();
      original.setReplyContext(command as never);
      original.resolve(value);
    };
    command.reject = (error: Error): void => {
      if (this.#cut) return;
      settled();
      original.reject(error);
    };
    this.command = command;
  }

  cut(): void {
    this.#cut = true;
  }
}
