// What happened, in order, for the report and the screen. It keeps a bounded past: a demo left
// running over the weekend must not grow.

import type { Delivery } from '@regionpilot/protocol';
import type { Inbox, Page } from './inbox/inbox.ts';
import type { CommandCounts, HealthChange, Move, Outage, RunLog, SeenDecision } from './report.ts';

const most = 20_000;

export class Chronicle {
  readonly #outages: Outage[] = [];
  readonly #healthChanges: HealthChange[] = [];
  readonly #decisions: SeenDecision[] = [];
  readonly #moves: Move[] = [];
  readonly #failures: number[] = [];
  readonly #deliveries: Delivery[] = [];

  /** ms since 1970; null before the first. */
  get lastOutageMs(): number | null {
    return this.#outages.at(-1)?.atMs ?? null;
  }

  outage(outage: Outage): void {
    keep(this.#outages, outage);
  }

  healthChanged(change: HealthChange): void {
    keep(this.#healthChanges, change);
  }

  decided(decision: SeenDecision): void {
    keep(this.#decisions, decision);
  }

  moved(move: Move): void {
    keep(this.#moves, move);
  }

  failed(atMs: number): void {
    keep(this.#failures, atMs);
  }

  /** An attempt to tell a receiver something. */
  attempted(delivery: Delivery): void {
    keep(this.#deliveries, delivery);
  }

  /** @param sinceMs Leaves out everything before this moment. */
  log(
    bus: RunLog['bus'],
    commands: CommandCounts,
    inbox: Pick<Inbox, 'pages' | 'changes'>,
    sinceMs = 0,
  ): RunLog {
    const later = (each: { readonly atMs: number }): boolean => each.atMs >= sinceMs;
    return {
      bus,
      outages: this.#outages.filter(later),
      healthChanges: this.#healthChanges.filter(later),
      decisions: this.#decisions.filter(({ seenMs }) => seenMs >= sinceMs),
      moves: this.#moves.filter(later),
      failures: this.#failures.filter((atMs) => atMs >= sinceMs),
      commands,
      pages: inbox.pages
        .filter(({ sentMs }) => sentMs >= sinceMs)
        .map((page) => ({ ...page, attempts: this.#attemptsOf(page) })),
      changes: inbox.changes.filter(({ sentMs }) => sentMs >= sinceMs),
    };
  }

  /** It came with the latest attempt that began before it was there. */
  #attemptsOf({ receiver, dedupKey, sentMs }: Page): number {
    const brought = this.#deliveries.findLast(
      (each) =>
        each.receiver === receiver && each.dedupKey === dedupKey && each.startedMs <= sentMs,
    );
    return brought?.attempt ?? 1;
  }
}

function keep<Item>(list: Item[], item: Item): void {
  list.push(item);
  if (list.length > most) list.splice(0, list.length - most);
}
