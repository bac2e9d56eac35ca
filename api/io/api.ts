/** The HTTP API of one instance: follows the log, serves what it knows, streams what changes. */
import type { Bus, BusHealth } from '@regionpilot/bus';
import { PipelineError, type TopicName, topicFullName } from '@regionpilot/protocol';
import type { FastifyInstance } from 'fastify';
import type { Authenticate } from '../access/caller.ts';
import type { PipelineState } from '../contract/pipeline.ts';
import { World } from '../model/world.ts';
import type { Route } from '../route.ts';
import { allRoutes } from '../routes/all.ts';
import type { ReadContext } from '../routes/context.ts';
import type { DemoHooks } from '../routes/demo.ts';
import { liveEntry } from '../routes/streams.ts';
import { openFeed } from './feed.ts';
import { openHistory } from './history.ts';
import { Live } from './live.ts';
import type { ApiLog } from './log.ts';
import { startRelay } from './relay.ts';
import { buildServer, type ServerLimits, type ServerOptions } from './server.ts';
import { isLoopbackName } from './server-guards.ts';
import type { StreamRoute } from './stream.ts';
import { openWrites } from './writes.ts';

/** What further routes are made of. */
export type ApiParts = {
  readonly world: World;
  readonly bus: Bus;
  readonly prefix: string;
};

export type ApiOptions = {
  /** Closed by its owner, not by us. */
  readonly bus: Bus;
  readonly topics: { readonly prefix: string };
  readonly instance: string;
  /** Default `127.0.0.1`. Another address wants `authenticate`. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
  /** Absent or null: no access control, everybody on loopback may do everything. */
  readonly authenticate?: Authenticate | null;
  /** PEM texts. `ca`: clients may show certificates signed by it. */
  readonly tls?: ServerOptions['tls'];
  readonly extraRoutes?: (parts: ApiParts) => readonly Route[];
  readonly demo?: DemoHooks | null;
  readonly grafanaUrl?: string | null;
  readonly limits?: ServerLimits & LiveLimits;
  readonly log?: ApiLog;
};

export type LiveLimits = {
  /** Default 2,000. */
  readonly followers?: number;
  /** Bytes that may wait for a follower. Default 1,000,000. */
  readonly bufferedBytes?: number;
};

export type ApiStatus = {
  /** Why it is not ready; empty: it is. */
  readonly notReady: readonly string[];
  readonly followers: PipelineState['followers'];
};

export type Api = {
  readonly port: number;
  /** `http://127.0.0.1:7400`. */
  readonly url: string;
  readonly status: () => ApiStatus;
  /** Ends streams and requests. Safe to call twice. */
  readonly close: () => Promise<void>;
};

export const apiVersion = '0.1.0';
const heartbeatMs = 10_000;

/**
 * @throws {PipelineError} CONFIG_INVALID for an address off loopback without access control, or one
 *   that is not ours; PORT_IN_USE.
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { bus, topics, host = '127.0.0.1', log = () => undefined } = options;
  const { authenticate = null, tls = null } = options;
  refuseOpenDoor(host, authenticate);
  const world = new World();
  const topic = (name: TopicName): string => topicFullName(topics.prefix, name);
  const feed = await openFeed({
    bus,
    topic,
    world,
    onMissing: (missing) => log({ event: 'topicMissing', topic: missing }),
  });
  const relay = await startRelay({ bus, topic: topic('decisions') });
  const parts: ApiParts = { world, bus, prefix: topics.prefix };
  const busState = (): PipelineState['bus'] => ({ kind: bus.kind, ...healthText(bus.health()) });
  const live = openLive(options, world, busState, relay.followers);
  const followers = () => ({ live: live.followers, relay: relay.followers() });
  const notReady = (): readonly string[] => [
    ...reasonsOf(bus.health(), feed.behind()),
    ...(relay.isCaughtUp() ? [] : ['the decision log is not read to its end yet']),
  ];
  const context: ReadContext = {
    world,
    history: openHistory(bus, topic('incidents')),
    around: () => ({ bus: busState(), followers: followers() }),
    session: {
      version: apiVersion,
      instance: options.instance,
      features: { demo: options.demo != null, policyWrites: true },
      grafanaUrl: options.grafanaUrl ?? null,
    },
  };
  const server = await buildServer({
    routes: [
      ...allRoutes(context, world, openWrites(bus, topics.prefix), options.demo ?? null),
      ...(options.extraRoutes?.(parts) ?? []),
    ],
    streams: [liveRoute(live), relay.stream],
    authenticate,
    tls,
    version: apiVersion,
    notReady,
    limits: options.limits ?? {},
    log,
  });
  const close = once(async () => {
    live.close();
    await relay.close();
    await server.close();
    await feed.close();
    log({ event: 'apiStopped' });
  });
  try {
    const port = await listen(server, host, options.port);
    const url = `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
    log({ event: 'apiStarted', url, access: authenticate !== null });
    return { port, url, status: () => ({ notReady: notReady(), followers: followers() }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function openLive(
  { instance, demo, limits }: ApiOptions,
  world: World,
  bus: () => PipelineState['bus'],
  relayFollowers: () => number,
): Live {
  return new Live({
    world,
    instance,
    bus,
    relayFollowers,
    demo: demo?.state ?? null,
    followersMax: limits?.followers ?? 2_000,
    bufferedBytesMax: limits?.bufferedBytes ?? 1_000_000,
    heartbeatMs,
  });
}

function liveRoute(live: Live): StreamRoute {
  return {
    ...liveEntry,
    open: (request, reply, identity) => live.open(request, reply, identity),
    followers: () => live.followers,
    close: () => live.close(),
  };
}

function refuseOpenDoor(host: string, authenticate: Authenticate | null): void {
  if (authenticate !== null || isLoopbackName(host)) return;
  const message = `Got host ${host} without access control, wanted a loopback address, or tokens, an OIDC issuer or client certificates`;
  throw new PipelineError('CONFIG_INVALID', message, { host, retriable: false });
}

function healthText(health: BusHealth): { readonly ok: boolean; readonly text: string } {
  if (health.kind === 'up') return { ok: true, text: 'reachable' };
  return { ok: false, text: health.reason };
}

function reasonsOf(health: BusHealth, behind: readonly string[]): readonly string[] {
  return [
    ...(health.kind === 'down' ? [`the event log is down: ${health.reason}`] : []),
    ...(behind.length === 0 ? [] : [`not read to its end yet: ${behind.join(', ')}`]),
  ];
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
  const details = { host, port, cause, retriable: false };
  if (cause.code === 'EADDRINUSE') {
    const message = `Port ${port} of ${host} is taken; choose another for the API`;
    return new PipelineError('PORT_IN_USE', message, details);
  }
  const message = `Cannot listen on ${host}:${port}: ${cause.message}`;
  return new PipelineError('CONFIG_INVALID', message, details);
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= run();
    return running;
  };
}
