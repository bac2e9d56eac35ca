// What the relay remembers of the decision log: the newest record of each key, which is all that a
// new follower needs, and the last records in order, so that one whose connection broke goes on where
// it stopped. An id names offset and append time: another relay of the same log knows it too, and one
// of another log (or of a log that was made anew) does not and begins anew. Rejected: ids of the
// process, which would make every rolling restart a full present for everybody.

export type RelayEntry = {
  readonly key: string;
  readonly offset: number;
  readonly appendedMs: number;
  /** The record erases its key. */
  readonly erases: boolean;
  /** Memory it holds. */
  readonly bytes: number;
};

/** `repeat`: the bus said it twice. `otherLog`: offsets went back, all that was known is forgotten. */
export type Added = 'added' | 'repeat' | 'otherLog';

const entriesKept = 2_000;
const bytesKept = 8_000_000;

export class RelayLog<Entry extends RelayEntry> {
  #recent: Entry[] = [];
  #recentBytes = 0;
  readonly #newest = new Map<string, Entry>();

  add(entry: Entry): Added {
    const last = this.#recent.at(-1);
    if (last !== undefined && entry.offset <= last.offset) {
      if (this.#knows(entry)) return 'repeat';
      this.#forget();
      this.#append(entry);
      return 'otherLog';
    }
    this.#append(entry);
    return 'added';
  }

  /** The newest of each key, in the order of the log. */
  present(): readonly Entry[] {
    return [...this.#newest.values()].sort((a, b) => a.offset - b.offset);
  }

  /** What came after an id; null: too long ago, or not of this log. */
  after(id: string | undefined): readonly Entry[] | null {
    const parts = /^(\d{1,16})-(\d{1,16})$/.exec(id ?? '');
    if (parts === null) return null;
    const [offset, appendedMs] = [Number(parts[1]), Number(parts[2])];
    const at = this.#recent.findIndex((entry) => entry.offset === offset);
    return at >= 0 && this.#recent[at]?.appendedMs === appendedMs
      ? this.#recent.slice(at + 1)
      : null;
  }

  /** Id of the newest record; empty before the first. */
  get lastId(): string {
    const last = this.#recent.at(-1);
    return last === undefined ? '' : relayId(last);
  }

  #append(entry: Entry): void {
    this.#recent.push(entry);
    this.#recentBytes += entry.bytes;
    while (
      this.#recent.length > 1 &&
      (this.#recent.length > entriesKept || this.#recentBytes > bytesKept)
    ) {
      this.#recentBytes -= this.#recent.shift()?.bytes ?? 0;
    }
    if (entry.erases) this.#newest.delete(entry.key);
    else this.#newest.set(entry.key, entry);
  }

  /** Before what is remembered, nothing can be told apart: then a repeat is the likelier. */
  #knows(entry: Entry): boolean {
    const oldest = this.#recent[0];
    if (oldest !== undefined && entry.offset < oldest.offset) {
      return entry.appendedMs <= oldest.appendedMs;
    }
    return this.#recent.some(
      ({ offset, appendedMs }) => offset === entry.offset && appendedMs === entry.appendedMs,
    );
  }

  #forget(): void {
    this.#recent = [];
    this.#recentBytes = 0;
    this.#newest.clear();
  }
}

export function relayId({ offset, appendedMs }: Pick<RelayEntry, 'offset' | 'appendedMs'>): string {
  return `${offset}-${appendedMs}`;
}
