// The last messages of the live stream, so that a reader whose connection broke goes on where it
// stopped. Bounds: 1,000 messages or 8 MB, whichever comes first. An id names the instance's start
// too, since ids of another process (or of this one before it restarted) mean nothing here.

export type LoggedMessage = {
  readonly number: number;
  /** Messages of one key are levels: only the last of them counts. null: each counts. */
  readonly key: string | null;
  readonly frame: Uint8Array;
};

const messagesKept = 1_000;
const bytesKept = 8_000_000;

export class LiveLog<Message extends LoggedMessage> {
  readonly #boot: string;
  #messages: Message[] = [];
  #bytes = 0;
  #last = 0;

  /** @param boot Different at every start of every instance; letters and digits. */
  constructor(boot: string) {
    this.#boot = boot;
  }

  /** Number of the newest message. */
  get last(): number {
    return this.#last;
  }

  idOf(number: number): string {
    return `${this.#boot}-${number}`;
  }

  /** @param make Is given the next number. */
  append(make: (number: number) => Message): Message {
    this.#last++;
    const message = make(this.#last);
    this.#messages.push(message);
    this.#bytes += message.frame.length;
    while (this.#messages.length > messagesKept || this.#bytes > bytesKept) {
      this.#bytes -= this.#messages.shift()?.frame.length ?? 0;
    }
    return message;
  }

  /** What came after an id; null: too long ago, or not ours. */
  after(id: string | undefined): readonly Message[] | null {
    const parts = /^([a-z0-9]{1,40})-(\d{1,15})$/.exec(id ?? '');
    if (parts === null || parts[1] !== this.#boot) return null;
    const number = Number(parts[2]);
    const oldest = this.#last - this.#messages.length + 1;
    if (number > this.#last || number + 1 < oldest) return null;
    return this.#messages.slice(number + 1 - oldest);
  }

  /** Nobody listened for a while and nothing was written down: who comes back begins anew. */
  breakOff(): void {
    this.#last++;
    this.#messages = [];
    this.#bytes = 0;
  }
}
