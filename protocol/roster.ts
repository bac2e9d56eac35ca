// Who is there and what each says, one by one: all clients of one group whose batches lie in one
// events partition. Partials say how many; a roster says who, for the people who look for the one
// client that is different. Nothing is decided on it, so it may be a second old and may lack the
// calmest of very many clients. A level like a partial: the last one of a partition is the truth.

import type { Column } from './batch.ts';

/**
 * What one client says of one region. `quiet`: it has a connection and nothing to say yet; `none`:
 * it has no connection there; `everywhere`: it says down of all its regions, so it is set aside.
 * Positions are wire numbers: append only.
 */
export const rosterVerdicts = ['none', 'quiet', 'ok', 'suspect', 'down', 'everywhere'] as const;
export type RosterVerdict = (typeof rosterVerdicts)[number];

/** `silent`: not heard for `clientSilentMs`, without a goodbye. Positions are wire numbers. */
export const presenceNames = ['here', 'silent', 'goodbye'] as const;
export type Presence = (typeof presenceNames)[number];

export const rosterLimits = {
  /** Most clients in one record. */
  clients: 5_000,
  regions: 16,
  homes: 1_000,
  /** A longer stall or silence is written as this, ms (about 11 days). */
  ms: 999_999_999,
} as const;

/** One region's columns, a number per client or one for all of them; read them by `at`. */
export type RosterColumns = {
  /** Positions in `rosterVerdicts`. */
  readonly verdict: Column;
  readonly connections: Column;
  readonly ready: Column;
  /** Over the long window. */
  readonly answered: Column;
  readonly failed: Column;
  /** Age of the oldest unanswered command, 0 for none. */
  readonly stalledMs: Column;
};

export type Roster = {
  readonly v: 1;
  readonly group: string;
  /** Of `events`. */
  readonly partition: number;
  /** Instance that folded. */
  readonly owner: string;
  /** Watermark of the partition, ms since 1970. */
  readonly atMs: number;
  /** Dictionaries: regions by name, homes and domains as they came. */
  readonly regions: readonly string[];
  readonly homes: readonly string[];
  readonly domains: readonly string[];
  /** Who says down, suspect, or follows an older version comes first; then by name. */
  readonly clients: readonly string[];
  /** Positions in `homes` and `domains`. */
  readonly home: Column;
  readonly domain: Column;
  /** Positions in `presenceNames`. */
  readonly presence: Column;
  /** Time from its last batch to `atMs`. */
  readonly ageMs: Column;
  /** Version of the decision it follows; 0.0: none yet. */
  readonly term: Column;
  readonly epoch: Column;
  /** As many as `regions`, in their order. */
  readonly byRegion: readonly RosterColumns[];
  /** Clients there was no room for: the calmest ones. */
  readonly truncated: number;
};
