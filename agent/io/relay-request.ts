// One request for the relay's stream. Files are read anew each time, so a token or certificate that
// was replaced is used from the next connection on. Redirects are not followed: a token goes where
// the config says and nowhere else.

import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Bytes } from '@regionpilot/protocol';
import type { RelayConfig } from '../config.ts';
import { relayUrl } from '../relay-config.ts';
import { textOf } from './notices.ts';

export type RelayStream = { readonly destroy: () => void };

export type StreamHandler = {
  readonly opened: () => void;
  readonly chunk: (chunk: Bytes) => void;
  /** Called at most once, never after `destroy`. */
  readonly ended: (why: string) => void;
};

/** @throws when a file of the config cannot be read. */
export function openStream(
  config: RelayConfig,
  lastId: string,
  handler: StreamHandler,
): RelayStream {
  const url = relayUrl(config.relay);
  const options: RequestOptions = { agent: false, headers: headersOf(config, lastId) };
  const request =
    url.protocol === 'https:'
      ? tlsRequest(url, { ...options, ...tlsOf(config) })
      : plainRequest(url, options);
  let over = false;
  const end = (why: string): void => {
    if (over) return;
    over = true;
    request.destroy();
    handler.ended(why);
  };
  // The agent alone never keeps a process running.
  request.on('socket', (socket) => socket.unref());
  request.on('error', (error) => end(textOf(error)));
  request.on('close', () => end('the connection was closed'));
  request.on('response', (response) => {
    const why = objection(response);
    if (why !== null) return end(why);
    handler.opened();
    response.on('data', (chunk: Buffer) => {
      if (!over) handler.chunk(chunk);
    });
    response.on('error', (error) => end(textOf(error)));
    response.on('end', () => end('the stream ended'));
  });
  request.end();
  return {
    destroy: () => {
      over = true;
      request.destroy();
    },
  };
}

function objection({ statusCode, headers }: IncomingMessage): string | null {
  if (statusCode !== 200) return `got status ${statusCode}, wanted 200`;
  const type = headers['content-type'] ?? 'nothing';
  return /^text\/event-stream\s*(;|$)/i.test(type)
    ? null
    : `got content type ${type.slice(0, 100)}, wanted text/event-stream`;
}

function headersOf({ tokenFile }: RelayConfig, lastId: string): Record<string, string> {
  return {
    accept: 'text/event-stream',
    'cache-control': 'no-store',
    ...(tokenFile === undefined ? {} : { authorization: `Bearer ${tokenIn(tokenFile)}` }),
    ...(/^[\x21-\x7e]{1,100}$/.test(lastId) ? { 'last-event-id': lastId } : {}),
  };
}

function tokenIn(file: string): string {
  const token = readFileSync(file, 'utf8').trim();
  // What no header may hold must not throw out of the request with the token in its message.
  if (!/^[\x21-\x7e]{1,4096}$/.test(token)) throw new Error(`${file} holds no token`);
  return token;
}

function tlsOf({ caFile, certFile, keyFile }: RelayConfig): RequestOptions & {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
} {
  return {
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
    ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
  };
}
