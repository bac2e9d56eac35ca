/** Every failure as a problem of the closed list; what is a bug of ours is logged and not shown. */
import type { Socket } from 'node:net';
import { PipelineError } from '@regionpilot/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError, type ProblemSlug, problemDocument, problems } from '../problem.ts';
import type { ApiLog } from './log.ts';

type Coded = Error & { readonly code?: string; readonly statusCode?: number };

const byCode: Readonly<Record<string, readonly [ProblemSlug, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported-media-type',
    'Wanted content-type application/json',
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: ['too-large', 'A body may have 65,536 bytes'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid-request', 'Got an empty body, wanted JSON'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid-request', 'The body is not JSON'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid-request', 'The body is not as long as it says'],
  FST_ERR_BAD_URL: ['invalid-request', 'The address cannot be read'],
  FST_ERR_MAX_PARAM_LENGTH: ['uri-too-long', 'A part of the address is too long'],
};

const byStatus: Readonly<Record<number, ProblemSlug>> = {
  400: 'invalid-request',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  413: 'too-large',
  414: 'uri-too-long',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
};

export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof PipelineError) return ofPipeline(error);
  const { code = '', statusCode = 500 } = error as Coded;
  const known = byCode[code];
  if (known !== undefined) return new ProblemError(...known);
  const slug = byStatus[statusCode];
  if (slug !== undefined) return new ProblemError(slug, problems[slug][1], { cause: error });
  return new ProblemError('internal', 'The request id finds it in the log', { cause: error });
}

function ofPipeline(error: PipelineError): ProblemError {
  const isLog = error.code.startsWith('BUS_') || error.code === 'TOPIC_MISSING';
  if (!isLog)
    return new ProblemError('internal', 'The request id finds it in the log', { cause: error });
  const detail = 'The event log cannot be reached now';
  return new ProblemError('log-unreachable', detail, { retryAfterS: 2, cause: error });
}

export function sendProblem(reply: FastifyReply, problem: ProblemError): FastifyReply {
  const [status] = problems[problem.slug];
  const { retryAfterS } = problem.extra;
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="regionpilot"');
  return (
    reply
      .code(status)
      .type('application/problem+json')
      .header('cache-control', 'no-store')
      // An address that cannot be read is refused before any hook could set these.
      .header('x-request-id', reply.request.id)
      .header('x-content-type-options', 'nosniff')
      .send(JSON.stringify(problemDocument(problem, reply.request.id)))
  );
}

export function errorHandler(log: ApiLog) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = problemOf(error);
    if (problem.slug === 'internal') {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log({ event: 'requestFailed', requestId: request.id, path: pathOf(request.url), reason });
    }
    sendProblem(reply, problem);
  };
}

/** Query values are not logged: they may be anything. */
export function pathOf(url: string): string {
  return (url.split('?')[0] ?? '').slice(0, 200);
}

const bySocketCode: Readonly<Record<string, readonly [ProblemSlug, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'Headers may have 16,384 bytes together'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'The request was not complete in 10 s'],
};

/** What is no HTTP at all never reaches a route; it is answered on the bare connection. */
export function clientErrorHandler(
  error: Error & { readonly code?: string },
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [slug, detail] = bySocketCode[error.code ?? ''] ?? ['invalid-request', 'This is not HTTP'];
  const document = problemDocument(new ProblemError(slug, detail), 'none');
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${document.status} ${document.status === 431 ? 'Too Large' : 'Bad Request'}`,
    'content-type: application/problem+json',
    'connection: close',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  else socket.destroy();
}
