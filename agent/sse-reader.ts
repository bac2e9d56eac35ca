// Server-sent events out of chunks of bytes, as the HTML standard reads them, with an end to what a
// line or an event may hold: the other side is not trusted with our memory.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream

export type SseEvent = {
  /** Last id the stream named, also for events without one of their own. */
  readonly id: string;
  readonly event: string;
  readonly data: string;
};

export type SseRead =
  | { readonly kind: 'events'; readonly events: readonly SseEvent[] }
  /** Longer than allowed, or no UTF-8: nothing that follows can be understood. */
  | { readonly kind: 'broken'; readonly text: string };

export class SseReader {
  readonly #limit: number;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true });
  /** Pieces of the line at hand; joined when its end comes. */
  #pieces: string[] = [];
  #size = 0;
  #id: string;
  #event = '';
  #data: string[] = [];

  /** @param limit Most characters of an event. @param lastId What the stream goes on from. */
  constructor(limit: number, lastId: string) {
    this.#limit = limit;
    this.#id = lastId;
  }

  read(chunk: Uint8Array): SseRead {
    let text: string;
    try {
      text = this.#utf8.decode(chunk, { stream: true });
    } catch {
      return { kind: 'broken', text: 'the stream is no UTF-8' };
    }
    const events: SseEvent[] = [];
    const lines = text.split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!this.#keep(line)) return this.#tooLong();
      this.#line(this.#takeLine(), events);
    }
    return this.#keep(rest) ? { kind: 'events', events } : this.#tooLong();
  }

  #keep(piece: string): boolean {
    if (piece !== '') this.#pieces.push(piece);
    this.#size += piece.length;
    return this.#size <= this.#limit;
  }

  #tooLong(): SseRead {
    return { kind: 'broken', text: `an event of more than ${this.#limit} characters` };
  }

  #takeLine(): string {
    const line = this.#pieces.join('');
    this.#pieces = [];
    // A comment is forgotten at once, however many come.
    if (line.startsWith(':')) this.#size -= line.length;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }

  #line(line: string, events: SseEvent[]): void {
    if (line === '') return this.#end(events);
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
  }

  #end(events: SseEvent[]): void {
    if (this.#data.length > 0) {
      const event = this.#event === '' ? 'message' : this.#event;
      events.push({ id: this.#id, event, data: this.#data.join('\n') });
    }
    this.#event = '';
    this.#data = [];
    this.#size = 0;
  }
}
