// The consumer group: hands each partition to one living member. A member that stood still too long
// is put out of the group without knowing it, and learns of what it lost late, so that two may work
// on one partition for a while.

import type { Side, SimAggregator } from './aggregator.ts';
import type { Rng } from './rng.ts';
import type { Schedule } from './schedule.ts';

export type CoordinatorOptions = {
  readonly schedule: Schedule;
  readonly rng: Rng;
  readonly partitions: Readonly<Record<Side, number>>;
  /** Silence after which a member is put out, ms. */
  readonly sessionMs: number;
  /** Longest time a member goes on with a partition that was given to another, ms. */
  readonly overlapMs: number;
};

const handOverMs = 100;
const lookMs = 100;

export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #members = new Map<SimAggregator, number>();
  readonly #owners = new Map<string, SimAggregator>();

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    const look = (): void => {
      this.#look();
      options.schedule.after(lookMs, look);
    };
    options.schedule.after(lookMs, look);
  }

  /** Members that stand still or are cut off cannot say that they live. */
  #look(): void {
    const { schedule, sessionMs } = this.#options;
    for (const [member, aliveMs] of this.#members) {
      const speaks = member.isUp && !member.host.isStopped && !member.host.cut;
      if (speaks) this.#members.set(member, schedule.nowMs);
      else if (schedule.nowMs - aliveMs >= sessionMs) this.leave(member);
    }
  }

  join(member: SimAggregator): void {
    if (this.#members.has(member) || member.host.cut) return;
    this.#members.set(member, this.#options.schedule.nowMs);
    this.#rebalance();
  }

  leave(member: SimAggregator): void {
    if (!this.#members.delete(member)) return;
    this.#rebalance();
  }

  has(member: SimAggregator): boolean {
    return this.#members.has(member);
  }

  #rebalance(): void {
    const members = [...this.#members.keys()].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const side of ['events', 'partials'] as const) {
      for (let partition = 0; partition < this.#options.partitions[side]; partition++) {
        this.#give(side, partition, members[partition % Math.max(1, members.length)]);
      }
    }
  }

  #give(side: Side, partition: number, to: SimAggregator | undefined): void {
    const place = `${side}/${partition}`;
    const from = this.#owners.get(place);
    if (from === to) return;
    const { rng, overlapMs } = this.#options;
    if (from !== undefined) {
      const late = rng.between(0, overlapMs);
      from.host.after(late, () => {
        if (this.#owners.get(place) !== from) from.revoke(side, partition);
      });
    }
    if (to === undefined) {
      this.#owners.delete(place);
      return;
    }
    this.#owners.set(place, to);
    to.host.after(rng.between(10, handOverMs), () => {
      if (this.#owners.get(place) === to) to.assign(side, partition);
    });
  }
}
