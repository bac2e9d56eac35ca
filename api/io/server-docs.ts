/** The reference: an OpenAPI document made from the routes, a page to read and try it, problem pages. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import type { TSchema } from 'typebox';
import { idempotencyKeyPattern } from '../orders/idempotency.ts';
import { type ProblemSlug, problems } from '../problem.ts';
import { problemPage } from '../problem-pages.ts';
import type { Route } from '../route.ts';
import type { StreamEntry } from '../routes/streams.ts';
import { problemSchema } from '../schemas/common.ts';
import { operationIdOf, problemStatuses, withComponents } from '../schemas/openapi.ts';
import { problemsAt } from '../schemas/route-problems.ts';

/** Before any route. */
export async function registerDocument(server: FastifyInstance, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'RegionPilot',
        version,
        description: 'What RegionPilot knows, decides and may be told. Times are ms since 1970.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'The instance that answers.' }],
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A token of `regionpilot token create`, or a JWT of the named issuer.',
          },
        },
      },
      security: [{ bearer: [] }],
    },
    hideUntagged: true,
    transformObject: (found) =>
      withComponents('openapiObject' in found ? { ...found.openapiObject } : {}),
  });
}

/** After the document. Its own page may show its own styles; nothing else may. */
export async function registerPages(server: FastifyInstance): Promise<void> {
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP:
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    uiConfig: { docExpansion: 'list', deepLinking: true },
  });
  server.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json').send(server.swagger()),
  );
  server.get<{ readonly Params: { readonly slug: string } }>(
    '/problems/:slug',
    { schema: { hide: true } },
    async ({ params: { slug } }, reply) => {
      if (!isSlug(slug)) return reply.callNotFound();
      return reply.type('text/html; charset=utf-8').send(problemPage(slug));
    },
  );
}

function isSlug(text: string): text is ProblemSlug {
  return Object.hasOwn(problems, text);
}

/** What the document says of a route; requests are checked by ourselves, all parts at once. */
export function documented(route: Route): FastifySchema {
  const { method, path, tag, summary, params, query, body, response, status = 200 } = route;
  return {
    ...described(method, path, tag, summary, route.scope),
    ...(params === undefined ? {} : { params: plain(params) }),
    ...(query === undefined ? {} : { querystring: plain(query) }),
    ...(body === undefined ? {} : { body: plain(body) }),
    ...headersOf(route),
    response: {
      [status]: { description: 'Done.', headers: requestIdHeader, ...plain(response) },
      ...problemResponses(problemsAt(route)),
    },
  };
}

export function documentedStream(route: StreamEntry): FastifySchema {
  const { path, tag, summary, description, query, scope } = route;
  return {
    ...described('GET', path, tag, summary, scope),
    description,
    ...(query === undefined ? {} : { querystring: plain(query) }),
    response: {
      200: {
        description: 'Server-sent events.',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      ...problemResponses(problemsAt({ stream: true })),
    },
  };
}

function described(
  method: string,
  path: string,
  tag: string,
  summary: string,
  scope: Route['scope'],
): FastifySchema {
  return {
    tags: [tag],
    summary,
    description: scope === 'public' ? 'For everybody.' : `Wants the scope \`${scope}\`.`,
    operationId: operationIdOf(method, path),
    ...(scope === 'public' ? { security: [] } : {}),
  };
}

function problemResponses(slugs: readonly ProblemSlug[]): Readonly<Record<string, unknown>> {
  const content = { 'application/problem+json': { schema: plain(problemSchema) } };
  return Object.fromEntries(
    [...problemStatuses(slugs)].map(([status, names]) => [
      status,
      { description: names, headers: requestIdHeader, content },
    ]),
  );
}

const requestIdHeader = {
  'x-request-id': { type: 'string', description: 'Finds this request in the log.' },
};

const idempotencyKey = {
  'idempotency-key': {
    type: 'string',
    pattern: idempotencyKeyPattern,
    description: 'Yours, new for each write: the same key again answers the same, once done.',
  },
};

const ifMatchHeader = {
  'if-match': { type: 'string', description: 'The `ETag` of what is changed, as it was read.' },
};

function headersOf({ write, ifMatch }: Route): FastifySchema {
  const properties = {
    ...(write === true ? idempotencyKey : {}),
    ...(ifMatch === true ? ifMatchHeader : {}),
  };
  const required = Object.keys(properties);
  return required.length === 0 ? {} : { headers: { type: 'object', properties, required } };
}

/** Without what the schema library keeps to itself. */
function plain(schema: TSchema): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(schema)) as Readonly<Record<string, unknown>>;
}
