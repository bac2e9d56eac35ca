// The wire format of Redis (RESP), as much of it as a stand-in server needs: requests in, replies
// out. Text is one character per byte (latin1), so lengths are byte counts and nothing is decoded.
// https://redis.io/docs/latest/develop/reference/protocol-spec/

export type Requests = {
  /** Complete requests in order, each a command name with its arguments. */
  readonly requests: readonly (readonly string[])[];
  /** The beginning of a request whose end has not arrived. */
  readonly rest: string;
};

/** Splits what has arrived into requests. @throws {Error} when it is not RESP. */
export function parseRequests(text: string): Requests {
  const requests: string[][] = [];
  let from = 0;
  for (;;) {
    const request = parseRequest(text, from);
    if (request === null) return { requests, rest: text.slice(from) };
    requests.push(request.words);
    from = request.end;
  }
}

type Request = { readonly words: string[]; readonly end: number };

function parseRequest(text: string, from: number): Request | null {
  const head = parseLength(text, from, '*');
  if (head === null) return null;
  const words: string[] = [];
  let end = head.end;
  while (words.length < head.length) {
    const size = parseLength(text, end, '$');
    if (size === null || text.length < size.end + size.length + 2) return null;
    words.push(text.slice(size.end, size.end + size.length));
    end = size.end + size.length + 2;
  }
  return { words, end };
}

function parseLength(
  text: string,
  from: number,
  sign: '*' | '$',
): { readonly length: number; readonly end: number } | null {
  if (from >= text.length) return null;
  const end = text.indexOf('\r\n', from);
  if (end === -1) return null;
  const length = Number(text.slice(from + 1, end));
  if (text[from] !== sign || !Number.isInteger(length) || length < 0) {
    throw new Error(`got ${JSON.stringify(text.slice(from, from + 20))}, wanted ${sign}<length>`);
  }
  return { length, end: end + 2 };
}

export const ok = '+OK\r\n';
export const nothing = '$-1\r\n';

export function simple(text: string): string {
  return `+${text}\r\n`;
}

export function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

export function integer(value: number): string {
  return `:${value}\r\n`;
}

/** @param text Starts with a code in capitals, for example `ERR`. */
export function failure(text: string): string {
  return `-${text}\r\n`;
}

/** Replies one after another in an array. */
export function array(replies: readonly string[]): string {
  return `*${replies.length}\r\n${replies.join('')}`;
}

/** Replies as key, value, key, value: a map where the client speaks RESP3, else an array. */
export function map(replies: readonly string[], resp3: boolean): string {
  return resp3 ? `%${replies.length / 2}\r\n${replies.join('')}` : array(replies);
}
