/**
 * What is turned away before anybody looks at it: addresses that are too long, hosts that are not
 * ours (DNS rebinding), writes from other pages (CSRF), too much at once.
 */
import type { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.ts';
import { ProblemError } from '../problem.ts';

const urlMax = 4_096;

export function checkAddress({ url }: FastifyRequest): void {
  if (url.length > urlMax) {
    throw new ProblemError(
      'uri-too-long',
      `Got ${url.length} characters, wanted at most ${urlMax}`,
    );
  }
}

/** A page of somebody else whose name suddenly means our loopback address still says its own name. */
export function checkLoopbackHost({ host }: FastifyRequest): void {
  if (isLoopbackName(nameIn(host))) return;
  throw new ProblemError('foreign-origin', 'Without access control only loopback names are served');
}

export function isLoopbackName(name: string): boolean {
  return (
    name === 'localhost' || name === '[::1]' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name)
  );
}

function nameIn(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}

/**
 * Programs send neither header; browsers cannot leave them out. The scheme is not compared: a proxy
 * that ends TLS makes an https page of ours.
 */
export function checkOrigin({ headers, host }: FastifyRequest): void {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  const foreign =
    (origin !== undefined && URL.parse(origin)?.host !== host) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none');
  if (foreign) throw new ProblemError('foreign-origin', 'Writes are taken from our own page only');
}

export function checkAccept({ headers }: FastifyRequest, type: string): void {
  const accept = headers.accept ?? '*/*';
  const [main = ''] = type.split('/');
  const wanted = accept.split(',').map((each) => (each.split(';')[0] ?? '').trim().toLowerCase());
  const fits = wanted.some((each) =>
    [type, `${main}/*`, '*/*', 'application/problem+json', ''].includes(each),
  );
  if (!fits) throw new ProblemError('not-acceptable', `This answers with ${type}`);
}

export function callerOf({ headers, ip, raw }: FastifyRequest): Caller {
  const socket = raw.socket as Partial<TLSSocket>;
  const shown = socket.authorized === true ? socket.getPeerCertificate?.() : undefined;
  const subject = shown?.subject?.CN;
  return {
    authorization: headers.authorization,
    certificate:
      typeof subject === 'string' && shown !== undefined
        ? { subject, validToMs: Date.parse(shown.valid_to) }
        : null,
    address: ip,
  };
}

/** Readers share so many requests at a time; who comes when all are taken is told to come again. */
export class Turnstile {
  readonly #most: number;
  readonly #inside = new WeakSet<FastifyRequest>();
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws {ProblemError} busy. */
  enter(request: FastifyRequest): void {
    if (this.#count >= this.#most) {
      throw new ProblemError('busy', `${this.#most} requests are under way`, { retryAfterS: 1 });
    }
    this.#count++;
    this.#inside.add(request);
  }

  /** Safe to call for who never entered. */
  leave(request: FastifyRequest): void {
    if (this.#inside.delete(request)) this.#count--;
  }
}
