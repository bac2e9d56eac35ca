// Everything a folder remembers. Four tables hang together by slot numbers:
//
//   client ─1:n─ membership (client × group) ─1:n─ witness (× region) ─1:n─ connection
//
// A witness is one client's experience of one region; its verdict is the vote. Lists are linked
// through `next` columns that hold slot + 1, so that 0, what a fresh slot contains, ends a list.

import type { PartitionAccounts } from '@regionpilot/protocol';
import { batchLimits, errorClassNames } from '@regionpilot/protocol';
import type { Policy } from '../policy.ts';
import { createClock, type FoldClock } from './clock.ts';
import { type ConnectionIndex, createConnectionIndex } from './connection-index.ts';
import { createNames, type Names } from './names.ts';
import { createTable, type Table } from './table.ts';

export type FolderOptions = {
  readonly partition: number;
  /** Instance that folds; goes into each partial. */
  readonly owner: string;
  readonly policy: Policy;
};

export type Folder = FolderOptions & {
  readonly shape: WindowShape;
  readonly clock: FoldClock;
  readonly accounts: Accounts;
  /** Rows of folded batches that no limit had room for. */
  rowsRejected: number;
  /** A snapshot brought a whole window along. */
  carriedWarm: boolean;
  /** Our clock at the snapshot this came from, until the first word after it; else null. */
  restoredFromMs: number | null;
  readonly clients: Table<ClientColumns>;
  readonly clientSlots: Map<string, number>;
  readonly clientNames: string[];
  /** Current boot of each client, and the one before it, whose late batches are recognised. */
  readonly boots: string[];
  readonly previousBoots: string[];
  readonly memberships: Table<MembershipColumns>;
  readonly witnesses: Table<WitnessColumns>;
  readonly connections: Table<ConnectionColumns>;
  readonly connectionIndex: ConnectionIndex;
  readonly homes: Names;
  readonly domains: Names;
  readonly groupSlots: Map<string, number>;
  readonly groups: (Group | null)[];
  readonly cells: Map<string, Cell>;
  readonly cellList: (Cell | null)[];
  /** Of the batch at hand, per row: witness (-1: rejected), connection (-1: gone) and bucket (below
   * 0: too late). */
  readonly rowWitness: Int32Array;
  readonly rowConnection: Int32Array;
  readonly rowBucket: Int32Array;
  /** A vote changed since the last look at the whole. */
  votesChanged: boolean;
  lookedMs: number;
};

export type WindowShape = {
  readonly tickMs: number;
  /** Buckets of the long and of the short window. */
  readonly long: number;
  readonly short: number;
};

export type Accounts = { -readonly [K in keyof PartitionAccounts]: PartitionAccounts[K] };

export type ClientColumns = {
  /** Log time of its last batch, and that batch's number. */
  lastSeenMs: Float64Array;
  lastSeq: Float64Array;
  /** Drops it declared since its boot began. */
  declared: Float64Array;
  /** Smallest (log time − client's clock) of this and of the last stretch; see skew.ts. */
  offsetMs: Float64Array;
  offsetBeforeMs: Float64Array;
  offsetSinceMs: Float64Array;
  home: Int32Array;
  domain: Int32Array;
  /** Slot + 1. */
  firstMembership: Int32Array;
  connections: Uint16Array;
  /** 0 free, 1 here, 2 said goodbye. */
  presence: Uint8Array;
};

export type MembershipColumns = {
  client: Int32Array;
  group: Int32Array;
  /** Slot + 1. */
  next: Int32Array;
  firstWitness: Int32Array;
  term: Float64Array;
  epoch: Float64Array;
};

export type WitnessColumns = {
  client: Int32Array;
  cell: Int32Array;
  /** Slot + 1. */
  next: Int32Array;
  firstConnection: Int32Array;
  connections: Uint16Array;
  ready: Uint16Array;
  /** Connections with an unanswered command. */
  waiting: Uint16Array;
  verdict: Uint8Array;
  /** Something was answered later than this, log time. */
  answeredAfterMs: Float64Array;
  /** Newest bucket of the ring, and [answered, failed] per bucket. */
  head: Int32Array;
  ring: Uint16Array;
  longAnswered: Uint32Array;
  longFailed: Uint32Array;
  shortAnswered: Uint32Array;
  shortFailed: Uint32Array;
};

export type ConnectionColumns = {
  client: Int32Array;
  witness: Int32Array;
  /** Slot + 1. */
  next: Int32Array;
  number: Uint16Array;
  state: Uint8Array;
  everReady: Uint8Array;
  /** 1 while it is not ready for a reason of the caller's own (a wrong password). */
  excused: Uint8Array;
  /** Reported age of the oldest unanswered command, and when; 0 for none. */
  stalledMs: Float64Array;
  lastRowMs: Float64Array;
};

