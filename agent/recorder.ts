// What every connection experienced since the last flush, as counters in typed arrays. This runs in
// somebody else's request path: an answer costs two additions, no allocation, no clock. What a row
// says beyond counts (state, stall) is a level: it is repeated, so a lost batch heals by itself.
//
// A connection's number is used again only after its `gone` was delivered: until then every full
// report repeats the goodbye, and nobody mistakes the next connection for the last.

import {
  batchLimits,
  bucketOf,
  type ConnectionState,
  connectionStates,
  createHistogram,
  type ErrorClass,
  errorClassNames,
  errorClassNumber,
  type Histogram,
  isRegionEvidence,
} from '@regionpilot/protocol';
import type { ConnectionHandle, ConnectionOptions, ProbedRegion } from './connection.ts';
import { grown, newTables, type Tables } from './recorder-tables.ts';

/** One region of one group as this client sees it. */
export type Cell = {
  readonly group: string;
  readonly region: string;
  readonly histogram: Histogram;
  /** Answers since the last flush: the histogram is worth looking at. */
  answers: number;
  /** Our own questions since the last flush, by what became of them. */
  probesAnswered: number;
  probesFailed: number;
  /** Since the agent began, for the local breaker. */
  okTotal: number;
  failedTotal: number;
};

/** A change of state, waiting for the next flush. */
export type Transition = {
  readonly slot: number;
  readonly state: number;
  readonly atMs: number;
};

export const slotUse = { free: 0, open: 1, gone: 2 } as const;

export type Wake =
  /** A connection was lost or is ready, or a stall began or ended: flush at once. */
  | 'change'
  /** The first failure after calm that speaks against a region: flush at once, then quickly. */
  | 'failure'
  /** The owner asks for a look at the probes now. */
  | 'look';

export type RecorderOptions = {
  /** Monotonic, ms. Asked on a change of state only, never per command. */
  readonly nowMs: () => number;
  readonly wake: (why: Wake) => void;
  /** A probe of the host threw. */
  readonly survived: (error: unknown) => void;
};

const goneState = connectionStates.indexOf('gone');
const readyState = connectionStates.indexOf('ready');
const connectingState = connectionStates.indexOf('connecting');
/** A flapping link may fill this many rows of one flush; more is counted as dropped. */
const transitionsMax = 2_000;
/** Room for growth in the numbers of error classes. */
export const classStride = 64;

/** Classes that say nothing about the server: nothing was asked of it. */
const isAnswer = Uint8Array.from(errorClassNames, (name, number) =>
  isRegionEvidence[number] === 1 || name === 'cancelled' || name === 'poolExhausted' ? 0 : 1,
);

