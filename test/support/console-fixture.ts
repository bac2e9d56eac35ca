// A small stand-in for the API, for building and looking at the console without an aggregator: it
// serves the built page, plays an outage over SSE and answers what the pages ask. `--port`, `--at`
// (ms after the first failure), `--rate` (0 stops time) and `--token` may be given when run by hand.

import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { DemoState, LiveMessage, SessionInfo } from '@regionpilot/api/contract';
import { auditAt, clientsAt, matrixAt, momentAt, policyOf } from './console-fixture-pages.ts';
import {
  alertsAt,
  clientsOf,
  type GroupName,
  groupAt,
  groupsAt,
  incidentsAt,
  pipelineAt,
  silencesAt,
  timelineAt,
} from './console-fixture-world.ts';

export type FixtureOptions = {
  readonly port?: number;
  /** Where in the story it starts, ms after the first failure; negative is before. */
  readonly at?: number;
  /** 1 plays as in life, 0 stands still. */
  readonly rate?: number;
  readonly scope?: SessionInfo['scope'];
  /** Wanted as bearer; null: everybody is let in. */
  readonly token?: string | null;
  readonly demo?: boolean;
};

export type Fixture = {
  /** Of the first failure. */
  readonly epochMs: number;
  readonly url: string;
  readonly close: () => Promise<void>;
  readonly seek: (at: number) => void;
};

