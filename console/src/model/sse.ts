// Reads a server-sent event stream out of text that arrives in arbitrary pieces. EventSource would
// do it, but it cannot send an Authorization header and hides the comments that prove the line lives.

export type SseEvent = {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
};

export type SseState = {
  /** Text behind the last complete block. */
  readonly rest: string;
  /** Wait before the next attempt as the server asked, ms; null: it did not. */
  readonly retryMs: number | null;
};

export const sseStart: SseState = { rest: '', retryMs: null };

/** The state after more text, and the events that are complete now. Comments yield no event. */
export function readSse(state: SseState, text: string): readonly [SseState, readonly SseEvent[]] {
  const blocks = `${state.rest}${text}`.replace(/\r\n/g, '\n').split('\n\n');
  const rest = blocks.pop() ?? '';
  const read = blocks.map(readBlock);
  const retryMs = read.findLast((block) => block.retryMs !== null)?.retryMs ?? state.retryMs;
  return [{ rest, retryMs }, read.flatMap((block) => (block.event === null ? [] : [block.event]))];
}

type Block = { readonly event: SseEvent | null; readonly retryMs: number | null };

function readBlock(block: string): Block {
  const fields = block.split('\n').map(fieldOf);
  const last = (name: string): string | null => fields.findLast(([n]) => n === name)?.[1] ?? null;
  const data = fields.filter(([name]) => name === 'data').map(([, value]) => value);
  const retry = last('retry');
  return {
    event:
      data.length === 0
        ? null
        : { id: last('id'), event: last('event') ?? 'message', data: data.join('\n') },
    retryMs: retry !== null && /^\d+$/.test(retry) ? Number(retry) : null,
  };
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  if (colon < 0) return [line, ''];
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
}

/** Wait before attempt `n` (from 1), ms: doubles from 0.5 s to 15 s, ±20 % by `rng` (0..1). */
export function backoffMs(attempt: number, rng: () => number): number {
  const base = Math.min(15_000, 500 * 2 ** Math.min(attempt - 1, 10));
  return Math.round(base * (0.8 + 0.4 * rng()));
}
