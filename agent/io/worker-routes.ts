// Worker threads follow the main thread's routes: one agent, one subscription, one vote per process.
// The main thread speaks on a channel; a worker begins with the snapshot it was started with and
// asks for the present one, so that nothing said between the two is missed.

import { randomUUID } from 'node:crypto';
import { BroadcastChannel } from 'node:worker_threads';
import { isName } from '@regionpilot/protocol';
import type { Route, RouteSnapshot } from '../route.ts';
import { LiveRoute } from './live-route.ts';

/** Hand this to a `Worker` as (part of) its `workerData`, and there to `attachRoutes`. */
export type SharedRoutes = {
  readonly channel: string;
  readonly routes: readonly RouteSnapshot[];
};

/** The routes of the main thread's agent, in a worker. */
export type AttachedRoutes = {
  /** Changes a moment after the main thread's; a group unknown there has an empty region. */
  readonly route: (group: string) => Route;
  readonly close: () => void;
};

type Message =
  | { readonly kind: 'asks' }
  | { readonly kind: 'routes'; readonly routes: readonly RouteSnapshot[] };

/** The speaking side. Opened when first needed: most hosts have no workers. */
export class WorkerRoutes {
  readonly #all: () => readonly RouteSnapshot[];
  #channel: BroadcastChannel | null = null;
  #name = '';
  #closed = false;

  constructor(all: () => readonly RouteSnapshot[]) {
    this.#all = all;
  }

  share(): SharedRoutes {
    if (!this.#closed) this.#channel ??= this.#open();
    return { channel: this.#name, routes: this.#all() };
  }

  tell(route: RouteSnapshot): void {
    this.#channel?.postMessage({ kind: 'routes', routes: [route] } satisfies Message);
  }

  close(): void {
    this.#closed = true;
    this.#channel?.close();
    this.#channel = null;
  }

  #open(): BroadcastChannel {
    this.#name = `regionpilot.routes.${randomUUID()}`;
    const channel = new BroadcastChannel(this.#name);
    channel.onmessage = (event) => {
      if ((event as { data: Message }).data.kind === 'asks') {
        channel.postMessage({ kind: 'routes', routes: this.#all() } satisfies Message);
      }
    };
    channel.unref();
    return channel;
  }
}

/** The listening side, for a worker thread. Never throws; keeps no thread alive. */
export function attachRoutes(shared: SharedRoutes): AttachedRoutes {
  const routes = new Map<string, LiveRoute>();
  const accept = (list: readonly RouteSnapshot[]): void => {
    for (const snapshot of list) {
      if (isName(snapshot.group)) routeIn(routes, snapshot.group).replace(Object.freeze(snapshot));
    }
  };
  accept(shared.routes);
  const channel = new BroadcastChannel(shared.channel);
  channel.onmessage = (event) => {
    const { data } = event as { data: Message };
    if (data.kind === 'routes') accept(data.routes);
  };
  channel.unref();
  channel.postMessage({ kind: 'asks' } satisfies Message);
  return {
    route: (group) => routeIn(routes, group),
    close: () => channel.close(),
  };
}

function routeIn(routes: Map<string, LiveRoute>, group: string): LiveRoute {
  const known = routes.get(group);
  if (known !== undefined) return known;
  const route = new LiveRoute(unknownRoute(group), () => undefined);
  routes.set(group, route);
  return route;
}

function unknownRoute(group: string): RouteSnapshot {
  const version = { term: 0, epoch: 0 };
  return {
    group,
    region: '',
    admitted: [],
    version,
    source: 'default',
    stale: false,
    noSafeTarget: false,
  };
}