/** Owns the counters of all connections of one agent. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #probes: (ConnectionOptions['probe'] | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #cellNumbers = new Map<string, number>();
  readonly cells: Cell[] = [];
  tables: Tables = newTables(16);
  /** Connection numbers below this were used at some time. */
  slots = 0;
  transitions: Transition[] = [];
  /** Transitions that found no room, since the last flush. */
  transitionsLost = 0;
  /** slot × classStride + class → count. */
  readonly errors: Map<number, number> = new Map();
  /** A region failed a command since the last flush. */
  failing = false;
  /** Some connection is stalled. */
  stalled = false;
  /** Connections that found no number. */
  refused = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** A new connection; beyond 65,536 at once it is a handle that records nothing. */
  open({ group, region, probe }: ConnectionOptions): ConnectionHandle {
    const slot = this.#takeSlot();
    if (slot < 0) {
      this.refused++;
      return silentHandle;
    }
    const number = this.#cellNumber(group, region);
    this.#probes[slot] = probe;
    const { tables } = this;
    tables.use[slot] = slotUse.open;
    tables.state[slot] = 0;
    tables.cell[slot] = number;
    tables.ok[slot] = 0;
    tables.failed[slot] = 0;
    tables.stalledMs[slot] = 0;
    tables.touched[slot] = 0;
    tables.known[slot] = 0;
    return this.#handle(slot, this.cells[number] as Cell);
  }

  /** A region without a connection is none of ours. */
  probed({ group, region }: ProbedRegion, answered: boolean): void {
    const cell = this.cells[this.#cellNumbers.get(cellKey(group, region)) ?? -1];
    if (cell === undefined) return;
    if (answered) cell.probesAnswered++;
    else cell.probesFailed++;
  }

  /**
   * Asks every probe how long it has been waiting. Answers when to look again: no stall can begin
   * before that moment, because a command sent after this look needs `stallMs` to become one.
   */
  look(nowMs: number, stallMs: number): number {
    let next = nowMs + stallMs;
    let changed = false;
    this.stalled = false;
    for (let slot = 0; slot < this.slots; slot++) {
      if (this.tables.use[slot] !== slotUse.open) continue;
      const since = this.waitingSince(slot);
      const age = since > 0 ? nowMs - since : 0;
      const stalledMs = age >= stallMs ? Math.round(age) : 0;
      const before = this.tables.stalledMs[slot] as number;
      if (stalledMs > 0 !== before > 0) changed = true;
      if (stalledMs > 0) this.stalled = true;
      else if (since > 0) next = Math.min(next, since + stallMs);
      this.tables.stalledMs[slot] = stalledMs;
    }
    if (changed) this.#options.wake('change');
    return this.stalled ? Math.min(next, nowMs + 50) : next;
  }

  /** The goodbyes of these numbers were delivered: they may be given out again. */
  release(slots: readonly number[]): void {
    for (const slot of slots) {
      if (this.tables.use[slot] !== slotUse.gone) continue;
      this.tables.use[slot] = slotUse.free;
      this.#free.push(slot);
    }
  }

  #handle(slot: number, cell: Cell): ConnectionHandle {
    let open = true;
    return {
      answered: (latencyUs) => {
        if (!open) return;
        const { ok } = this.tables;
        ok[slot] = (ok[slot] as number) + 1;
        const bucket = bucketOf(latencyUs);
        cell.histogram[bucket] = (cell.histogram[bucket] as number) + 1;
        cell.answers++;
      },
      failed: (errorClass, count = 1) => {
        if (open && count > 0) this.#countError(slot, errorClassNumber(errorClass), count);
      },
      changed: (state, errorClass) => {
        if (open && state !== 'gone') this.#changeState(slot, state, errorClass);
      },
      look: () => {
        if (open) this.#options.wake('look');
      },
      close: () => {
        if (!open) return;
        open = false;
        this.#probes[slot] = undefined;
        this.#changeState(slot, 'gone', undefined);
        this.tables.stalledMs[slot] = 0;
        this.tables.use[slot] = slotUse.gone;
      },
    };
  }

  #countError(slot: number, number: number, count: number, isNews = true): void {
    const { tables, errors } = this;
    const key = slot * classStride + number;
    errors.set(key, (errors.get(key) ?? 0) + count);
    tables.touched[slot] = 1;
    if (isRegionEvidence[number] === 1) {
      tables.failed[slot] = (tables.failed[slot] as number) + count;
      if (!this.failing && isNews) {
        this.failing = true;
        this.#options.wake('failure');
      }
    } else if (isAnswer[number] === 1) {
      tables.ok[slot] = (tables.ok[slot] as number) + count;
    }
  }

  #changeState(slot: number, state: ConnectionState, errorClass: ErrorClass | undefined): void {
    const number = connectionStates.indexOf(state);
    if (number < 0) return;
    const isNews = this.#isNews(slot, number);
    this.tables.state[slot] = number;
    if (errorClass !== undefined) this.#countError(slot, errorClassNumber(errorClass), 1, isNews);
    if (this.transitions.length < transitionsMax) {
      this.transitions.push({ slot, state: number, atMs: this.#options.nowMs() });
    } else if (number !== goneState) {
      this.transitionsLost++;
    }
    if (isNews) this.#options.wake('change');
  }

  // A server that is down meets every client's attempts to come back, ten times a second at first. A
  // flush for each was a storm on the log in the very moment the decision had to come through.
  #isNews(slot: number, state: number): boolean {
    const { known, state: states } = this.tables;
    if (state === readyState) {
      known[slot] = 0;
      return states[slot] !== readyState;
    }
    if (state === goneState) return true;
    if (known[slot] === 1 || (state === connectingState && states[slot] !== readyState))
      return false;
    known[slot] = 1;
    return true;
  }

  /** ms, monotonic, as its probe answers; 0: nothing waits, or the probe threw. */
  waitingSince(slot: number): number {
    try {
      const since = this.#probes[slot]?.waitingSinceMs() ?? 0;
      return Number.isFinite(since) ? since : 0;
    } catch (error) {
      this.#options.survived(error);
      return 0;
    }
  }

  #takeSlot(): number {
    const used = this.#free.pop();
    if (used !== undefined) return used;
    if (this.slots >= batchLimits.connections) return -1;
    if (this.slots === this.tables.use.length) this.tables = grown(this.tables);
    return this.slots++;
  }

  #cellNumber(group: string, region: string): number {
    const key = cellKey(group, region);
    const known = this.#cellNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.cells.length;
    const histogram = createHistogram();
    this.cells.push({
      group,
      region,
      histogram,
      answers: 0,
      probesAnswered: 0,
      probesFailed: 0,
      okTotal: 0,
      failedTotal: 0,
    });
    this.#cellNumbers.set(key, number);
    return number;
  }
}

// No name contains a space.
function cellKey(group: string, region: string): string {
  return `${group} ${region}`;
}

const ignore = (): void => undefined;
export const silentHandle: ConnectionHandle = {
  answered: ignore,
  failed: ignore,
  changed: ignore,
  look: ignore,
  close: ignore,
};
