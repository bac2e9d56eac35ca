// Light clients: each a real agent with a name, a home and a domain of its own, sharing one bus and
// one process, and each sending one command after another as a quiet service would.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Agent, createAgent } from '@regionpilot/agent';
import { createRegionalRedis, type RegionalRedis } from '@regionpilot/agent/redis';
import type { Bus } from '@regionpilot/bus';
import type { RedisOptions } from 'ioredis';
import type { ClientPlan } from '../fleet-plan.ts';
import type { CommandFailure } from '../happening.ts';
import type { CommandCounts, Move } from '../report.ts';
import { nextWork, pauseMs } from '../workload.ts';

/** Region → where it can be reached. */
export type Endpoints = Readonly<Record<string, Required<Pick<RedisOptions, 'host' | 'port'>>>>;

export type FleetOptions = {
  readonly bus: Bus;
  readonly group: string;
  readonly topicPrefix: string;
  readonly endpoints: Endpoints;
  readonly clients: readonly ClientPlan[];
  /** See `GroupConfig`, ms. */
  readonly holdMs: number;
  /** Commands per second and client. Default 6. */
  readonly perSecond?: number;
  readonly onMove: (move: Move) => void;
  /** A command failed for its caller. */
  readonly onFailure: (failure: CommandFailure) => void;
};

export type FleetClient = {
  readonly name: string;
  readonly home: string;
  readonly region: string;
};

export type Fleet = {
  /** Begins the load. Call once. */
  readonly work: () => void;
  readonly counts: () => CommandCounts;
  /** Clients whose command has been waiting for longer than this, ms. */
  readonly waiting: (forMs: number) => number;
  /** Where each client lives and which region it uses now. */
  readonly clients: () => readonly FleetClient[];
  /** Longest command so far, ms. */
  readonly longestMs: () => number;
  /** Stops the work, says goodbye and closes every connection. */
  readonly close: () => Promise<void>;
};

/** Clients that connect at the same time: all at once, a slow machine would look like an outage. */
const connectTogether = 25;
/** Time for one client to get its first answer, ms. */
const firstAnswerMs = 20_000;

/** Connects every client. None works before `work` is called. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const stop = new AbortController();
  const clients: LightClient[] = [];
  let working: readonly Promise<void>[] = [];
  const close = async (): Promise<void> => {
    stop.abort();
    await Promise.all(clients.map((client) => client.close()));
    await Promise.all(working);
  };
  try {
    for (let from = 0; from < options.clients.length; from += connectTogether) {
      const plans = options.clients.slice(from, from + connectTogether);
      const together = plans.map((plan) => new LightClient(plan, options));
      clients.push(...together);
      await Promise.all(together.map((client) => client.firstAnswer()));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    work: () => {
      working = clients.map((client) => client.work(stop.signal));
    },
    counts: () => ({
      sent: sum(clients.map(({ sent }) => sent)),
      failed: sum(clients.map(({ failed }) => failed)),
      ambiguous: sum(clients.map(({ ambiguous }) => ambiguous)),
    }),
    waiting: (forMs) => clients.filter((client) => client.hasWaited(forMs)).length,
    clients: () => clients.map(({ name, home, region }) => ({ name, home, region })),
    longestMs: () => Math.max(0, ...clients.map(({ longestMs }) => longestMs)),
    close,
  };
}

class LightClient {
  readonly name: string;
  readonly home: string;
  readonly #agent: Agent;
  readonly #redis: RegionalRedis;
  readonly #options: FleetOptions;
  /** Monotonic ms at which the command under way was sent; null between commands. */
  #sentMs: number | null = null;
  sent = 0;
  failed = 0;
  ambiguous = 0;
  longestMs = 0;

  constructor({ name, home, domain }: ClientPlan, options: FleetOptions) {
    const { bus, group, topicPrefix, endpoints, onMove } = options;
    const groups = { [group]: { regions: Object.keys(endpoints), holdMs: options.holdMs } };
    this.name = name;
    this.home = home;
    this.#options = options;
    this.#agent = createAgent({ client: name, home, domain, topicPrefix, groups }, { bus });
    this.#redis = createRegionalRedis({ agent: this.#agent, group, regions: endpoints });
    this.#agent.route(group).onChange((now, before) => {
      if (now.region === before.region) return;
      onMove({ client: name, from: before.region, to: now.region, atMs: Date.now() });
    });
  }

  get region(): string {
    return this.#agent.route(this.#options.group).current.region;
  }

  async firstAnswer(): Promise<void> {
    const deadlineMs = performance.now() + firstAnswerMs;
    for (;;) {
      try {
        await this.#redis.ping();
        return;
      } catch (error) {
        if (performance.now() > deadlineMs) throw error;
      }
    }
  }

  hasWaited(forMs: number): boolean {
    return this.#sentMs !== null && performance.now() - this.#sentMs > forMs;
  }

  async work(signal: AbortSignal): Promise<void> {
    const { perSecond = 6 } = this.#options;
    while (!signal.aborted) {
      await sleep(pauseMs(perSecond, Math.random), undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#one(signal);
    }
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
    await this.#agent.close({ deadlineMs: 500 });
  }

  async #one(signal: AbortSignal): Promise<void> {
    const work = nextWork(this.name, Math.random);
    const { region } = this;
    const sentMs = performance.now();
    this.#sentMs = sentMs;
    this.sent++;
    try {
      if (work.kind === 'get') await this.#redis.get(work.key);
      else if (work.kind === 'set') await this.#redis.set(work.key, work.value);
      else await this.#redis.incr(work.key);
    } catch (error) {
      // A command that our own closing cut off says nothing about a region.
      if (!signal.aborted) this.#fail(work.kind, region, error as Error & { code?: unknown });
    }
    this.#sentMs = null;
    this.longestMs = Math.max(this.longestMs, performance.now() - sentMs);
  }

  #fail(command: string, region: string, error: Error & { code?: unknown }): void {
    const ambiguous = error.code === 'AMBIGUOUS_WRITE';
    if (ambiguous) this.ambiguous++;
    else this.failed++;
    const text = error.message;
    const atMs = Date.now();
    this.#options.onFailure({ client: this.name, command, region, ambiguous, text, atMs });
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
