// What the facts so far say of the world, in a form that is small, bounded and plain: Maps, arrays
// and flat objects only, so that it can be saved as JSON and read back the same.

import type { Admission, DecisionReason, Health, Override } from '@regionpilot/protocol';
import type { Stamp } from './newest.ts';
import type { Counts } from './sample.ts';

export type RegionHealth = {
  readonly health: Health;
  readonly sinceMs: number;
  /** One line: voters of engaged, rule, domains. */
  readonly evidence: string;
};

/** A region was left. Kept until its clients are back, so that "did it help?" can be asked. */
export type Failover = {
  readonly from: string;
  readonly targets: readonly string[];
  readonly term: number;
  readonly epoch: number;
  readonly reason: DecisionReason;
  readonly text: string;
  readonly decidedMs: number;
  readonly convergedMs: number | null;
  /** [clients that follow, clients in all] when it converged. */
  readonly applied: readonly [number, number];
};

/** What the last decision left in force. */
export type LastDecision = {
  readonly term: number;
  readonly epoch: number;
  readonly text: string;
  readonly admit: Admission;
  readonly homes: Readonly<Record<string, Admission>>;
  readonly noSafeTarget: boolean;
};

/** The latest partial of one events partition, without what no signal needs. */
export type Level = {
  readonly owner: string;
  readonly seq: number;
  readonly atMs: number;
  readonly heardMs: number;
  /** Region → as counted over the long window, all homes. */
  readonly counts: Readonly<Record<string, Counts>>;
  /** Region → clients with an answer or a failure there. */
  readonly engaged: Readonly<Record<string, number>>;
  readonly homes: Readonly<Record<string, readonly [number, number]>>;
  readonly applied: Readonly<Record<string, number>>;
};

export type GroupWorld = {
  readonly group: string;
  readonly stamps: Map<string, Stamp>;
  readonly health: Map<string, RegionHealth>;
  readonly failovers: Map<string, Failover>;
  /** Region → since when callers fail although it should have been left. */
  readonly unhelpful: Map<string, number>;
  /** Regions whose failover helped; lost again only when callers clearly fail. */
  readonly helped: Map<string, true>;
  readonly tilts: Map<string, string>;
  readonly levels: Map<number, Level>;
  /** Partition → event time up to which its counts were added up. */
  readonly countedMs: Map<number, number>;
  /** Client and region → until when it counts as failing alone. */
  readonly clients: Map<
    string,
    {
      readonly client: string;
      readonly region: string;
      readonly untilMs: number;
      readonly why: string;
    }
  >;
  /** The flap budget forbids leaving this region. */
  budgetSpentFor: string | null;
  /** Why the last wanted move was refused; null since the last decision. */
  refusal: string | null;
  decision: LastDecision | null;
  /** The incident that is open. */
  incident: string | null;
  /** Last sign that somebody answers for the group. */
  beatMs: number;
  beatTilt: string | null;
  /** Last fact of any kind. */
  heardMs: number;
};

/** One events partition, whichever groups it serves. */
export type Accounts = {
  readonly heardMs: number;
  readonly lagRecords: number;
  /** Highest offset seen and when: losses below it were counted already. */
  readonly offset: number;
  readonly offsetMs: number;
  readonly lost: number;
  /** [slot of 10 s, lost in it], oldest first. */
  readonly losses: readonly (readonly [number, number])[];
};

export type ReceiverHealth = {
  readonly heardMs: number;
  readonly failingSinceMs: number | null;
  readonly deadLettered: number;
  readonly lastError: string | null;
  /** [slot of a minute, given up in it], oldest first. */
  readonly givenUp: readonly (readonly [number, number])[];
};

export type World = {
  readonly groups: Map<string, GroupWorld>;
  readonly accounts: Map<number, Accounts>;
  readonly overrides: Map<
    string,
    { readonly override: Override | null; readonly heardMs: number; readonly ended: boolean }
  >;
  readonly receivers: Map<string, ReceiverHealth>;
  config: { readonly problem: string | null; readonly heardMs: number } | null;
};

export function createWorld(): World {
  return {
    groups: new Map(),
    accounts: new Map(),
    overrides: new Map(),
    receivers: new Map(),
    config: null,
  };
}

export function groupOf(world: World, group: string, nowMs: number): GroupWorld {
  const known = world.groups.get(group);
  if (known !== undefined) return known;
  const fresh: GroupWorld = {
    group,
    stamps: new Map(),
    health: new Map(),
    failovers: new Map(),
    unhelpful: new Map(),
    helped: new Map(),
    tilts: new Map(),
    levels: new Map(),
    countedMs: new Map(),
    clients: new Map(),
    budgetSpentFor: null,
    refusal: null,
    decision: null,
    incident: null,
    beatMs: nowMs,
    beatTilt: null,
    heardMs: nowMs,
  };
  world.groups.set(group, fresh);
  return fresh;
}
