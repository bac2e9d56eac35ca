// What waits for a follower who reads too slowly: of levels only the last, of everything else each, in
// the order of the stream.

import type { LoggedMessage } from './live-log.ts';

export class HeldBack<Message extends LoggedMessage> {
  readonly #waiting = new Map<string, Message>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  add(message: Message): void {
    const key = message.key ?? `#${message.number}`;
    const before = this.#waiting.get(key);
    if (before !== undefined) {
      this.#bytes -= before.frame.length;
      this.#waiting.delete(key);
    }
    this.#waiting.set(key, message);
    this.#bytes += message.frame.length;
  }

  takeAll(): readonly Message[] {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#bytes = 0;
    return all;
  }
}
