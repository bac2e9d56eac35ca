// One client of a drill: the product as an application would use it, under an even load, each
// command timed by its caller.

import { createAgent } from '@regionpilot/agent';
import { createRegionalRedis, type RegionalRedis } from '@regionpilot/agent/redis';
import type { WorkerPlan } from '../../drill/messages.ts';
import type { ClientPlan } from '../../drill/plan.ts';
import { count, type Outcome, type Tally } from '../../drill/tally.ts';
import { drillFailed } from './child.ts';
import { monotonicMs } from './clock.ts';

export type LoadedClient = { readonly close: () => Promise<void> };

export type ClientHooks = {
  /** Where to count, now. */
  readonly tally: () => Tally;
  readonly moved: (region: string, atMs: number) => void;
};

/** Of the commands: 60 % GET, 30 % SET, the rest INCR, which must not happen twice. */
const mix = { get: 0.6, set: 0.9 } as const;
const firstAnswerWithinMs = 20_000;

export async function startClient(
  plan: WorkerPlan,
  { client, domain, alone }: ClientPlan,
  hooks: ClientHooks,
): Promise<LoadedClient> {
  const { bus, topicPrefix, group, home } = plan;
  const regions = plan.regions.map(({ region }) => region);
  const agent = createAgent({
    client,
    home,
    domain,
    topicPrefix,
    bus,
    groups: { [group]: { regions } },
  });
  const redis = createRegionalRedis({ agent, group, regions: addressesOf(plan, alone) });
  await answered(redis, client);
  const load = startLoad(redis, client, plan.ratePerSecond, hooks);
  const unhear = agent.route(group).onChange((now, before) => {
    if (now.region !== before.region) {
      hooks.moved(now.region, monotonicMs());
      load.moved();
    }
  });
  return {
    close: async () => {
      unhear();
      load.stop();
      redis.disconnect();
      await agent.close({ deadlineMs: 500 });
    },
  };
}

function addressesOf({ regions, aloneAt }: WorkerPlan, alone: boolean) {
  return Object.fromEntries(
    regions.map((address) => {
      const { host, port } = alone && aloneAt?.region === address.region ? aloneAt : address;
      return [address.region, { host, port }] as const;
    }),
  );
}

async function answered(redis: RegionalRedis, client: string): Promise<void> {
  const deadlineMs = monotonicMs() + firstAnswerWithinMs;
  for (;;) {
    try {
      await redis.get(`drill:${client}:first`);
      return;
    } catch (error) {
      if (monotonicMs() < deadlineMs) continue;
      throw drillFailed(`${client} was never answered: ${(error as Error).message}`);
    }
  }
}

type Load = { readonly moved: () => void; readonly stop: () => void };

/** Sends at its own pace, whatever is still unanswered: callers do not wait for one another. */
function startLoad(
  redis: RegionalRedis,
  client: string,
  ratePerSecond: number,
  { tally }: ClientHooks,
): Load {
  const everyMs = 1_000 / ratePerSecond;
  let sent = 0;
  let unserved = false;

  const issue = (): void => {
    const into = tally();
    const draw = Math.random();
    const command = draw < mix.get ? 'get' : draw < mix.set ? 'set' : 'incr';
    const key = `drill:${client}:${command === 'incr' ? 'count' : sent++ % 100}`;
    const startMs = monotonicMs();
    into.sent++;
    into.pending++;
    const ended = (outcome: Outcome, code: string): void => {
      const endMs = monotonicMs();
      into.pending--;
      count(into, { client, command, startMs, endMs, outcome, code });
      if (outcome !== 'ok' || !unserved) return;
      unserved = false;
      into.served[client] = endMs;
    };
    send(redis, command, key).then(
      () => ended('ok', ''),
      (error: unknown) => {
        const code = codeOf(error);
        ended(code === 'AMBIGUOUS_WRITE' && command === 'incr' ? 'ambiguous' : 'failed', code);
      },
    );
  };

  let timer = setTimeout(() => {
    timer = setInterval(issue, everyMs);
  }, Math.random() * everyMs);
  return {
    moved: () => {
      unserved = true;
    },
    stop: () => clearTimeout(timer),
  };
}

function send(
  redis: RegionalRedis,
  command: 'get' | 'set' | 'incr',
  key: string,
): Promise<unknown> {
  switch (command) {
    case 'get':
      return redis.get(key);
    case 'set':
      return redis.set(key, 'a value of some length, as a session might have');
    case 'incr':
      return redis.incr(key);
  }
}

function codeOf(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return typeof code === 'string' ? code : String(message).slice(0, 80);
}
