// A whole fleet in one process: regions, a log, clients with agents, aggregators, operators, and the
// checks that watch all of it. Everything follows from the options and the seed.

import { encodeRecord, type Override } from '@regionpilot/protocol';
import type { Journal } from '../../../aggregator/journal.ts';
import { type Policy, parsePolicy } from '../../../aggregator/policy.ts';
import { SimAggregator } from './aggregator.ts';
import { Checks } from './checks.ts';
import { type ClientOptions, group, SimClient } from './client.ts';
import { Coordinator } from './coordinator.ts';
import { Host, type Network, usualMs, wallZeroMs } from './host.ts';
import { SimLog } from './log.ts';
import { type Condition, healthy, SimRegion } from './region.ts';
import { Rng } from './rng.ts';
import { Schedule } from './schedule.ts';
import { Transcript } from './transcript.ts';

export type WorldOptions = {
  readonly seed: number;
  readonly regions: readonly string[];
  readonly clients: readonly ClientOptions[];
  readonly aggregators?: number;
  readonly eventPartitions?: number;
  readonly partialPartitions?: number;
  readonly policy?: object;
  /** Regions in the configured order; default: as clients name them. */
  readonly preferred?: readonly string[];
  readonly network?: Partial<Network>;
  readonly useSnapshots?: boolean;
  readonly snapshotMs?: number;
  readonly sessionMs?: number;
  readonly overlapMs?: number;
  readonly journal?: (aggregator: string) => Journal | null;
};

export class World {
  readonly rng: Rng;
  readonly schedule: Schedule = new Schedule();
  readonly transcript: Transcript = new Transcript(this.schedule);
  readonly network: Network;
  readonly policy: Policy;
  readonly log: SimLog;
  readonly regions: readonly SimRegion[];
  readonly clients: readonly SimClient[];
  readonly aggregators: readonly SimAggregator[];
  readonly coordinator: Coordinator;
  readonly checks: Checks;

  constructor(options: WorldOptions) {
    const { eventPartitions = 2, partialPartitions = 1 } = options;
    this.rng = new Rng(options.seed);
    this.network = { minMs: 1, maxMs: usualMs, lost: 0, lostAnswers: 0, ...options.network };
    this.policy = parsePolicy(options.policy ?? {});
    this.log = new SimLog(this.schedule, eventPartitions);
    this.regions = options.regions.map((name) => new SimRegion(name));
    this.checks = new Checks(this);
    this.log.onAppend = (record) => {
      this.transcript.hear(record);
      this.checks.appended(record);
    };
    this.clients = options.clients.map((each) => this.#client(each));
    this.aggregators = Array.from({ length: options.aggregators ?? 1 }, (_, i) =>
      this.#aggregator(`agg-${'abcdefgh'[i]}`, options),
    );
    this.coordinator = new Coordinator({
      schedule: this.schedule,
      rng: this.rng.fork(),
      partitions: { events: eventPartitions, partials: partialPartitions },
      sessionMs: options.sessionMs ?? 3_000,
      overlapMs: options.overlapMs ?? 500,
    });
  }

  get nowMs(): number {
    return this.schedule.nowMs;
  }

  /** Everybody starts within the first second. */
  start(): this {
    for (const aggregator of this.aggregators) {
      this.schedule.after(this.rng.between(0, 300), () => this.startAggregator(aggregator));
    }
    for (const client of this.clients) {
      this.schedule.after(this.rng.between(1, 1_000), () => client.start());
    }
    return this;
  }

  run(untilMs: number): this {
    this.schedule.runUntil(untilMs);
    return this;
  }

  at(atMs: number, what: string, run: () => void): void {
    this.schedule.at(atMs, () => {
      this.transcript.say('WORLD', what);
      run();
    });
  }

  region(name: string): SimRegion {
    const region = this.regions.find((each) => each.name === name);
    if (region === undefined) throw new Error(`no region ${name}`);
    return region;
  }

  become(region: string, condition: Condition): void {
    this.transcript.say('WORLD', `region ${region} becomes ${JSON.stringify(condition)}`);
    this.region(region).become(condition, this.nowMs);
  }

  heal(region: string): void {
    this.become(region, healthy);
  }

  startAggregator(aggregator: SimAggregator): void {
    if (aggregator.isUp) return;
    // A new process is a new member, even if the group has not missed the old one yet.
    this.coordinator.leave(aggregator);
    aggregator.start();
    // A member that was put out of the group while it stood still comes back by itself.
    aggregator.host.every(500, () => this.coordinator.join(aggregator), 20);
  }

  /** Its group learns of a crash only by its silence, of a shutdown at once. */
  killAggregator(aggregator: SimAggregator, graceful = false): void {
    aggregator.crash();
    if (graceful) this.coordinator.leave(aggregator);
  }

  order(override: Partial<Override> | null, key: string = group): void {
    const value =
      override === null
        ? null
        : encodeRecord({
            v: 1,
            group: key,
            atMs: wallZeroMs + this.nowMs,
            author: 'dana',
            reason: 'because',
            expiresMs: wallZeroMs + this.nowMs + 60_000,
            hold: null,
            automation: 'enforce',
            overrideRules: [],
            ...override,
          });
    this.log.append('overrides', { key, value });
  }

  #host(name: string): Host {
    return new Host(name, this.schedule, this.rng.fork(), this.network);
  }

  #client(options: ClientOptions): SimClient {
    return new SimClient(options, {
      host: this.#host(options.name),
      log: this.log,
      regions: this.regions,
      applied: (client, decision, origin) => this.checks.applied(client, decision, origin),
      starting: (client) => this.checks.restarted(client),
      routed: (client, route) => this.checks.routed(client, route),
    });
  }

  #aggregator(name: string, options: WorldOptions): SimAggregator {
    return new SimAggregator(name, {
      host: this.#host(name),
      log: this.log,
      policy: this.policy,
      preferred: options.preferred ?? [],
      partialPartitions: options.partialPartitions ?? 1,
      snapshotMs: options.snapshotMs ?? 3_000,
      useSnapshots: options.useSnapshots ?? true,
      stepped: (step) => this.checks.stepped(step),
      journal: options.journal?.(name) ?? null,
    });
  }
}

/** `count` clients spread over homes and, within them, over three zones. */
export function fleet(
  count: number,
  homes: readonly string[],
  extra: Partial<ClientOptions> = {},
): readonly ClientOptions[] {
  return Array.from({ length: count }, (_, i) => {
    const home = homes[i % homes.length] as string;
    const zone = Math.floor(i / homes.length) % 3;
    return {
      name: `c${i}`,
      home,
      domain: `${home}-${zone}`,
      commandsPerSecond: 20,
      standby: 'warm',
      ...extra,
    };
  });
}
