// Every group's route, and the local breaker's word on it.

import { type BreakerReport, clientBucket, type Version } from '@regionpilot/protocol';
import { type BreakerState, closedBreaker, stepBreaker } from '../breaker.ts';
import type { AgentConfig } from '../config.ts';
import type { Recorder } from '../recorder.ts';
import type { Route, RouteSnapshot } from '../route.ts';
import { routeFrom } from '../routing.ts';
import { type SightMemory, sightsOf } from '../sight.ts';
import type { Following, Subscription } from '../subscription-state.ts';
import type { Clock } from './clock.ts';
import { LiveRoute } from './live-route.ts';
import type { Notices } from './notices.ts';

export type RoutesOptions = {
  readonly config: () => AgentConfig;
  readonly clock: Clock;
  readonly notices: Notices;
  readonly recorder: Recorder;
  /** Called after any snapshot changed. */
  readonly changed: (now: RouteSnapshot) => void;
};

type Entry = {
  readonly route: LiveRoute;
  breaker: BreakerState;
  memory: SightMemory;
};

export class Routes {
  readonly #options: RoutesOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #bucket: number;
  /** What the breaker did since the last flush. */
  #reports: BreakerReport[] = [];

  constructor(options: RoutesOptions) {
    this.#options = options;
    this.#bucket = clientBucket(options.config().client);
  }

  /** The group's route; of a group the config does not name, one that leads home and stays. */
  of(group: string): Route {
    return this.#entry(group).route;
  }

  all(): readonly RouteSnapshot[] {
    return [...this.#entries.values()].map(({ route }) => route.current);
  }

  /** Group → version this client follows: what convergence is measured by. */
  applied(): Readonly<Record<string, Version>> {
    const { groups } = this.#options.config();
    return Object.fromEntries(
      Object.keys(groups).map((group) => [group, this.#entry(group).route.current.version]),
    );
  }

  takeReports(): readonly BreakerReport[] {
    const reports = this.#reports.slice(0, 100);
    this.#reports = [];
    return reports;
  }

  /** Brings every configured group's route in line with what is held of it. */
  refresh(subscription: Subscription): void {
    for (const [group, following] of subscription.groups) this.#update(group, following);
  }

  /** Asks every breaker, with fresh sights where the stream is stale. */
  watch(subscription: Subscription): void {
    for (const [group, following] of subscription.groups) {
      const entry = this.#entry(group);
      if (following.stale || entry.breaker.kind === 'open') this.#watchOne(group, entry, following);
    }
  }

  #watchOne(group: string, entry: Entry, following: Following): void {
    const { clock, config, notices, recorder } = this.#options;
    const [sights, memory] = sightsOf(recorder, group, entry.memory);
    entry.memory = memory;
    const decided = this.#routeFor(group, entry, following, null);
    const input = {
      nowMs: clock.nowMs(),
      stale: following.stale,
      active: entry.route.current.region,
      decided: decided.region,
      admitted: decided.admitted,
      sights,
    };
    const [breaker, move] = stepBreaker(entry.breaker, input, config());
    entry.breaker = breaker;
    if (move === null) return;
    const report = { group, ...move, atMs: clock.wallMs() };
    this.#reports.push(report);
    notices.say({ kind: 'breakerMoved', ...report });
    this.#update(group, following);
  }

  #update(group: string, following: Following): void {
    const entry = this.#entry(group);
    const { breaker, route } = entry;
    const to = breaker.kind === 'open' ? breaker.to : null;
    const next = this.#routeFor(group, entry, following, to);
    const before = route.replace(next);
    if (before === null) return;
    this.#options.changed(next);
    if (before.region === next.region) return;
    const { region, source } = next;
    this.#options.notices.say({
      kind: 'routeChanged',
      group,
      from: before.region,
      to: region,
      source,
    });
  }

  #entry(group: string): Entry {
    const known = this.#entries.get(group);
    if (known !== undefined) return known;
    const { notices } = this.#options;
    const first = routeFrom({
      ...this.#place(group),
      group,
      held: null,
      origin: 'log',
      stale: false,
      breakerTo: null,
      current: null,
    });
    const route = new LiveRoute(first, (error) => notices.survive('routeListener', error));
    const entry = { route, breaker: closedBreaker, memory: new Map() };
    this.#entries.set(group, entry);
    return entry;
  }

  #routeFor(
    group: string,
    { route }: Entry,
    { held, origin, stale }: Following,
    breakerTo: string | null,
  ): RouteSnapshot {
    const current = route.current.region;
    return routeFrom({ ...this.#place(group), group, held, origin, stale, breakerTo, current });
  }

  #place(group: string): { regions: readonly string[]; home: string; bucket: number } {
    const { groups, home } = this.#options.config();
    const regions = Object.hasOwn(groups, group) ? (groups[group]?.regions ?? []) : [];
    return { regions, home, bucket: this.#bucket };
  }
}
