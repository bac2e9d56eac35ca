// The regions of a drill, and the hand that breaks the first of them. Servers of our own are hurt
// themselves where that is the fault (killed, stopped); else, and always when they are the user's,
// the way to them is.

import { setTimeout as sleep } from 'node:timers/promises';
import { blipMs, type Fault, slowMs } from '../../drill/faults.ts';
import { type Address, namesOfRegions } from '../../drill/plan.ts';
import { drillFailed } from './child.ts';
import { monotonicMs } from './clock.ts';
import type { Leash } from './leash.ts';
import { answersPing } from './ports.ts';
import { type RunningProxy, startProxy } from './proxy.ts';
import { type RedisServer, startRedisServer } from './redis-server.ts';

export type Regions = {
  /** Where clients connect, home first. */
  readonly addresses: readonly Address[];
  /** Where the client whose link is cut meets its home; null in other drills. */
  readonly aloneAt: Address | null;
  /** Resolves once it is done; answers when it began, on the monotonic clock. */
  readonly inject: () => Promise<number>;
  readonly heal: () => Promise<void>;
};

export type RegionsOptions = {
  readonly fault: Fault;
  readonly count: number;
  readonly targets: readonly Address[] | null;
  readonly leash: Leash;
};

type Servers = { readonly at: readonly Address[]; readonly home: RedisServer | null };

export async function openRegions({
  fault,
  count,
  targets,
  leash,
}: RegionsOptions): Promise<Regions> {
  const servers = targets === null ? await startServers(count, leash) : await useTargets(targets);
  const [home, ...others] = servers.at;
  if (home === undefined) throw drillFailed('there are no regions');
  if (servers.home !== null && !fault.onTheWire) {
    const hand = handOnServer(fault, servers.home);
    return { addresses: servers.at, aloneAt: null, ...hand };
  }
  // A stopped proxy whose queue is full answers nobody; any other stopped server would accept.
  const backlog = fault.name === 'blackhole' ? 1 : 511;
  const proxy = await startProxy({ target: home, backlog }, leash);
  const proxied: Address = { region: home.region, host: '127.0.0.1', port: proxy.port };
  const hand = handOnWire(fault, proxy);
  return fault.name === 'one-client'
    ? { addresses: servers.at, aloneAt: proxied, ...hand }
    : { addresses: [proxied, ...others], aloneAt: null, ...hand };
}

async function startServers(count: number, leash: Leash): Promise<Servers> {
  const started: RedisServer[] = [];
  const at: Address[] = [];
  for (const region of namesOfRegions(count)) {
    const server = await startRedisServer(leash);
    started.push(server);
    at.push({ region, host: '127.0.0.1', port: server.port });
  }
  return { at, home: started[0] ?? null };
}

async function useTargets(targets: readonly Address[]): Promise<Servers> {
  for (const { region, host, port } of targets) {
    if (await answersPing(host, port)) continue;
    throw drillFailed(`no Redis answers at ${host}:${port} (region ${region})`);
  }
  return { at: targets, home: null };
}

type Hand = Pick<Regions, 'inject' | 'heal'>;

function handOnServer({ name }: Fault, server: RedisServer): Hand {
  if (name === 'refused') {
    return { inject: () => stamped(() => server.kill()), heal: () => server.restart() };
  }
  const inject = (): Promise<number> => stamped(() => server.signal('SIGSTOP'));
  const heal = async (): Promise<void> => server.signal('SIGCONT');
  return name === 'blip' ? brief({ inject, heal }) : { inject, heal };
}

function handOnWire({ name }: Fault, proxy: RunningProxy): Hand {
  switch (name) {
    case 'refused':
    case 'one-client':
      return {
        inject: () => stamped(() => proxy.order({ kind: 'refuse' })),
        heal: () => proxy.order({ kind: 'heal' }),
      };
    case 'slow':
      return {
        inject: () => stamped(() => proxy.order({ kind: 'delay', ms: slowMs })),
        heal: () => proxy.order({ kind: 'heal' }),
      };
    case 'blackhole':
      return stoppedWire(proxy, true);
    case 'frozen':
      return stoppedWire(proxy, false);
    case 'blip':
      return brief(stoppedWire(proxy, false));
  }
}

function stoppedWire(proxy: RunningProxy, unanswered: boolean): Hand {
  let letGo: (() => void) | null = null;
  return {
    inject: () =>
      stamped(async () => {
        proxy.signal('SIGSTOP');
        if (unanswered) letGo = await proxy.fillQueue();
      }),
    heal: async () => {
      proxy.signal('SIGCONT');
      letGo?.();
    },
  };
}

/** Over before anybody should have left. */
function brief({ inject, heal }: Hand): Hand {
  return {
    inject: async () => {
      const atMs = await inject();
      await sleep(blipMs - (monotonicMs() - atMs));
      await heal();
      return atMs;
    },
    heal: async () => {},
  };
}

async function stamped(act: () => Promise<void> | void): Promise<number> {
  const atMs = monotonicMs();
  await act();
  return atMs;
}
