// One aggregator process: folders and brain under its own clock, timers and mishaps, composed as
// `aggregator/io/aggregator.ts` does it.

import type { Journal } from '../../../aggregator/journal.ts';
import type { Policy } from '../../../aggregator/policy.ts';
import { type BrainStep, SimDeciding } from './deciding.ts';
import { SimFolding } from './folding.ts';
import type { Host } from './host.ts';
import type { SimLog, TopicName } from './log.ts';
import { SimOutbox } from './outbox.ts';

export type AggregatorWorld = {
  readonly host: Host;
  readonly log: SimLog;
  readonly policy: Policy;
  readonly preferred: readonly string[];
  readonly partialPartitions: number;
  readonly snapshotMs: number;
  readonly useSnapshots: boolean;
  readonly stepped: (step: BrainStep) => void;
  readonly journal: Journal | null;
};

export type Side = 'events' | 'partials';

type Running = {
  readonly instance: string;
  readonly folding: SimFolding;
  readonly deciding: SimDeciding;
};

const vigilMs = 100;

export class SimAggregator {
  readonly name: string;
  readonly host: Host;
  readonly #world: AggregatorWorld;
  #running: Running | null = null;
  #starts = 0;

  constructor(name: string, world: AggregatorWorld) {
    this.name = name;
    this.host = world.host;
    this.#world = world;
  }

  get isUp(): boolean {
    return this.#running !== null;
  }

  /** Name of this start; null while it is down. */
  get instance(): string | null {
    return this.#running?.instance ?? null;
  }

  get deciding(): SimDeciding | null {
    return this.#running?.deciding ?? null;
  }

  start(): void {
    const { host, log, policy } = this.#world;
    const instance = `${this.name}-${++this.#starts}`;
    const outbox = (topic: TopicName, latestOnly: boolean, extraMs = 0): SimOutbox =>
      new SimOutbox({ log, host, topic, latestOnly, extraMs });
    const state = outbox('state', true, 50);
    const shared = { ...this.#world, instance, state };
    const folding = new SimFolding({ ...shared, partials: outbox('partials', false) });
    const deciding = new SimDeciding({
      ...shared,
      decisions: outbox('decisions', true),
      heartbeats: outbox('decisions', true),
      incidents: outbox('incidents', false, 50),
    });
    this.#running = { instance, folding, deciding };
    host.every(policy.tickMs, () => folding.tick());
    host.every(policy.heartbeatMs, () => deciding.beat());
    host.every(this.#world.snapshotMs, () => folding.snapshot());
    host.every(1_000, () => folding.measureLag());
    this.#keepVigil(deciding);
  }

  crash(): void {
    this.#running?.folding.close();
    this.#running?.deciding.close();
    this.#running = null;
    this.host.kill();
  }

  assign(side: Side, partition: number): void {
    this.#side(side)?.assign(partition);
  }

  revoke(side: Side, partition: number): void {
    this.#side(side)?.revoke(partition);
  }

  #side(side: Side): SimFolding | SimDeciding | undefined {
    return side === 'events' ? this.#running?.folding : this.#running?.deciding;
  }

  /** `aggregator/io/vigil.ts`. */
  #keepVigil(deciding: SimDeciding): void {
    const { host, policy } = this.#world;
    let monotonicMs = host.schedule.nowMs;
    let wallMs = host.wallMs;
    const active = new Set<string>();
    const set = (reason: string, now: boolean, text: string): void => {
      if (active.has(reason) === now) return;
      if (now) active.add(reason);
      else active.delete(reason);
      deciding.onTilt({ reason, active: now, text });
    };
    host.every(
      vigilMs,
      () => {
        const passedMs = host.schedule.nowMs - monotonicMs;
        const jumpedMs = host.wallMs - wallMs - passedMs;
        monotonicMs = host.schedule.nowMs;
        wallMs = host.wallMs;
        set('loopStall', passedMs - vigilMs >= policy.tiltJumpMs, `stood still for ${passedMs} ms`);
        set('clockJump', Math.abs(jumpedMs) >= policy.tiltJumpMs, `jumped by ${jumpedMs} ms`);
      },
      vigilMs,
    );
  }
}
