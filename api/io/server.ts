/**
 * Routes as an HTTP server: who asks, may they, does the request fit, is there room; then the route.
 * Everything that fails is a problem of the closed list.
 */
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Authenticate } from '../access/caller.ts';
import { may } from '../access/may.ts';
import { ProblemError } from '../problem.ts';
import type { Identity, Route, RouteScope } from '../route.ts';
import { checkRequest } from '../schemas/check-request.ts';
import { methodsAt } from '../schemas/paths.ts';
import type { ApiLog } from './log.ts';
import { documented, documentedStream, registerDocument, registerPages } from './server-docs.ts';
import { clientErrorHandler, errorHandler, problemOf, sendProblem } from './server-errors.ts';
import {
  callerOf,
  checkAccept,
  checkAddress,
  checkLoopbackHost,
  checkOrigin,
  Turnstile,
} from './server-guards.ts';
import { answerUnknown, type NotFound } from './server-unknown.ts';
import { type Console, consoleFolder, registerConsole } from './static.ts';
import type { StreamRoute } from './stream.ts';

export type ServerLimits = {
  /** Requests of one caller in ten seconds. Default 2,000. */
  readonly readsPer10S?: number;
  /** Default 60. */
  readonly writesPer10S?: number;
  /** Requests under way at once, streams aside. Default 64. */
  readonly concurrent?: number;
  /** Default 4,000. */
  readonly connections?: number;
};

export type ServerOptions = {
  readonly routes: readonly Route[];
  readonly streams: readonly StreamRoute[];
  /** null: whoever reaches us may do everything, and only loopback reaches us. */
  readonly authenticate: Authenticate | null;
  /** PEM; null: plain HTTP. `ca`: clients may show certificates signed by it. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca?: string } | null;
  readonly version: string;
  /** Why it is not ready; empty: it is. */
  readonly notReady: () => readonly string[];
  readonly limits: ServerLimits;
  readonly log: ApiLog;
};

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity | null;
  }
  interface FastifyContextConfig {
    /** Absent: pages and files, for everybody. */
    scope?: RouteScope;
    write?: boolean;
    stream?: boolean;
  }
}

const bodyBytesMax = 65_536;
const headerBytesMax = 16_384;
const requestMs = 10_000;

/** Everybody on loopback, where nothing is configured. */
const local: Identity = { actor: 'local', scope: 'admin', auth: 'none', expiresMs: null };

export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { routes, streams, log } = options;
  const server = createServer(options);
  server.server.maxConnections = options.limits.connections ?? 4_000;
  server.decorateRequest('identity', null);
  server.setValidatorCompiler(() => () => true);
  server.setSerializerCompiler(() => (value) => JSON.stringify(value));
  server.setErrorHandler(errorHandler(log));
  server.removeContentTypeParser('text/plain');
  await registerHeaders(server, options.tls !== null);
  const allowed = methodsAt([...routes, ...streams.map(({ path }) => ({ method: 'GET', path }))]);
  let page: Console | null = null;
  const unknown: NotFound = (request, reply) => answerUnknown(request, reply, { allowed, page });
  guard(server, options, unknown);
  await registerRates(server, options.limits);
  await registerDocument(server, options.version);
  for (const route of routes) addRoute(server, route);
  for (const stream of streams) addStream(server, stream);
  await registerPages(server);
  registerProbes(server, options.notReady);
  page = await registerConsole(server, consoleFolder());
  server.setNotFoundHandler(unknown);
  return server;
}

function createServer({ tls }: ServerOptions): FastifyInstance {
  const common = {
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMs,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: false },
    genReqId: () => crypto.randomUUID(),
    clientErrorHandler,
    frameworkErrors: (
      error: Error,
      _request: FastifyRequest,
      reply: Parameters<typeof sendProblem>[0],
    ) => void sendProblem(reply, problemOf(error)),
  };
  const node = {
    maxHeaderSize: headerBytesMax,
    headersTimeout: requestMs,
    connectionsCheckingInterval: 2_000,
  };
  if (tls === null) return fastify({ ...common, http: node });
  const { cert, key, ca } = tls;
  const clients = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: false };
  return fastify({
    ...common,
    https: { ...node, cert, key, ...clients },
  }) as unknown as FastifyInstance;
}

async function registerHeaders(server: FastifyInstance, encrypted: boolean): Promise<void> {
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: encrypted,
    xFrameOptions: { action: 'deny' },
  });
}

