// The parts of an agent, put together. What fails here is counted and told, never thrown.

import { isName, type Problem, topicFullName } from '@regionpilot/protocol';
import type { Cluster, Redis } from 'ioredis';
import type { Agent, AgentOptions, AgentStatus } from '../agent.ts';
import type { AgentConfig, GroupConfig } from '../config.ts';
import { groupDefaults } from '../config-schema.ts';
import type { ConnectionHandle, ConnectionOptions, ProbedRegion } from '../connection.ts';
import { eventOf } from '../effect-event.ts';
import type { AgentListener, DecisionRecord } from '../events.ts';
import type { InstrumentOptions } from '../instrument.ts';
import { silentHandle } from '../recorder.ts';
import { type Observation, type ObserveOptions, observeRedis } from '../redis/io/observe.ts';
import { regionConnections } from '../region-connections.ts';
import type { Route, RouteSnapshot } from '../route.ts';
import type { SubscriptionEffect, SubscriptionPolicy } from '../subscription-state.ts';
import { type Tracked, type TrackOptions, trackConnection } from '../tracker.ts';
import { Alarm } from './alarm.ts';
import { bootstrap } from './bootstrap.ts';
import { BusKeeper } from './bus-keeper.ts';
import { type Clock, systemClock } from './clock.ts';
import { DeadLetters } from './dead-letters.ts';
import { DecisionCache } from './decision-cache.ts';
import { Follower } from './follower.ts';
import { instrumentAgent } from './instrumentation.ts';
import { Notices } from './notices.ts';
import { RelaySource } from './relay-source.ts';
import { Reporting } from './reporting.ts';
import { Routes } from './routes.ts';
import { Settings } from './settings.ts';
import { within } from './within.ts';
import { type SharedRoutes, WorkerRoutes } from './worker-routes.ts';

/** How often staleness and the local breaker are looked at, ms. */
const watchMs = 500;
/** A fleet applies a decision at the same moment; it spreads the news of that over this time, ms. */
const appliedSpreadMs = 250;

/** What the host gets for something that cannot be observed. */
const unobserved: Observation = {
  kind: 'eventsOnly',
  missing: ['everything'],
  waitingSinceMs: () => 0,
  lastAnswerMs: () => 0,
  stop: () => undefined,
};

type Effect = Exclude<SubscriptionEffect, { readonly kind: 'readAgain' }>;

export class RunningAgent implements Agent {
  readonly client: string;
  readonly home: string;
  readonly domain: string;
  readonly #settings: Settings;
  readonly #notices: Notices;
  readonly #clock: Clock = systemClock;
  readonly #routes: Routes;
  readonly #reporting: Reporting;
  readonly #follower: Follower;
  readonly #deadLetters: DeadLetters;
  readonly #cache: DecisionCache;
  readonly #keeper: BusKeeper;
  readonly #relay: RelaySource | null;
  readonly #workers: WorkerRoutes;
  readonly #alarm: Alarm;
  readonly #unwatch: () => void;
  #policy: SubscriptionPolicy;
  #waiting: (() => void)[] = [];
  readonly #strangers = new Set<string>();
  #badNames = 0;
  #closing: Promise<void> | null = null;

