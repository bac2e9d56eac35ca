// A relay on a real log behind the real server, and a relay that does whatever a test wants.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Bus } from '@regionpilot/bus';
import fastify from 'fastify';
import { onTestFinished } from 'vitest';
import { type Relay, type RelayOptions, startRelay } from '../../../api/io/relay.ts';
import { ProblemError, problems } from '../../../api/problem.ts';
import type { Identity } from '../../../api/route.ts';

export const identity: Identity = {
  actor: 'pod-7',
  scope: 'relay',
  auth: 'token',
  expiresMs: null,
};

export type RunningRelay = {
  readonly relay: Relay;
  readonly url: string;
  readonly port: number;
  /** Headers of every request so far. */
  readonly seen: readonly IncomingMessage['headers'][];
  readonly close: () => Promise<void>;
};

/** @param authorize Status to refuse with, or null. */
export async function runRelay(
  bus: Bus,
  options: Partial<RelayOptions> & {
    readonly port?: number;
    readonly expiresMs?: number;
    /** TLS, and whether a client's certificate is wanted. */
    readonly https?: ServerOptions;
    readonly authorize?: (headers: IncomingMessage['headers']) => number | null;
  } = {},
): Promise<RunningRelay> {
  const { port = 0, expiresMs = null, authorize = () => null, https = null, ...own } = options;
  const relay = await startRelay({ bus, topic: 'regionpilot.decisions', ...own });
  const server = fastify({ forceCloseConnections: true, https });
  const seen: IncomingMessage['headers'][] = [];
  server.get(relay.stream.path, async (request, reply) => {
    seen.push(request.headers);
    const refused = authorize(request.headers);
    if (refused !== null) return reply.code(refused).send('no');
    try {
      relay.stream.open(request, reply, { ...identity, expiresMs });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return reply.code(problems[error.slug][0]).send(error.slug);
    }
    return reply;
  });
  await server.listen({ port, host: '127.0.0.1' });
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= relay.close().then(() => server.close());
    return closing;
  };
  onTestFinished(close);
  const at = (server.server.address() as AddressInfo).port;
  const scheme = https === null ? 'http' : 'https';
  return { relay, url: `${scheme}://127.0.0.1:${at}`, port: at, seen, close };
}

/** @param answer What each request gets. */
export async function runLiar(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly requests: () => number }> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests: () => requests };
}
