/**
 * One POST, one answer, within bounds: so long and no longer, 64 KB of the answer and no more, no
 * redirect followed. Says whether the request may have arrived when no answer did, since that
 * decides between "again" and "perhaps twice".
 */

import { isIP } from 'node:net';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import type { HttpAnswer, HttpRequest } from '../../receivers/port.ts';
import { type AddressGuard, AddressRefused, guardedLookup } from './address-guard.ts';

export type HttpClient = {
  /** Never rejects; ends within the timeout. */
  readonly send: (request: HttpRequest) => Promise<HttpAnswer>;
  readonly close: () => Promise<void>;
};

export type HttpClientOptions = {
  /** For the whole of it, name look-up to the end of the answer, ms. */
  readonly timeoutMs: number;
  readonly connections: number;
  /** Which addresses may be spoken to; null: all. */
  readonly guard: AddressGuard | null;
  /** The status alone is the answer, so that a body that never ends changes nothing. */
  readonly statusDecides: boolean;
};

const maxAnswerBytes = 65_536;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { timeoutMs, connections, guard } = options;
  const agent = new Agent({
    connect: connector(timeoutMs, guard),
    connections,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: 16_384,
  });
  return {
    send: (request) => {
      const problem = problemOf(request.url);
      if (problem !== null) return Promise.resolve({ kind: 'refused', reason: problem });
      return exchange(agent, new URL(request.url), request, options);
    },
    close: () => agent.destroy(),
  };
}

/** Only what a webhook can be; credentials in a URL end up in logs. */
function problemOf(url: string): string | null {
  if (!URL.canParse(url)) return 'its URL is none';
  const { protocol, username, password } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return `its URL is ${protocol}, not http(s)`;
  return username || password ? 'its URL has a user name or password in it' : null;
}

function connector(timeoutMs: number, guard: AddressGuard | null): buildConnector.connector {
  const base = { timeout: timeoutMs, allowH2: false };
  if (guard === null) return buildConnector(base);
  const connect = buildConnector({
    ...base,
    lookup: guardedLookup(guard),
  } as buildConnector.BuildOptions);
  return (options, callback) => {
    const literal = options.hostname.replace(/^\[|\]$/g, '');
    // A literal address is connected to without a look-up, so it is judged here.
    if (isIP(literal) !== 0 && !guard(literal))
      callback(new AddressRefused('private address'), null);
    else connect(options, callback);
  };
}

function exchange(
  agent: Agent,
  url: URL,
  { method, headers, body }: HttpRequest,
  { timeoutMs, statusDecides }: HttpClientOptions,
): Promise<HttpAnswer> {
  return new Promise((settle) => {
    const answer = new Answer(statusDecides, settle, timeoutMs);
    try {
      const path = `${url.pathname}${url.search}`;
      agent.dispatch({ origin: url.origin, path, method, headers, body }, answer);
    } catch (error) {
      answer.onResponseError(null, error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** One exchange as undici tells of it. */
class Answer implements Dispatcher.DispatchHandler {
  readonly #statusDecides: boolean;
  readonly #settle: (answer: HttpAnswer) => void;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #head: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | null =
    null;
  #chunks: Buffer[] = [];
  #size = 0;
  #done = false;

  constructor(statusDecides: boolean, settle: (answer: HttpAnswer) => void, timeoutMs: number) {
    this.#statusDecides = statusDecides;
    this.#settle = settle;
    this.#timer = setTimeout(() => this.#cut(`no answer within ${timeoutMs} ms`), timeoutMs);
  }

  /** The connection stands and the request leaves now. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it waited for a connection: it must not leave after all.
    if (this.#done) controller.abort(new Error('given up'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // 1xx comes before the answer and is none.
    if (status < 200) return;
    const flat = Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]);
    this.#head = { status, headers: Object.fromEntries(flat) };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#done) return;
    this.#chunks.push(chunk.subarray(0, maxAnswerBytes - this.#size));
    this.#size += chunk.length;
    if (this.#size >= maxAnswerBytes) this.#answered(true);
  }

  onResponseEnd(): void {
    this.#answered(false);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (error instanceof AddressRefused) return this.#end({ kind: 'refused', reason: refusal });
    this.#cut(reasonOf(error));
  }

  /** Whole, or as much of it as we take. */
  #answered(abort: boolean): void {
    if (this.#head === null) return this.#cut('the answer ended before it began');
    const body = Buffer.concat(this.#chunks).toString('utf8');
    this.#end({ kind: 'answer', ...this.#head, body });
    if (abort) this.#controller?.abort(new Error('over 64 KB'));
  }

  /** It broke off or took too long. */
  #cut(reason: string): void {
    if (this.#head !== null && this.#statusDecides) return this.#answered(true);
    const where =
      this.#head === null ? '' : ` in the middle of the answer (HTTP ${this.#head.status})`;
    this.#end({ kind: 'failed', sent: this.#controller !== null, reason: `${reason}${where}` });
    this.#controller?.abort(new Error('given up'));
  }

  #end(answer: HttpAnswer): void {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#timer);
    this.#chunks = [];
    this.#settle(answer);
  }
}

const refusal =
  'its address is private, and none of the `allow` ranges of this receiver has it: add the range if that is meant';

/** One line with the code in it; that of several addresses tried has no message of its own. */
function reasonOf(error: Error & { readonly code?: string }): string {
  const code = error.code ?? error.name;
  const line = error.message.split('\n', 1)[0] ?? '';
  if (line === '') return code;
  return line.includes(code) ? line : `${code}: ${line}`;
}