/** In order: what costs nothing first. */
function guard(
  server: FastifyInstance,
  { authenticate, limits }: ServerOptions,
  unknown: NotFound,
): void {
  const turnstile = new Turnstile(limits.concurrent ?? 64);
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    checkAddress(request);
    const { scope, write, stream } = request.routeOptions.config;
    if (authenticate === null) checkLoopbackHost(request);
    // Before a body is read that nobody wants.
    if (request.is404) return unknown(request, reply);
    if (scope === undefined) return;
    if (write === true) checkOrigin(request);
    checkAccept(request, stream === true ? 'text/event-stream' : 'application/json');
    const identity =
      authenticate === null || scope === 'public'
        ? local
        : await authenticate(callerOf(request), Date.now());
    request.identity = identity;
    if (!may(identity, scope)) {
      throw new ProblemError('forbidden', `This access is ${identity.scope}, wanted ${scope}`);
    }
    if (stream !== true) turnstile.enter(request);
  });
  server.addHook('onResponse', async (request) => turnstile.leave(request));
  server.addHook('onRequestAbort', async (request) => turnstile.leave(request));
  server.addHook('onTimeout', async (request) => turnstile.leave(request));
}

async function registerRates(server: FastifyInstance, limits: ServerLimits): Promise<void> {
  const { readsPer10S = 2_000, writesPer10S = 60 } = limits;
  await server.register(rateLimit, {
    global: true,
    hook: 'preValidation',
    timeWindow: 10_000,
    cache: 10_000,
    max: (request) => (request.routeOptions.config.write === true ? writesPer10S : readsPer10S),
    // Reads do not use up what writes may.
    keyGenerator: ({ identity, ip, routeOptions }) =>
      `${routeOptions.config.write === true} ${identity?.auth} ${identity?.actor} ${ip}`,
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    addHeaders: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
      'retry-after': true,
    },
    errorResponseBuilder: (_request, { ttl, max }) =>
      new ProblemError('too-many-requests', `Got more than ${max} requests in 10 s`, {
        retryAfterS: Math.max(1, Math.ceil(ttl / 1_000)),
      }),
  });
}

function addRoute(server: FastifyInstance, route: Route): void {
  const { method, path, scope, write = false } = route;
  server.route({
    method,
    url: path,
    schema: documented(route),
    config: { scope, write },
    handler: async (request, reply) => {
      const params = request.params as Readonly<Record<string, string>>;
      const given = request.query as Readonly<Record<string, unknown>>;
      const { query, errors } = checkRequest(route, { params, query: given, body: request.body });
      if (errors.length > 0) throw invalid(errors);
      const answer = await route.handle({
        params,
        query,
        body: request.body,
        headers: request.headers,
        identity: request.identity ?? local,
        requestId: request.id,
        nowMs: Date.now(),
      });
      reply.header('cache-control', 'no-store').headers({ ...answer.headers });
      return reply
        .code(route.status ?? 200)
        .type('application/json')
        .send(JSON.stringify(answer.body));
    },
  });
}

function addStream(server: FastifyInstance, stream: StreamRoute): void {
  server.route({
    method: 'GET',
    url: stream.path,
    exposeHeadRoute: false,
    schema: documentedStream(stream),
    config: { scope: stream.scope, stream: true },
    handler: async (request, reply) => {
      const given = request.query as Readonly<Record<string, unknown>>;
      const { errors } = checkRequest(asRoute(stream), { params: {}, query: given, body: null });
      if (errors.length > 0) throw invalid(errors);
      stream.open(request, reply, request.identity ?? local);
      return reply;
    },
  });
}

function asRoute({ path, scope, tag, summary, query }: StreamRoute): Route {
  return {
    method: 'GET',
    path,
    scope,
    tag,
    summary,
    ...(query === undefined ? {} : { query }),
    response: {},
    handle: () => ({ body: null }),
  };
}

function invalid(errors: NonNullable<ProblemError['extra']['errors']>): ProblemError {
  const parts = errors.length === 1 ? 'One part does' : `${errors.length} parts do`;
  return new ProblemError('invalid-request', `${parts} not fit; see errors`, {
    errors: errors.slice(0, 100),
  });
}

function registerProbes(server: FastifyInstance, notReady: () => readonly string[]): void {
  server.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  server.get('/readyz', { schema: { hide: true } }, async () => {
    const reasons = notReady();
    if (reasons.length > 0)
      throw new ProblemError('not-ready', reasons.join('; '), { retryAfterS: 1 });
    return { ready: true, reasons };
  });
}
