// Batches on their way to the log, bounded by bytes. When the log is away for long, the oldest
// samples are given up first and changes of state last, and every row given up is declared.
//
// The arithmetic anyone can check, at every batch that arrives:
//
//   produced = rows of the batches with a lower or the same seq  +  dropped
//
// It holds because a batch gets its number, and `produced` and `dropped` their values, only at the
// moment it leaves the ring: rows that still wait are in neither. So a reader that adds up
// `received + declared drops + gaps` ends at `produced`, and a hole in `seq` can only mean that the
// log lost a batch, never that this ring did.

import type { DropReason } from '@regionpilot/protocol';
import type { Draft } from './harvest.ts';

/** A draft with its place in the history of this boot. */
export type Numbered = {
  readonly draft: Draft;
  readonly seq: number;
  readonly produced: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
};

export type RingOptions = {
  /** Every loss, as it happens. */
  readonly lost: (reason: DropReason, rows: number) => void;
};

const recordsPerSend = 16;
const weightPerSend = 256_000;

/** Owns everything unsent. */
export class Ring {
  readonly #options: RingOptions;
  #waiting: Draft[] = [];
  #underWay: readonly Numbered[] = [];
  #nextSeq = 0;
  #sentRows = 0;
  readonly #dropped: Partial<Record<DropReason, number>> = {};
  #droppedRows = 0;
  #bytes = 0;

  constructor(options: RingOptions) {
    this.#options = options;
  }

  /** About how much memory is held, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  get length(): number {
    return this.#waiting.length + this.#underWay.length;
  }

  get dropped(): Readonly<Partial<Record<DropReason, number>>> {
    return { ...this.#dropped };
  }

  /** Is this the last batch there is to send? */
  isLast(batch: Numbered): boolean {
    return this.#waiting.length === 0 && this.#underWay.at(-1) === batch;
  }

  /** Rows that left the ring, one way or the other. */
  get produced(): number {
    return this.#sentRows + this.#droppedRows;
  }

  push(draft: Draft, limitBytes: number): void {
    if (draft.weight > limitBytes) return this.drop('tooLarge', draft.rows);
    this.#waiting.push(draft);
    this.#bytes += draft.weight;
    while (this.#bytes > limitBytes && this.#waiting.length > 0) this.#giveOneUp();
  }

  /** Rows that never became a draft, or that nobody will send. */
  drop(reason: DropReason, rows: number): void {
    if (rows <= 0) return;
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + rows;
    this.#droppedRows += rows;
    this.#options.lost(reason, rows);
  }

  /**
   * The next batches to send, oldest first, or those already under way: until `delivered`, the same
   * ones with the same numbers, so that a reader can tell a repeat from news.
   */
  take(most: number = recordsPerSend): readonly Numbered[] {
    if (this.#underWay.length > 0) return this.#underWay;
    const taken: Numbered[] = [];
    let weight = 0;
    for (const draft of this.#waiting) {
      weight += draft.weight;
      if (taken.length >= most || (taken.length > 0 && weight > weightPerSend)) break;
      taken.push(this.#number(draft));
    }
    this.#waiting.splice(0, taken.length);
    this.#underWay = taken;
    return taken;
  }

  /** What was under way is in the log. */
  delivered(): readonly Numbered[] {
    const done = this.#underWay;
    for (const { draft } of done) this.#bytes -= draft.weight;
    this.#underWay = [];
    return done;
  }

  /** What was under way is certainly not in the log: it goes back, without its numbers. */
  takeBack(): void {
    for (const { draft } of this.#underWay) this.#sentRows -= draft.rows;
    this.#nextSeq -= this.#underWay.length;
    this.#waiting = [...this.#underWay.map(({ draft }) => draft), ...this.#waiting];
    this.#underWay = [];
  }

  /** The log will never take the oldest waiting batch. */
  dropOldest(reason: DropReason): void {
    const [draft] = this.#waiting.splice(0, 1);
    if (draft === undefined) return;
    this.#bytes -= draft.weight;
    this.drop(reason, draft.rows);
  }

  /** Nobody will send anything any more. */
  dropAll(reason: DropReason): void {
    const rows = this.#waiting.reduce((sum, draft) => sum + draft.rows, 0);
    this.#waiting = [];
    this.drop(reason, rows);
  }

  #number(draft: Draft): Numbered {
    this.#sentRows += draft.rows;
    return { draft, seq: this.#nextSeq++, produced: this.produced, dropped: this.dropped };
  }

  #giveOneUp(): void {
    const samples = this.#waiting.findIndex(({ hasChanges }) => !hasChanges);
    const [draft] = this.#waiting.splice(Math.max(samples, 0), 1);
    if (draft === undefined) return;
    this.#bytes -= draft.weight;
    this.drop('ringFull', draft.rows);
  }
}
