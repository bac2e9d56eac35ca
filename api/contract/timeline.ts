// What happened, newest first on pages, each entry with its evidence.

import type { IncidentEvent } from '@regionpilot/protocol';

/** An incident event without the brain's state, which is only for `replay`. */
export type TimelineEvent =
  | Exclude<IncidentEvent, { kind: 'decided' }>
  | Omit<Extract<IncidentEvent, { kind: 'decided' }>, 'replay'>;

/** `GET /api/v1/groups/:group/timeline?limit&cursor&from&to&kind&incident`. */
export type TimelineEntry = {
  /** `<partition>-<offset>` in `incidents`: stable, for links. */
  readonly id: string;
  readonly group: string;
  readonly incident: string | null;
  readonly atMs: number;
  readonly owner: string;
  readonly term: number;
  /** One sentence. */
  readonly text: string;
  /** The numbers behind it, one sentence each. */
  readonly details: readonly string[];
  readonly event: TimelineEvent;
  /** Who did what, for people's writes; null for automatic ones. */
  readonly actor: string | null;
};

/** `GET /api/v1/incidents?group&open&from&to`; `GET /api/v1/incidents/:id` has `entries` too. */
export type IncidentSummary = {
  readonly id: string;
  readonly group: string;
  readonly openedMs: number;
  /** null while it is open. */
  readonly closedMs: number | null;
  readonly regions: readonly string[];
  /** Worst health seen, and the first decision's sentence, or why nothing was decided. */
  readonly title: string;
  readonly decisions: number;
  readonly refusals: number;
  /** First bad event → decided → everybody follows, ms; null: not (yet). */
  readonly decidedAfterMs: number | null;
  readonly convergedAfterMs: number | null;
  readonly entries: number;
};

/** `GET /api/v1/incidents/:id`: the summary, and all of its entries in place of their number. */
export type IncidentDetail = Omit<IncidentSummary, 'entries'> & {
  /** Oldest first, at most 5,000. */
  readonly entries: readonly TimelineEntry[];
};

/** `GET /api/v1/decisions?group&limit&cursor`. */
export type DecisionSummary = {
  readonly id: string;
  readonly group: string;
  readonly term: number;
  readonly epoch: number;
  readonly atMs: number;
  readonly reason: string;
  readonly text: string;
  readonly shadow: boolean;
  readonly incident: string | null;
  readonly admit: Readonly<Record<string, number>>;
};

/** `GET /api/v1/groups/:group/replay?at=`: the group as it was, for the time scrubber. */
export type MomentInThePast = {
  readonly atMs: number;
  readonly regions: readonly {
    readonly region: string;
    readonly health: string;
    readonly admit: number;
  }[];
  readonly term: number;
  readonly epoch: number;
  readonly text: string;
  readonly noSafeTarget: boolean;
};
