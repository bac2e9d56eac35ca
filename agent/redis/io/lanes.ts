// The lanes of one RegionalRedis: made when first needed, or at once where standbys are kept warm.

import type { RedisOptions } from 'ioredis';
import type { GroupConfig } from '../../config.ts';
import type { AgentHost } from '../host.ts';
import { ClusterLane } from './cluster-lane.ts';
import { isCluster } from './internals.ts';
import type { Lane, LaneListener, RegionSpec } from './lane.ts';
import { createRegionClient } from './region-client.ts';
import { SingleLane } from './single-lane.ts';

export type LaneFactory = {
  readonly regions: readonly string[];
  /** `name`: what the server's list of connections shows for it (not for a Cluster's). */
  readonly create: (region: string, listener: LaneListener, name?: string) => Lane;
};

export type LaneFactoryOptions = {
  readonly agent: Pick<AgentHost, 'connection' | 'probed'>;
  readonly group: string;
  readonly regions: Readonly<Record<string, RegionSpec>>;
  readonly options: RedisOptions;
  readonly onDegraded: (region: string, missing: readonly string[]) => void;
};

/** Makes lanes to the regions of one group; each is observed from its first attempt to connect. */
export function laneFactory(setup: LaneFactoryOptions): LaneFactory {
  const { agent, group, regions, options } = setup;
  return {
    regions: Object.keys(regions),
    create: (region, listener, name) => {
      const spec = regions[region];
      if (spec === undefined) throw new Error(`no connection settings for region ${region}`);
      const client = createRegionClient(spec, options);
      if (name !== undefined && !isCluster(client)) client.options.connectionName = name;
      const onDegraded = (missing: readonly string[]): void => setup.onDegraded(region, missing);
      const observe = { group, region, onDegraded };
      return isCluster(client)
        ? new ClusterLane(client, agent, observe, listener)
        : new SingleLane(client, agent, observe, listener);
    },
  };
}

/** At most one lane per region. */
export class LaneSet {
  readonly #factory: LaneFactory;
  readonly #listener: LaneListener;
  readonly #lanes = new Map<string, Lane>();

  constructor(factory: LaneFactory, listener: LaneListener) {
    this.#factory = factory;
    this.#listener = listener;
  }

  has(region: string): boolean {
    return this.#factory.regions.includes(region);
  }

  /** The lane to a region, made now if there is none. */
  to(region: string): Lane {
    const known = this.#lanes.get(region);
    if (known !== undefined) return known;
    const lane = this.#factory.create(region, this.#listener);
    this.#lanes.set(region, lane);
    return lane;
  }

  /** The first of these regions, other than `active`, whose lane is open and answers. */
  usableAmong(regions: readonly string[], active: Lane): Lane | null {
    for (const region of regions) {
      const lane = this.#lanes.get(region);
      if (lane !== undefined && lane !== active && lane.usable) return lane;
    }
    return null;
  }

  tick(nowMs: number, settings: GroupConfig): void {
    if (settings.standby === 'warm') for (const region of this.#factory.regions) this.to(region);
    for (const lane of this.#lanes.values()) lane.tick(nowMs, settings);
  }

  isBusy(): boolean {
    return [...this.#lanes.values()].some((lane) => lane.busy());
  }

  dropAllBut(isKept: (lane: Lane) => boolean): void {
    for (const lane of this.#lanes.values()) if (!isKept(lane)) this.drop(lane);
  }

  drop(lane: Lane): void {
    this.#lanes.delete(lane.region);
    lane.close();
  }

  /** Empties the set; every lane should be closed by the caller. */
  takeAll(): readonly Lane[] {
    const all = [...this.#lanes.values()];
    this.#lanes.clear();
    return all;
  }
}
