/**
 * The console's files, shipped built. Their list is read once, so no address can name another file;
 * every other address of a page gets the console, which knows its own deep links.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

const entry = '@regionpilot/console/dist/index.html';

/** null: it was not built. */
export function consoleFolder(): string | null {
  try {
    const file = fileURLToPath(import.meta.resolve(entry));
    return existsSync(file) ? dirname(file) : null;
  } catch {
    return null;
  }
}

export type Console = {
  /** Answers with the page itself. */
  readonly sendPage: (reply: FastifyReply) => FastifyReply;
};

export async function registerConsole(
  server: FastifyInstance,
  folder: string | null,
): Promise<Console> {
  if (folder === null) {
    const sendPage = (reply: FastifyReply): FastifyReply =>
      reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(notBuilt);
    server.get('/', { schema: { hide: true } }, (_request, reply) => sendPage(reply));
    return { sendPage };
  }
  const page = readFileSync(`${folder}/index.html`);
  await server.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    preCompressed: true,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.header('cache-control', isHashed(path) ? forever : 'no-cache');
    },
  });
  const sendPage = (reply: FastifyReply): FastifyReply =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
  server.get('/', { schema: { hide: true } }, (_request, reply) => sendPage(reply));
  return { sendPage };
}

const forever = 'public, max-age=31536000, immutable';

/** Vite writes `name-<hash>.ext` into `assets`. */
function isHashed(path: string): boolean {
  return /[\\/]assets[\\/][^\\/]+-[A-Za-z0-9_-]{8,}\.[a-z0-9.]+$/.test(path);
}

/** A page of the console: no file, and no way out of the folder. */
export function isPagePath(url: string): boolean {
  const [path = ''] = url.split('?');
  const isTrick = /\.\.|\/\.|%2e|%5c|%00|\\|\/\//i.test(path);
  // A dot makes a file of it, but names of groups and incidents may have one.
  const isNamed = /^\/(groups|incidents|policy)\//.test(path);
  const isFile = !isNamed && (path.split('/').at(-1) ?? '').includes('.');
  const isOurs = /^\/(api|docs|problems|healthz|readyz|openapi\.json)(\/|$)/.test(path);
  return !isTrick && !isFile && !isOurs;
}

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>RegionPilot</title>
<h1>The console is not built here</h1>
<p>Run <code>npm run console:build</code> and start again. The API works without it: see
the <a href="/docs/">reference</a>, <a href="/api/v1/groups">groups</a> and
<a href="/api/v1/live">the live stream</a>.</p>
</html>
`;