  constructor(source: unknown, options: AgentOptions) {
    this.#settings = new Settings(source, options.bus !== undefined);
    const config = this.#settings.current;
    this.client = config.client;
    this.home = config.home;
    this.domain = config.domain;
    this.#policy = policyOf(config);
    this.#notices = new Notices(options.log);
    const shared = {
      config: () => this.#settings.current,
      clock: this.#clock,
      notices: this.#notices,
      rng: Math.random,
    };
    this.#reporting = new Reporting({
      ...shared,
      applied: () => this.#routes.applied(),
      breakerReports: () => this.#routes.takeReports(),
    });
    this.#routes = new Routes({
      ...shared,
      recorder: this.#reporting.recorder,
      changed: (now) => this.#routeChanged(now),
    });
    this.#workers = new WorkerRoutes(() => this.#routes.all());
    this.#deadLetters = new DeadLetters(
      topicFullName(config.topicPrefix, 'deadletter'),
      this.#clock,
    );
    this.#follower = new Follower({
      ...shared,
      topic: topicFullName(config.topicPrefix, 'decisions'),
      deadLetters: this.#deadLetters,
      policy: () => this.#policy,
      effect: (effect, record) => this.#effect(effect, record),
      stepped: () => this.#stepped(),
    });
    this.#cache = new DecisionCache(config.cacheFile, this.#notices);
    this.#keeper = new BusKeeper(options.bus, this.#notices, Math.random);
    const { decisions: relay } = config;
    this.#relay = relay === null ? null : new RelaySource({ ...shared, relay });
    if (config.bus === null && options.bus === undefined) this.#reporting.turnOff();
    this.#alarm = new Alarm(this.#clock, () => this.#watch());
    this.#unwatch = this.#settings.watch(() => this.reload());
    this.#start(config);
  }

  readonly ready = (): Promise<void> => {
    if (this.#isReady() || this.#closing !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#settings.current.readyMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  };

  readonly route = (group: string): Route => {
    this.#knows(group);
    return this.#routes.of(group);
  };

  readonly settings = (group: string): GroupConfig => {
    const { groups, home } = this.#settings.current;
    const known = Object.hasOwn(groups, group) ? groups[group] : undefined;
    if (known !== undefined) return known;
    this.#knows(group);
    return { ...groupDefaults, regions: [home] };
  };

  readonly reload = (input?: unknown): readonly Problem[] =>
    this.#notices.guard('reload', [], () => {
      const before = this.#settings.current;
      const problems =
        input === undefined ? this.#settings.reloadFile() : this.#settings.reload(input);
      if (problems.length > 0) this.#notices.say({ kind: 'configRejected', problems });
      else if (this.#settings.current !== before) this.#reconfigured();
      return problems;
    });

  readonly connection = (options: ConnectionOptions): ConnectionHandle =>
    this.#notices.guard('connection', silentHandle, () => {
      if (this.#closing !== null) return silentHandle;
      if (isName(options.group) && isName(options.region)) {
        return this.#reporting.recorder.open(options);
      }
      this.#badNames++;
      return silentHandle;
    });

  readonly probed = (at: ProbedRegion, answered: boolean): void =>
    this.#reporting.recorder.probed(at, answered);

  readonly track = (options: TrackOptions): Tracked =>
    trackConnection((probe) => this.connection({ ...options, probe }), this.#clock.nowMs);

  readonly observe = (client: Redis | Cluster, options: ObserveOptions): Observation =>
    this.#notices.guard('observe', unobserved, () => observeRedis(this, client, options));

  readonly workerData = (): SharedRoutes =>
    this.#notices.guard('workerData', { channel: '', routes: [] }, () => this.#workers.share());

  readonly instrument = (options: InstrumentOptions): (() => void) => {
    const { recorder } = this.#reporting;
    const parts = { agent: this, recorder, clock: this.#clock, notices: this.#notices };
    return instrumentAgent(parts, options);
  };

  readonly onEvent = (listener: AgentListener): (() => void) => this.#notices.listen(listener);

  readonly status = (): AgentStatus => {
    const { state, invalid, lastContactMs } = this.#follower;
    const config = this.#settings.current;
    const { ring, sender, recorder } = this.#reporting;
    return {
      client: this.client,
      routes: Object.fromEntries(this.#routes.all().map((route) => [route.group, route])),
      decisions: {
        ...state.counts,
        state: state.kind,
        invalid,
        deadLettersUnsent: this.#deadLetters.unsent,
        lastContactMs,
      },
      reports: {
        waiting: ring.length,
        bytes: ring.bytes,
        produced: ring.produced,
        dropped: ring.dropped,
        failuresInARow: sender.failuresInARow,
        connectionsRefused: recorder.refused + this.#badNames,
      },
      connections: regionConnections(recorder),
      bus: this.#keeper.bus?.health() ?? { kind: config.bus === null ? 'none' : 'opening' },
      relay: this.#relay?.status ?? null,
      survivedErrors: this.#notices.survived,
    };
  };

  readonly close = (options: { readonly deadlineMs?: number } = {}): Promise<void> => {
    this.#closing ??= this.#stop(options.deadlineMs ?? 1_000).catch((error) =>
      this.#notices.survive('close', error),
    );
    return this.#closing;
  };

  #start(config: AgentConfig): void {
    const nowMs = this.#clock.nowMs();
    this.#notices.guard('bootstrap', undefined, () =>
      bootstrap(config, this.#cache, this.#notices, (decision, origin) =>
        this.#follower.step({ kind: 'stored', decision, origin, nowMs: this.#clock.nowMs() }),
      ),
    );
    this.#routes.refresh(this.#follower.state);
    this.#keeper.open(config.bus, (bus) => {
      this.#reporting.use(bus);
      if (this.#relay === null) this.#follower.follow(bus, bus);
    });
    if (this.#relay !== null) this.#follower.follow(this.#relay, null);
    this.#alarm.at(nowMs + watchMs);
  }

  #watch(): void {
    this.#notices.guard('watch', undefined, () => {
      this.#follower.step({ kind: 'tick', nowMs: this.#clock.nowMs() });
      this.#routes.watch(this.#follower.state);
    });
    this.#alarm.at(this.#clock.nowMs() + watchMs);
  }

  #effect(effect: Effect, record: DecisionRecord | undefined): void {
    this.#notices.say(eventOf(effect, record));
    // The log speaks again: the local breaker gives way at once.
    if (effect.kind === 'staleness') this.#routes.watch(this.#follower.state);
    if (effect.kind === 'apply' && effect.origin !== 'cache') this.#remember();
  }

  #remember(): void {
    const held = [...this.#follower.state.groups.values()].map(({ held: decision }) => decision);
    this.#cache.write(held.filter((decision) => decision !== null));
  }

  #stepped(): void {
    this.#routes.refresh(this.#follower.state);
    if (!this.#isReady()) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #isReady(): boolean {
    return [...this.#follower.state.groups.values()].every(({ held }) => held !== null);
  }

  #routeChanged(now: RouteSnapshot): void {
    this.#workers.tell(now);
    this.#reporting.tellWithin(Math.random() * appliedSpreadMs);
  }

  #reconfigured(): void {
    this.#policy = policyOf(this.#settings.current);
    this.#follower.step({ kind: 'configured', nowMs: this.#clock.nowMs() });
    this.#routes.refresh(this.#follower.state);
    this.#reporting.reconsider();
    this.#notices.say({ kind: 'configReloaded' });
  }

  #knows(group: string): void {
    if (Object.hasOwn(this.#settings.current.groups, group) || this.#strangers.has(group)) return;
    this.#strangers.add(group);
    this.#notices.say({ kind: 'groupUnknown', group });
  }

  async #stop(deadlineMs: number): Promise<void> {
    this.#alarm.stop();
    this.#unwatch();
    for (const resolve of this.#waiting.splice(0)) resolve();
    const deadline = this.#clock.nowMs() + deadlineMs;
    await this.#reporting.close(deadlineMs);
    const leftMs = Math.max(deadline - this.#clock.nowMs(), 50);
    this.#workers.close();
    await within(leftMs, [this.#follower.close(), this.#cache.close(), this.#keeper.close()]);
  }
}

function policyOf({ groups, decisionStaleMs }: AgentConfig): SubscriptionPolicy {
  const regions = Object.entries(groups).map(([group, one]) => [group, one.regions] as const);
  return { groups: new Map(regions), decisionStaleMs };
}
