// One flush of one client's agent: one Kafka record. Columns instead of rows, because a column of
// small integers is four times smaller and several times faster to parse than rows of objects, and
// stays readable in any Kafka tool. A column in which every row agrees is a single number.

/** What a row reports. `sample` carries counts; the others say that the connection changed state. */
export const eventKinds = [
  'sample',
  'connecting',
  'ready',
  'closed',
  'reconnecting',
  'failed',
  'gone',
] as const;
export type EventKind = (typeof eventKinds)[number];

/**
 * State of a connection after a row. `gone` means its owner closed it on purpose, which speaks
 * against nobody. Positions are wire numbers: append only.
 */
export const connectionStates = [
  'connecting',
  'ready',
  'closed',
  'reconnecting',
  'failed',
  'gone',
] as const;
export type ConnectionState = (typeof connectionStates)[number];

/** One number per row, or one number for all rows. */
export type Column = number | readonly number[];

/** Why an agent dropped events instead of sending them. */
export const dropReasons = ['ringFull', 'tooLarge', 'sendFailed', 'shutdown'] as const;
export type DropReason = (typeof dropReasons)[number];

export type Batch = {
  readonly v: 1;
  /** Stable name of the process; one client, one vote. */
  readonly client: string;
  /** Random per start of the agent, so that a restart's `seq` cannot look like a repeat. */
  readonly boot: string;
  /** 0, 1, 2, … per boot. (client, boot, seq) names a batch once and for all. */
  readonly seq: number;
  /** Client's clock when sent, and the moment `at` counts from. ms since 1970, untrusted. */
  readonly sentMs: number;
  readonly baseMs: number;
  readonly home: string;
  readonly domain: string;
  /** Group → [term, epoch] this client follows now. */
  readonly applied: Readonly<Record<string, readonly [number, number]>>;
  /** Rows made since the boot began, this batch included. */
  readonly produced: number;
  /** Rows dropped since the boot began, by reason. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** The client is shutting down on purpose: its silence means nothing from here on. */
  readonly bye: boolean;
  /** Dictionary of group and region names. */
  readonly strings: readonly string[];
  /** Number of rows. */
  readonly rows: number;
  /** Connection number within the client, 0..65,535; reused after `gone`. */
  readonly connection: Column;
  /** Positions in `strings`. */
  readonly group: Column;
  readonly region: Column;
  /** Positions in `eventKinds` and `connectionStates`. */
  readonly event: Column;
  readonly state: Column;
  /** ms after `baseMs`, 0..3,600,000. */
  readonly at: Column;
  /** Commands answered since the last row of this connection (an error reply of kind client or
   * neutral is an answer: the region worked). */
  readonly ok: Column;
  /** Age of the oldest command nobody answered, with nothing answered since it was sent; ms, 0 for none. */
  readonly stalledMs: Column;
  /** Failures, flat: row, error class number, count, row, … */
  readonly errors: readonly number[];
  /** Latency of answers per group and region: [group, region, bucket, count, bucket, count, …]. */
  readonly latency: readonly (readonly number[])[];
  /**
   * Answers to the agent's own questions since the last batch, per group and region that a row names:
   * [group, region, answered, failed]. They are among `ok` and `errors` too. Missing: none were asked.
   */
  readonly probes?: readonly (readonly [number, number, number, number])[];
  /** What the agent did on its own: local breaker moves. */
  readonly breaker: readonly BreakerReport[];
};

/** The local breaker left (or returned to) a region while the decision stream was stale. */
export type BreakerReport = {
  readonly group: string;
  readonly from: string;
  readonly to: string;
  readonly atMs: number;
  readonly reason: string;
};

export const batchLimits = {
  bytes: 1_000_000,
  rows: 10_000,
  strings: 1_000,
  connections: 65_536,
  atMs: 3_600_000,
} as const;

/** The value of a column at a row. */
export function at(column: Column, row: number): number {
  return typeof column === 'number' ? column : (column[row] as number);
}

/** Folds equal values into a single number. */
export function column(values: readonly number[]): Column {
  const first = values[0];
  if (first === undefined) return 0;
  return values.every((value) => value === first) ? first : values;
}
