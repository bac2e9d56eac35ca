// Counters to rows. A row is written for every change of state, for every connection with something
// to count, and, in a full report, for every connection there is: levels repeated once a second are
// what lets the reader lose a batch without being wrong for long.

import {
  type Batch,
  type BreakerReport,
  batchLimits,
  type Column,
  column,
  connectionStates,
  toSparse,
} from '@regionpilot/protocol';
import { type Cell, classStride, type Recorder, slotUse } from './recorder.ts';

/** A batch before it has a number: what waits in the ring. */
export type Draft = {
  /** Wall clock that `at` counts from, ms since 1970. */
  readonly baseMs: number;
  readonly rows: number;
  readonly columns: Readonly<Record<RowField, Column>>;
  readonly strings: readonly string[];
  readonly errors: readonly number[];
  readonly latency: readonly (readonly number[])[];
  readonly probes: NonNullable<Batch['probes']>;
  readonly breaker: readonly BreakerReport[];
  /** Connection numbers that say goodbye here. */
  readonly gone: readonly number[];
  /** Says that something changed, and not only how much of the same. */
  readonly hasChanges: boolean;
  /** About how much memory it holds, bytes. */
  readonly weight: number;
};

const fields = [
  'connection',
  'group',
  'region',
  'event',
  'state',
  'at',
  'ok',
  'stalledMs',
] as const;
export type RowField = (typeof fields)[number];

export type HarvestOptions = {
  readonly nowMs: number;
  /** Wall clock minus monotonic clock, ms. */
  readonly wallOffsetMs: number;
  /** A row for every connection, also where nothing happened. */
  readonly full: boolean;
  readonly breaker: readonly BreakerReport[];
};

export type Harvest = {
  readonly drafts: readonly Draft[];
  /** Failures that speak against a region, in this harvest. */
  readonly failures: number;
  /** Rows that were made and found no room. */
  readonly lost: number;
};

const sample = 0;
const goneState = connectionStates.indexOf('gone');
/** Leaves room under the wire's limit of bytes with the longest names. */
export const rowsPerDraft = 5_000;

/** Takes everything counted since the last time; the counters begin again at 0. */
export function harvest(recorder: Recorder, options: HarvestOptions): Harvest {
  const writer = new DraftWriter(recorder, options);
  const { transitions, transitionsLost: lost } = recorder;
  recorder.transitions = [];
  recorder.transitionsLost = 0;
  recorder.failing = false;
  const lastTransition = new Map<number, number>();
  for (const [index, { slot }] of transitions.entries()) lastTransition.set(slot, index);
  for (const [index, { slot, state, atMs }] of transitions.entries()) {
    writer.row(slot, state + 1, state, atMs, lastTransition.get(slot) === index);
  }
  for (let slot = 0; slot < recorder.slots; slot++) {
    if (!lastTransition.has(slot)) writeLevel(recorder, writer, slot, options);
  }
  writer.finish();
  return { drafts: writer.drafts, failures: writer.failures, lost };
}

function writeLevel(
  recorder: Recorder,
  writer: DraftWriter,
  slot: number,
  { full, nowMs }: HarvestOptions,
): void {
  const { use, state, ok, touched, stalledMs } = recorder.tables;
  const isGone = use[slot] === slotUse.gone;
  if (use[slot] === slotUse.free || (isGone && !full)) return;
  const says = full || touched[slot] === 1 || (ok[slot] as number) > 0;
  if (!says && stalledMs[slot] === 0) return;
  const now = state[slot] as number;
  writer.row(slot, isGone ? goneState + 1 : sample, now, nowMs, true);
}

/** Collects rows and cuts them into drafts the wire has room for. */
class DraftWriter {
  readonly drafts: Draft[] = [];
  failures = 0;
  readonly #recorder: Recorder;
  readonly #options: HarvestOptions;
  #baseMs: number;
  #values: Record<RowField, number[]> = newValues();
  #strings = new Map<string, number>();
  /** Row of a connection whose errors belong to it. */
  #rowOf = new Map<number, number>();
  #gone: number[] = [];
  #hasChanges = false;

  constructor(recorder: Recorder, options: HarvestOptions) {
    this.#recorder = recorder;
    this.#options = options;
    this.#baseMs = earliest(recorder, options.nowMs);
  }