const dist = fileURLToPath(new URL('../../console/dist/', import.meta.url));
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
export const csp =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Starts the stand-in on loopback. */
export async function startFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const rate = options.rate ?? 1;
  let storyAt = options.at ?? 8_000;
  let startedMs = Date.now();
  let epochMs = startedMs - storyAt;
  const t = (): number => storyAt + (Date.now() - startedMs) * rate;
  const seek = (at: number): void => {
    storyAt = at;
    startedMs = Date.now();
    epochMs = startedMs - at;
  };
  const server = createServer((request, answer) => {
    handle(request, answer, {
      t: t(),
      epochMs,
      options,
      live: () => live(answer, t, () => epochMs, options),
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return { url: addressOf(server), epochMs, seek, close: () => closed(server) };
}

function addressOf(server: Server): string {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

type Moment = {
  readonly t: number;
  readonly epochMs: number;
  readonly options: FixtureOptions;
  readonly live: () => void;
};

function handle(request: IncomingMessage, answer: ServerResponse, moment: Moment): void {
  const url = new URL(request.url ?? '/', 'http://fixture');
  if (!url.pathname.startsWith('/api/')) return page(url.pathname, answer);
  const token = moment.options.token ?? null;
  if (token !== null && request.headers.authorization !== `Bearer ${token}`) {
    return problem(answer, 401, 'Unauthorized', 'This token is not known here, or it has expired.');
  }
  if (url.pathname === '/api/v1/live') return moment.live();
  const body =
    request.method === 'GET' ? read(url, moment) : write(request.method ?? '', url, moment);
  if (body === undefined)
    return problem(answer, 404, 'Not found', `There is nothing at ${url.pathname}.`);
  json(answer, 200, body);
}

function read(url: URL, { t, epochMs, options }: Moment): unknown {
  const [, , , area, name = '', sub = ''] = url.pathname.split('/').map(decodeURIComponent);
  const group = name as GroupName;
  switch (area) {
    case 'session':
      return sessionOf(options);
    case 'groups':
      return groupAnswer(group, sub, url, t, epochMs);
    case 'clients':
      return clientsAt(url.searchParams, t, epochMs);
    case 'alerts':
      return name === ''
        ? paged(alertsAt(t, epochMs))
        : alertsAt(t, epochMs).find((a) => a.fingerprint === name);
    case 'silences':
      return paged(silencesAt(epochMs));
    case 'incidents':
      return incident(name, t, epochMs);
    case 'pipeline':
      return pipelineAt(t, epochMs);
    case 'audit':
      return auditAt(epochMs);
    case 'demo':
      return demoState(options);
    default:
      return undefined;
  }
}

function groupAnswer(group: GroupName, sub: string, url: URL, t: number, epochMs: number): unknown {
  if (!(group in clientsOf)) return undefined;
  const at = Number(url.searchParams.get('at') ?? epochMs + t);
  switch (sub) {
    case '':
      return groupAt(group, t, epochMs);
    case 'timeline':
      return paged(timelineAt(t, epochMs).filter((e) => e.group === group));
    case 'matrix':
      return matrixAt(group, t, epochMs);
    case 'policy':
      return policyOf(group);
    case 'replay':
      return momentAt(group, at - epochMs, epochMs);
    default:
      return undefined;
  }
}

function incident(id: string, t: number, epochMs: number): unknown {
  const all = incidentsAt(t, epochMs);
  if (id === '') return paged(all);
  const found = all.find((i) => i.id === id);
  const entries = timelineAt(t, epochMs).filter((e) => e.incident === id);
  return found === undefined ? undefined : { ...found, entries };
}

function write(method: string, url: URL, { t, epochMs }: Moment): unknown {
  if (url.pathname.endsWith('/preview')) {
    return {
      routesChange: true,
      moving: 4_812,
      reporting: 10_000,
      warnings: ['eu-west is down: clients would be sent into an outage'],
    };
  }
  if (url.pathname.includes('/order'))
    return {
      group: url.pathname.split('/')[4],
      atMs: epochMs + t,
      author: 'local',
      expiresMs: epochMs + t + 1_800_000,
    };
  return method === 'DELETE' ? {} : (alertsAt(t, epochMs)[0] ?? {});
}

function sessionOf(options: FixtureOptions): SessionInfo {
  return {
    actor: 'noah.okafor',
    scope: options.scope ?? 'failover',
    auth: options.token == null ? 'none' : 'token',
    expiresMs: null,
    version: '0.1.0',
    instance: 'aggregator-1',
    features: { demo: options.demo ?? true, policyWrites: false },
    grafanaUrl: null,
    nowMs: Date.now(),
  };
}

function demoState(options: FixtureOptions): DemoState | null {
  if (options.demo === false) return null;
  return {
    regions: [
      { region: 'eu-west', fault: 'blackhole' },
      { region: 'eu-central', fault: null },
      { region: 'us-east', fault: null },
    ],
    faults: [
      { fault: 'refuse', meaning: 'Connections are refused' },
      { fault: 'blackhole', meaning: 'Packets vanish' },
      { fault: 'freeze', meaning: 'The server stops answering' },
    ],
    clients: 10_000,
    commands: { sent: 1_204_811, failed: 1_930, waiting: 12, perSecond: 48_200 },
  };
}

function live(
  answer: ServerResponse,
  t: () => number,
  epoch: () => number,
  options: FixtureOptions,
): void {
  answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let id = 0;
  const tell = (message: LiveMessage): void => {
    id += 1;
    answer.write(`id: ${id}\nevent: ${message.kind}\ndata: ${JSON.stringify(message)}\n\n`);
  };
  tell(snapshot(t(), epoch(), options));
  const timer = setInterval(() => {
    for (const group of groupsAt(t(), epoch()))
      tell({ kind: 'group', group: { ...group, asOfMs: Date.now() } });
    for (const entry of timelineAt(t(), epoch()).slice(0, 5)) tell({ kind: 'timeline', entry });
    for (const incident of incidentsAt(t(), epoch())) tell({ kind: 'incident', incident });
    for (const alert of alertsAt(t(), epoch())) tell({ kind: 'alert', alert });
    tell({ kind: 'pipeline', pipeline: pipelineAt(t(), epoch()) });
  }, 500);
  answer.on('close', () => clearInterval(timer));
}

function snapshot(t: number, epochMs: number, options: FixtureOptions): LiveMessage {
  return {
    kind: 'snapshot',
    nowMs: Date.now(),
    instance: 'aggregator-1',
    groups: groupsAt(t, epochMs).map((g) => ({ ...g, asOfMs: Date.now() })),
    incidents: incidentsAt(t, epochMs),
    alerts: alertsAt(t, epochMs),
    silences: silencesAt(epochMs),
    pipeline: pipelineAt(t, epochMs),
    timeline: timelineAt(t, epochMs),
    demo: demoState(options),
  };
}

const paged = <Item>(items: readonly Item[]) => ({ items, next: null, total: items.length });

function json(
  answer: ServerResponse,
  status: number,
  body: unknown,
  type = 'application/json',
): void {
  answer.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}

function problem(answer: ServerResponse, status: number, title: string, detail: string): void {
  json(
    answer,
    status,
    {
      type: `/problems/${title.toLowerCase().replace(' ', '-')}`,
      title,
      status,
      detail,
      instance: 'req-1',
    },
    'application/problem+json',
  );
}

function page(path: string, answer: ServerResponse): void {
  const file = join(dist, normalize(path));
  const found =
    file.startsWith(dist) && statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const served = found ? file : join(dist, 'index.html');
  answer.writeHead(200, {
    'content-type': types[extname(served)] ?? 'application/octet-stream',
    'content-security-policy': csp,
  });
  answer.end(readFileSync(served));
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      at: { type: 'string' },
      rate: { type: 'string' },
      token: { type: 'string' },
    },
  });
  const fixture = await startFixture({
    port: Number(values.port ?? 4_180),
    at: Number(values.at ?? -5_000),
    rate: Number(values.rate ?? 1),
    token: values.token ?? null,
  });
  console.log(`console with a made-up fleet: ${fixture.url}`);
}
