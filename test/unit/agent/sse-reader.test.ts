import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SseEvent, SseReader } from '../../../agent/sse-reader.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function all(reader: SseReader, ...chunks: readonly Uint8Array[]): readonly SseEvent[] {
  return chunks.flatMap((chunk) => {
    const read = reader.read(chunk);
    if (read.kind === 'broken') throw new Error(read.text);
    return read.events;
  });
}

describe('server-sent events', () => {
  test('names, ids, several lines of data, comments and carriage returns', () => {
    const text =
      'retry: 1000\n\n: hello\n\nid: 7-1\nevent: record\ndata: {"a":1}\n\n' +
      'data: one\r\ndata:two\r\n\r\nevent: empty\n\nid: 8\ndata\n\n';
    expect(all(new SseReader(1_000, ''), bytes(text))).toEqual([
      { id: '7-1', event: 'record', data: '{"a":1}' },
      { id: '7-1', event: 'message', data: 'one\ntwo' },
      { id: '8', event: 'message', data: '' },
    ]);
  });

  test('however the bytes are cut, the events are the same', () => {
    const text = 'id: 1\nevent: record\ndata: grüße 🙂 {"x":"\\n"}\n\n: beat\n\nid: 2\ndata: b\n\n';
    const whole = all(new SseReader(1_000, ''), bytes(text));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 }), (cuts) => {
        const rest = bytes(text);
        let at = 0;
        const chunks = cuts.map((size) => {
          at += size;
          return rest.slice(at - size, at);
        });
        expect(all(new SseReader(1_000, ''), ...chunks, rest.slice(at))).toEqual(whole);
      }),
    );
    expect(whole.map(({ data }) => data)).toEqual(['grüße 🙂 {"x":"\\n"}', 'b']);
  });

  test('an endless line, an endless event and an endless id end at the limit; endless comments are fine', () => {
    const feed = (line: string, times: number) => {
      const reader = new SseReader(1_000, '');
      for (let i = 0; i < times; i++) {
        const read = reader.read(bytes(line));
        if (read.kind === 'broken') return read.text;
      }
      return 'fine';
    };
    const tooLong = 'an event of more than 1000 characters';
    expect(feed('data: xxxxxxxxxx', 1_000)).toBe(tooLong);
    expect(feed('data: x\n', 1_000)).toBe(tooLong);
    expect(feed('id: x\n', 1_000)).toBe(tooLong);
    expect(feed('nonsense\n', 1_000)).toBe(tooLong);
    expect(feed(': beat\r\n', 100_000)).toBe('fine');
    expect(feed(': beat\n\n', 100_000)).toBe('fine');
    expect(feed('data: x\n\n', 10_000)).toBe('fine');
  });

  test('bytes that are no text break the stream', () => {
    expect(new SseReader(1_000, '').read(Uint8Array.of(0x64, 0xff, 0xfe))).toMatchObject({
      kind: 'broken',
    });
  });
});