  /** `withCounts`: this row carries what the connection counted since its last row. */
  row(slot: number, event: number, state: number, atMs: number, withCounts: boolean): void {
    if (this.#values.at.length >= rowsPerDraft || !this.#hasRoomForNames()) this.#cut();
    const { tables, cells } = this.#recorder;
    const cell = cells[tables.cell[slot] as number] as Cell;
    const values = this.#values;
    values.connection.push(slot);
    values.group.push(this.#string(cell.group));
    values.region.push(this.#string(cell.region));
    values.event.push(event);
    values.state.push(state);
    values.at.push(Math.min(Math.max(Math.round(atMs - this.#baseMs), 0), batchLimits.atMs));
    values.ok.push(withCounts ? this.#takeCounts(slot, cell) : 0);
    values.stalledMs.push(tables.stalledMs[slot] as number);
    if (withCounts) this.#rowOf.set(slot, values.at.length - 1);
    if (event !== sample) this.#hasChanges = true;
    if (state === goneState) this.#gone.push(slot);
  }

  /** The last draft; one without rows still says "I live". */
  finish(): void {
    this.#cut(this.#options.breaker);
  }

  #takeCounts(slot: number, cell: Cell): number {
    const { tables } = this.#recorder;
    const ok = tables.ok[slot] as number;
    const failed = tables.failed[slot] as number;
    cell.okTotal += ok;
    cell.failedTotal += failed;
    this.failures += failed;
    tables.ok[slot] = 0;
    tables.failed[slot] = 0;
    tables.touched[slot] = 0;
    return Math.min(ok, Number.MAX_SAFE_INTEGER);
  }

  #cut(breaker: readonly BreakerReport[] = []): void {
    const values = this.#values;
    const rows = values.at.length;
    const errors = this.#takeErrors();
    const latency = this.#takeLatency();
    const probes = this.#takeProbes();
    const columns = Object.fromEntries(
      fields.map((field) => [field, column(values[field])]),
    ) as Record<RowField, Column>;
    const strings = [...this.#strings.keys()];
    this.drafts.push({
      baseMs: Math.round(this.#baseMs + this.#options.wallOffsetMs),
      rows,
      columns,
      strings,
      errors,
      latency,
      probes,
      breaker,
      gone: this.#gone,
      hasChanges: this.#hasChanges || breaker.length > 0,
      weight: weigh(columns, strings, errors, [...latency, ...probes], breaker),
    });
    this.#values = newValues();
    this.#strings = new Map();
    this.#rowOf = new Map();
    this.#gone = [];
    this.#hasChanges = false;
  }

  #takeErrors(): readonly number[] {
    const flat: number[] = [];
    for (const [key, count] of this.#recorder.errors) {
      const row = this.#rowOf.get(Math.floor(key / classStride));
      if (row === undefined) continue;
      flat.push(row, key % classStride, count);
      this.#recorder.errors.delete(key);
    }
    return flat;
  }

  #takeLatency(): readonly (readonly number[])[] {
    const lists: number[][] = [];
    for (const cell of this.#recorder.cells) {
      if (cell.answers === 0 || !this.#hasRoomForNames()) continue;
      lists.push([
        this.#string(cell.group),
        this.#string(cell.region),
        ...toSparse(cell.histogram),
      ]);
      cell.histogram.fill(0);
      cell.answers = 0;
    }
    return lists;
  }

  /** With the rows of their connections, since the reader knows a pair by those. */
  #takeProbes(): Draft['probes'] {
    const lists: [number, number, number, number][] = [];
    for (const cell of this.#recorder.cells) {
      const { group, region, probesAnswered, probesFailed } = cell;
      if (probesAnswered + probesFailed === 0) continue;
      if (!this.#strings.has(group) || !this.#strings.has(region)) continue;
      lists.push([this.#string(group), this.#string(region), probesAnswered, probesFailed]);
      cell.probesAnswered = 0;
      cell.probesFailed = 0;
    }
    return lists;
  }

  #hasRoomForNames(): boolean {
    return this.#strings.size + 2 <= batchLimits.strings;
  }

  #string(name: string): number {
    const known = this.#strings.get(name);
    if (known !== undefined) return known;
    const number = this.#strings.size;
    this.#strings.set(name, number);
    return number;
  }
}

function newValues(): Record<RowField, number[]> {
  return Object.fromEntries(fields.map((field) => [field, []])) as unknown as Record<
    RowField,
    number[]
  >;
}

function earliest({ transitions }: Recorder, nowMs: number): number {
  let first = nowMs;
  for (const { atMs } of transitions) if (atMs < first) first = atMs;
  return first;
}

function weigh(
  columns: Readonly<Record<RowField, Column>>,
  strings: readonly string[],
  errors: readonly number[],
  latency: readonly (readonly number[])[],
  breaker: readonly BreakerReport[],
): number {
  let numbers = errors.length;
  for (const field of fields)
    numbers += typeof columns[field] === 'number' ? 1 : columns[field].length;
  for (const list of latency) numbers += list.length + 4;
  let characters = 0;
  for (const name of strings) characters += name.length + 16;
  return 600 + numbers * 8 + characters * 2 + breaker.length * 400;
}
