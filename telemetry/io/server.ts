/**
 * What orchestrators and scrapers ask a process: `/healthz`, `/readyz` with reasons, `/metrics`. It
 * says nothing secret and takes no orders; still it listens on loopback unless told otherwise.
 */
import { PipelineError } from '@regionpilot/protocol';
import fastify, { type FastifyInstance } from 'fastify';
import { contentTypes, formatFor, metricsText } from '../openmetrics.ts';
import type { Readiness } from '../readiness.ts';
import type { Family } from '../registry.ts';

export type TelemetryServerOptions = {
  /** Address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
  readonly collect: () => readonly Family[];
  readonly readiness: () => Readiness;
  /** An answer that is not read within this time is given up with its connection, ms. Default 10,000. */
  readonly answerMs?: number;
};

/** Each holds a whole answer in memory until it is read. */
const answersAtOnceMax = 8;

export type TelemetryServer = {
  readonly port: number;
  /** Lets requests under way finish. */
  readonly close: () => Promise<void>;
};

/** @throws {PipelineError} PORT_IN_USE; CONFIG_INVALID for an address that is not ours. */
export async function startTelemetryServer(
  options: TelemetryServerOptions,
): Promise<TelemetryServer> {
  const { host = '127.0.0.1', port, collect, readiness, answerMs = 10_000 } = options;
  const server = fastify({
    bodyLimit: 1_024,
    requestTimeout: 10_000,
    forceCloseConnections: 'idle',
  });
  boundAnswers(server, answerMs);
  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const answer = readiness();
    return reply.code(answer.ready ? 200 : 503).send(answer);
  });
  server.get('/metrics', async (request, reply) => {
    const format = formatFor(request.headers.accept);
    return reply.type(contentTypes[format]).send(metricsText(collect(), format));
  });
  return { port: await listen(server, host, port), close: () => server.close() };
}

/** Whoever reads a byte a second holds neither memory nor a place for long, and nobody else up. */
function boundAnswers(server: FastifyInstance, answerMs: number): void {
  let underWay = 0;
  server.addHook('onRequest', async (request, reply) => {
    underWay += 1;
    const deadline = setTimeout(() => request.raw.socket.destroy(), answerMs);
    deadline.unref();
    reply.raw.once('close', () => {
      underWay -= 1;
      clearTimeout(deadline);
    });
    if (underWay <= answersAtOnceMax) return;
    await reply.code(503).header('retry-after', '1').send({ status: 'too many readers at once' });
  });
}

async function listen(server: FastifyInstance, host: string, port: number): Promise<number> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw listenError(cause as NodeJS.ErrnoException, host, port);
  }
  const address = server.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): PipelineError {
  if (cause.code === 'EADDRINUSE') {
    const message = `Port ${port} of ${host} is taken; choose another for telemetry`;
    return new PipelineError('PORT_IN_USE', message, { host, port, cause, retriable: false });
  }
  const message = `Cannot listen on ${host}:${port}: ${cause.message}`;
  return new PipelineError('CONFIG_INVALID', message, { host, port, cause, retriable: false });
}