export type Group = {
  readonly name: string;
  readonly slot: number;
  members: number;
  /** When the last member left, log time. */
  emptiedMs: number;
  seq: number;
  emittedMs: number;
  /** Newest version any member claims. */
  term: number;
  epoch: number;
  /** Region → its cells, one per home. */
  readonly regions: Map<string, Cell[]>;
  /** Fingerprint of the votes in the last partial. */
  votes: string;
};

/** One (group, region, home): what does not belong to a single client. */
export type Cell = {
  readonly slot: number;
  readonly key: string;
  readonly group: Group;
  readonly region: string;
  readonly home: string;
  witnesses: number;
  /** When its last witness left, log time. */
  emptiedMs: number;
  /** [answered, failed, then one count per error class] per bucket, their sums, newest bucket. */
  readonly ring: Float64Array;
  readonly sums: Float64Array;
  /** What left the ring since the folder began: with `sums`, all that was ever counted. */
  readonly past: Float64Array;
  head: number;
  readonly latency: Float64Array;
  /** Clients' own questions since the folder began here: [answered, failed]. Not saved. */
  readonly probes: Float64Array;
};

export const cellStride: number = 2 + errorClassNames.length;

export function createFolder(options: FolderOptions): Folder {
  const { policy } = options;
  const shape: WindowShape = {
    tickMs: policy.tickMs,
    long: policy.longWindowMs / policy.tickMs,
    short: policy.shortWindowMs / policy.tickMs,
  };
  return {
    ...options,
    shape,
    clock: createClock(),
    accounts: emptyAccounts(),
    rowsRejected: 0,
    carriedWarm: false,
    restoredFromMs: null,
    clients: createTable(clientColumns(16), 16),
    clientSlots: new Map(),
    clientNames: [],
    boots: [],
    previousBoots: [],
    memberships: createTable(membershipColumns(16), 16),
    witnesses: createTable(witnessColumns(16, shape.long), 16),
    connections: createTable(connectionColumns(16), 16),
    connectionIndex: createConnectionIndex(),
    homes: createNames(),
    domains: createNames(),
    groupSlots: new Map(),
    groups: [],
    cells: new Map(),
    cellList: [],
    rowWitness: new Int32Array(batchLimits.rows),
    rowConnection: new Int32Array(batchLimits.rows),
    rowBucket: new Int32Array(batchLimits.rows),
    votesChanged: false,
    lookedMs: Number.NEGATIVE_INFINITY,
  };
}

function emptyAccounts(): Accounts {
  return {
    offset: 0,
    lagRecords: 0,
    batches: 0,
    rows: 0,
    duplicates: 0,
    rejected: 0,
    gaps: 0,
    declaredDrops: 0,
    late: 0,
    clamped: 0,
  };
}

function clientColumns(n: number): ClientColumns {
  return {
    lastSeenMs: new Float64Array(n),
    lastSeq: new Float64Array(n),
    declared: new Float64Array(n),
    offsetMs: new Float64Array(n),
    offsetBeforeMs: new Float64Array(n),
    offsetSinceMs: new Float64Array(n),
    home: new Int32Array(n),
    domain: new Int32Array(n),
    firstMembership: new Int32Array(n),
    connections: new Uint16Array(n),
    presence: new Uint8Array(n),
  };
}

function membershipColumns(n: number): MembershipColumns {
  return {
    client: new Int32Array(n),
    group: new Int32Array(n),
    next: new Int32Array(n),
    firstWitness: new Int32Array(n),
    term: new Float64Array(n),
    epoch: new Float64Array(n),
  };
}

function witnessColumns(n: number, buckets: number): WitnessColumns {
  return {
    client: new Int32Array(n),
    cell: new Int32Array(n),
    next: new Int32Array(n),
    firstConnection: new Int32Array(n),
    connections: new Uint16Array(n),
    ready: new Uint16Array(n),
    waiting: new Uint16Array(n),
    verdict: new Uint8Array(n),
    answeredAfterMs: new Float64Array(n),
    head: new Int32Array(n),
    ring: new Uint16Array(n * buckets * 2),
    longAnswered: new Uint32Array(n),
    longFailed: new Uint32Array(n),
    shortAnswered: new Uint32Array(n),
    shortFailed: new Uint32Array(n),
  };
}

function connectionColumns(n: number): ConnectionColumns {
  return {
    client: new Int32Array(n),
    witness: new Int32Array(n),
    next: new Int32Array(n),
    number: new Uint16Array(n),
    state: new Uint8Array(n),
    everReady: new Uint8Array(n),
    excused: new Uint8Array(n),
    stalledMs: new Float64Array(n),
    lastRowMs: new Float64Array(n),
  };
}
