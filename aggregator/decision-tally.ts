// Counts what brains decided and refused, and times the stages of a failover, out of the records the
// shell writes anyway.

import {
  bucketOf,
  type Counts,
  createHistogram,
  type Decision,
  type FailoverStage,
  type Histogram,
  type IncidentRecord,
  isNewer,
  type MoveReading,
  noVersion,
} from '@regionpilot/protocol';
import { movesBetween } from './routes.ts';

/** What is remembered of a group between two records. */
type Watch = {
  /** Region → since when it is suspect. */
  readonly suspectMs: Map<string, number>;
  downMs: number | null;
  /** "term.epoch" of the last failover, and our clock when it was sent until it is read back. */
  failover: string | null;
  sentMs: number | null;
};

export class DecisionTally {
  readonly #decisions = new Counter();
  readonly #refusals = new Counter();
  readonly #records = new Counter();
  readonly #stages = new Map<string, readonly [string, FailoverStage, Histogram]>();
  readonly #watches = new Map<string, Watch>();
  readonly #moves = new Map<string, MoveReading>();
  /** By group, to know what the next one changes. */
  readonly #newest = new Map<string, Decision>();
  readonly #beatsMs = new Map<number, number>();

  get decisions(): Counts {
    return this.#decisions.rows();
  }

  get refusals(): Counts {
    return this.#refusals.rows();
  }

  get records(): Counts {
    return this.#records.rows();
  }

  get moves(): readonly MoveReading[] {
    return [...this.#moves.values()];
  }

  get stages(): readonly (readonly [string, FailoverStage, Histogram])[] {
    return [...this.#stages.values()];
  }

  /** Partition → when its last heartbeat was appended, ms since 1970. */
  get heartbeats(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#beatsMs);
  }

  beatHeard(partition: number, appendedMs: number): void {
    this.#beatsMs.set(partition, appendedMs);
  }

  recorded({ group, atMs, event }: IncidentRecord): void {
    this.#records.add(group, event.kind);
    const watch = this.#watch(group);
    if (event.kind === 'refused') this.#refusals.add(group, event.rule);
    if (event.kind === 'healthChanged') {
      this.#healthChanged(group, watch, `${event.home} ${event.region}`, event.to, atMs);
    }
    if (event.kind === 'converged' && watch.failover === `${event.term}.${event.epoch}`) {
      this.#took(group, 'apply', event.tookMs);
      watch.failover = null;
    }
  }

  /** @param nowMs Our clock. */
  published(decision: Decision, nowMs: number): void {
    const { group, term, epoch, reason, atMs } = decision;
    this.#countMoves(decision);
    this.#follow(decision);
    this.#decisions.add(group, reason);
    if (reason !== 'regionDown' && reason !== 'regionDownFromHome') return;
    const watch = this.#watch(group);
    if (watch.downMs !== null) this.#took(group, 'decide', atMs - watch.downMs);
    watch.downMs = null;
    watch.failover = `${term}.${epoch}`;
    watch.sentMs = nowMs;
  }

  /** A decision came by in the log. */
  readBack(decision: Decision, nowMs: number): void {
    const { group, term, epoch } = decision;
    this.#follow(decision);
    const watch = this.#watches.get(group);
    if (watch === undefined || watch.sentMs === null) return;
    if (watch.failover !== `${term}.${epoch}`) return;
    this.#took(group, 'publish', nowMs - watch.sentMs);
    watch.sentMs = null;
  }

  #countMoves(decision: Decision): void {
    const { group, reason } = decision;
    const before = this.#newest.get(group);
    if (before === undefined) return;
    for (const [from, to] of movesBetween(before, decision)) {
      const key = `${group} ${from} ${to} ${reason}`;
      const count = (this.#moves.get(key)?.count ?? 0) + 1;
      this.#moves.set(key, { group, from, to, reason, count });
    }
  }

  #follow(decision: Decision): void {
    const newest = this.#newest.get(decision.group) ?? noVersion;
    if (isNewer(decision, newest)) this.#newest.set(decision.group, decision);
  }

  #healthChanged(group: string, watch: Watch, where: string, to: string, atMs: number): void {
    if (to === 'down') {
      this.#took(group, 'detect', atMs - (watch.suspectMs.get(where) ?? atMs));
      watch.downMs = atMs;
    }
    if (to === 'suspect') watch.suspectMs.set(where, atMs);
    else watch.suspectMs.delete(where);
  }

  #took(group: string, stage: FailoverStage, ms: number): void {
    const key = `${group} ${stage}`;
    const [, , histogram] = this.#stages.get(key) ?? [group, stage, createHistogram()];
    const bucket = bucketOf(ms * 1_000);
    histogram[bucket] = (histogram[bucket] ?? 0) + 1;
    this.#stages.set(key, [group, stage, histogram]);
  }

  #watch(group: string): Watch {
    const known = this.#watches.get(group);
    if (known !== undefined) return known;
    const fresh: Watch = { suspectMs: new Map(), downMs: null, failover: null, sentMs: null };
    this.#watches.set(group, fresh);
    return fresh;
  }
}

class Counter {
  readonly #counts = new Map<string, readonly [string, string, number]>();

  add(group: string, what: string): void {
    const key = `${group} ${what}`;
    const [, , before] = this.#counts.get(key) ?? [group, what, 0];
    this.#counts.set(key, [group, what, before + 1]);
  }

  rows(): Counts {
    return [...this.#counts.values()];
  }
}
