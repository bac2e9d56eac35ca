// All that the group owner remembers of one group: plain data, so that it can be saved, recorded
// beside a decision, and replayed byte for byte.

import type {
  Decision,
  Hold,
  IncidentEvent,
  IncidentRecord,
  Override,
  Partial,
} from '@regionpilot/protocol';
import type { Gates } from './gates.ts';
import type { HealthState } from './health.ts';
import type { Ownership } from './ownership.ts';

/** An automatic failover: away from a region, for everybody or for one home. */
export type Move = {
  readonly atMs: number;
  readonly region: string;
  /** Regions that took the clients: leaving one of these again needs no cool-down. */
  readonly receivers: readonly string[];
};

/** Something that makes time or input look wrong; `endedMs` once it was over. */
export type TiltCause = {
  readonly text: string;
  readonly sinceMs: number;
  readonly endedMs: number | null;
};

export type Incident = { readonly id: string; readonly openedMs: number };

export type GroupState = {
  readonly group: string;
  /** This process. */
  readonly instance: string;
  /** Event time: the log's clock, as far as this group's input has come. */
  readonly nowMs: number;
  /** Event time of the first partial since this process owns the group. */
  readonly watchedSinceMs: number | null;
  readonly ownership: Ownership;
  /** The newest decision of the log, or the one just sent there. */
  readonly decision: Decision | null;
  /** Highest term any owner was heard to hold; the log may have forgotten the decision that said so. */
  readonly termSeen: number;
  /** Regions in the configured order; empty: as clients name them. */
  readonly preferred: readonly string[];
  /** Latest partial per events partition. */
  readonly partials: Readonly<Record<string, Partial>>;
  /** Home (or `*`) → region → health. */
  readonly health: Readonly<Record<string, Readonly<Record<string, HealthState>>>>;
  readonly gates: Gates;
  /** The hold that the current decision carries out. */
  readonly held: Hold | null;
  /** Automatic failovers of the last 24 hours, oldest first. */
  readonly moves: readonly Move[];
  readonly overrides: { readonly group: Override | null; readonly all: Override | null };
  readonly tilt: Readonly<Record<string, TiltCause>>;
  readonly incident: Incident | null;
  /** Refusals that still stand, so that each is recorded once. */
  readonly refused: readonly string[];
  /** Rows of the last shadow decision, so that each is recorded once. */
  readonly shadow: string | null;
  /** Clients that fail where the rest does not → since when, and whether that was recorded. */
  readonly setAside: Readonly<Record<string, { readonly sinceMs: number; readonly told: boolean }>>;
  /** The decision whose spread through the fleet is being watched. */
  readonly converging: {
    readonly term: number;
    readonly epoch: number;
    readonly sinceMs: number;
  } | null;
};

export type Effect =
  | { readonly kind: 'publishDecision'; readonly decision: Decision }
  | { readonly kind: 'record'; readonly incident: IncidentRecord }
  /** Worth a snapshot: what would hurt to forget has changed. */
  | { readonly kind: 'saveState' };

export type Step = readonly [GroupState, readonly Effect[]];

export function createGroup(
  group: string,
  instance: string,
  preferred: readonly string[],
): GroupState {
  return {
    group,
    instance,
    nowMs: 0,
    watchedSinceMs: null,
    ownership: { kind: 'watching' },
    decision: null,
    termSeen: 0,
    preferred,
    partials: {},
    health: {},
    gates: {},
    held: null,
    moves: [],
    overrides: { group: null, all: null },
    tilt: {},
    incident: null,
    refused: [],
    shadow: null,
    setAside: {},
    converging: null,
  };
}

export function termOf(state: GroupState): number {
  switch (state.ownership.kind) {
    case 'claiming':
    case 'owning':
      return state.ownership.term;
    case 'assigned':
    case 'fenced':
    case 'watching':
      return 0;
  }
}

export function record(state: GroupState, event: IncidentEvent): Effect {
  return {
    kind: 'record',
    incident: {
      v: 1,
      group: state.group,
      incident: state.incident?.id ?? null,
      atMs: state.nowMs,
      owner: state.instance,
      term: termOf(state),
      event,
    },
  };
}

/** Runs steps one after another, each on the state the one before left. */
export function chain(state: GroupState, ...steps: readonly ((state: GroupState) => Step)[]): Step {
  const effects: Effect[] = [];
  let current = state;
  for (const step of steps) {
    const [next, more] = step(current);
    current = next;
    effects.push(...more);
  }
  return [current, effects];
}
