// Commands that were not sent, or may be sent again, while it is unclear where to. Oldest first, so
// that they leave in the order the caller made them. Bounded by count and bytes, and by time: a held
// command is a caller who waits.

export type HoldLimits = {
  readonly holdMs: number;
  readonly holdCommands: number;
  readonly holdBytes: number;
};

type Held<Command> = {
  readonly command: Command;
  readonly bytes: number;
  readonly sinceMs: number;
};

export class HeldCommands<Command> {
  #items: Held<Command>[] = [];
  #bytes = 0;
  #oldestMs = Number.POSITIVE_INFINITY;

  get length(): number {
    return this.#items.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a command that was never sent; false when there is no room. */
  add(command: Command, bytes: number, nowMs: number, limits: HoldLimits): boolean {
    if (this.#items.length >= limits.holdCommands) return false;
    if (this.#bytes + bytes > limits.holdBytes) return false;
    this.#items.push({ command, bytes, sinceMs: nowMs });
    this.#bytes += bytes;
    this.#oldestMs = Math.min(this.#oldestMs, nowMs);
    return true;
  }

  /** Takes back commands that had left already: they go before all others and are never refused. */
  putBack(commands: readonly Command[], nowMs: number): void {
    if (commands.length === 0) return;
    const again = commands.map((command) => ({ command, bytes: 0, sinceMs: nowMs }));
    this.#items = [...again, ...this.#items];
    this.#oldestMs = Math.min(this.#oldestMs, nowMs);
  }

  /** Removes and answers what was held for `holdMs` or longer. */
  expire(nowMs: number, holdMs: number): readonly Command[] {
    if (nowMs - this.#oldestMs < holdMs) return [];
    const isOver = ({ sinceMs }: Held<Command>): boolean => nowMs - sinceMs >= holdMs;
    const over = this.#items.filter(isOver);
    this.#replace(this.#items.filter((item) => !isOver(item)));
    return over.map(({ command }) => command);
  }

  /** Removes and answers everything, oldest first. */
  takeAll(): readonly Command[] {
    const all = this.#items.map(({ command }) => command);
    this.#replace([]);
    return all;
  }

  #replace(items: Held<Command>[]): void {
    this.#items = items;
    this.#bytes = items.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#oldestMs = items.reduce(
      (oldest, { sinceMs }) => Math.min(oldest, sinceMs),
      Number.POSITIVE_INFINITY,
    );
  }
}

/** About how much memory the arguments of a command hold. */
export function weightOf(args: readonly unknown[]): number {
  let bytes = 64;
  for (const arg of args) bytes += 16 + lengthOf(arg);
  return bytes;
}

function lengthOf(arg: unknown): number {
  if (typeof arg === 'string') return arg.length;
  return arg instanceof Uint8Array ? arg.byteLength : 8;
}
