// A client application with an agent: it sends commands to the region its route names, keeps a
// probed connection to the others, reports what it experiences and follows decisions. All judgement
// is the production agent's.

import type { Decision } from '@regionpilot/protocol';
import type { AgentConfig } from '../../../agent/config.ts';
import { agentDefaults, groupDefaults } from '../../../agent/config-schema.ts';
import { Notices } from '../../../agent/io/notices.ts';
import { Routes } from '../../../agent/io/routes.ts';
import type { RouteSnapshot } from '../../../agent/route.ts';
import type { Origin, SubscriptionPolicy } from '../../../agent/subscription-state.ts';
import { SimFollowing } from './following.ts';
import type { Host } from './host.ts';
import { SimLink } from './link.ts';
import type { SimLog } from './log.ts';
import type { Condition, SimRegion } from './region.ts';
import { SimReporting } from './reporting.ts';

export const group = 'payments';
const appliedSpreadMs = 250;

export type ClientOptions = {
  readonly name: string;
  readonly home: string;
  readonly domain: string;
  readonly commandsPerSecond: number;
  readonly standby: 'warm' | 'cold';
  /** How often the client's work is looked at, ms. Default 100. */
  readonly workMs?: number;
  /** How often staleness and the breaker are looked at, ms. Default 500, as in production. */
  readonly watchMs?: number;
  readonly settings?: Partial<AgentConfig>;
};

export type ClientWorld = {
  readonly host: Host;
  readonly log: SimLog;
  readonly regions: readonly SimRegion[];
  readonly applied: (client: SimClient, decision: Decision, origin: Origin) => void;
  readonly starting: (client: SimClient) => void;
  readonly routed: (client: SimClient, route: RouteSnapshot) => void;
};

type Running = {
  readonly reporting: SimReporting;
  readonly following: SimFollowing;
  readonly routes: Routes;
  readonly links: Map<string, SimLink>;
};

export class SimClient {
  readonly options: ClientOptions;
  readonly config: AgentConfig;
  readonly host: Host;
  /** This client alone meets these regions so, whatever they are like. */
  readonly ill: Map<string, Condition> = new Map();
  silent = false;
  /** Decisions and beats pass it by unheard. */
  deaf = false;
  /** The decision cache on its disk. */
  cache: Decision | null = null;
  readonly #world: ClientWorld;
  readonly #policy: SubscriptionPolicy;
  #running: Running | null = null;
  #boots = 0;
  #owed = 0;
  #probedMs = 0;

  constructor(options: ClientOptions, world: ClientWorld) {
    const regions = world.regions.map(({ name }) => name);
    const { name, home, domain, standby, settings } = options;
    this.options = options;
    this.host = world.host;
    this.#world = world;
    this.config = {
      ...agentDefaults,
      client: name,
      home,
      domain,
      bus: { kind: 'embedded', file: ':memory:' },
      groups: { [group]: { ...groupDefaults, regions, standby } },
      ...settings,
    };
    const { decisionStaleMs } = this.config;
    this.#policy = { groups: new Map([[group, regions]]), decisionStaleMs };
  }

  get name(): string {
    return this.options.name;
  }

  get isUp(): boolean {
    return this.#running !== null;
  }

  /** @throws when the client is down. */
  get route(): RouteSnapshot {
    return this.#up().routes.of(group).current;
  }

  get running(): Running {
    return this.#up();
  }

  start(): void {
    const { host, log } = this.#world;
    this.#world.starting(this);
    const boot = `${this.name}-${++this.#boots}`;
    const reporting = new SimReporting({
      host,
      log,
      config: this.config,
      boot,
      isSilent: () => this.silent,
      applied: () => routes.applied(),
      breakerReports: () => routes.takeReports(),
    });
    const routes = new Routes({
      config: () => this.config,
      clock: { nowMs: () => host.schedule.nowMs, wallMs: () => host.wallMs },
      notices: new Notices(undefined),
      recorder: reporting.recorder,
      changed: (now) => {
        reporting.tellWithin(host.rng.next() * appliedSpreadMs);
        this.#world.routed(this, now);
      },
    });
    const following = new SimFollowing({
      host,
      log,
      policy: this.#policy,
      isDeaf: () => this.deaf,
      effect: (effect) => {
        if (effect.kind === 'staleness') routes.watch(following.state);
        if (effect.kind !== 'apply') return;
        this.cache = effect.decision;
        this.#world.applied(this, effect.decision, effect.origin);
      },
      stepped: () => routes.refresh(following.state),
    });
    this.#running = { reporting, following, routes, links: new Map() };
    this.#probedMs = 0;
    if (this.cache !== null) following.stored(this.cache);
    routes.refresh(following.state);
    following.follow();
    const { workMs = 100, watchMs = 500 } = this.options;
    host.every(watchMs, () => {
      following.step({ kind: 'tick', nowMs: host.schedule.nowMs });
      routes.watch(following.state);
    });
    host.every(workMs, () => this.#work(workMs));
  }

  /** No goodbye: a crash. */
  crash(): void {
    this.#running?.following.close();
    this.#running = null;
    this.host.kill();
  }

  /** A shutdown on purpose. */
  stop(): void {
    this.#running?.reporting.sayGoodbye();
    this.crash();
  }

  conditionOf(region: SimRegion): Condition {
    return this.ill.get(region.name) ?? region.for(this.options.home);
  }

  #work(workMs: number): void {
    const { nowMs } = this.host.schedule;
    const running = this.#up();
    const active = running.routes.of(group).current.region;
    this.#owed += (this.options.commandsPerSecond * workMs) / 1_000;
    const commands = Math.floor(this.#owed);
    this.#owed -= commands;
    const probes = nowMs - this.#probedMs >= groupDefaults.probeIntervalMs ? 1 : 0;
    if (probes > 0) this.#probedMs = nowMs;
    for (const region of this.#world.regions) {
      const { name } = region;
      if (name === active) {
        this.#link(name).tick(nowMs, commands, this.conditionOf(region));
      } else if (this.options.standby === 'warm') {
        this.#link(name).tick(nowMs, probes, this.conditionOf(region));
      } else {
        running.links.get(name)?.close();
        running.links.delete(name);
      }
    }
  }

  #link(region: string): SimLink {
    const { links, reporting } = this.#up();
    const known = links.get(region);
    if (known !== undefined) return known;
    const { nowMs } = this.host.schedule;
    const open = reporting.recorder.open.bind(reporting.recorder);
    const link = new SimLink(open, group, region, nowMs, this.host.rng);
    links.set(region, link);
    return link;
  }

  #up(): Running {
    if (this.#running === null) throw new Error(`${this.name} is down`);
    return this.#running;
  }
}
