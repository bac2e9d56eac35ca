/**
 * What other parts write, as facts: partials from now on, and the last word of every operator's order
 * and every heartbeat. A partition that is taken over later asks for what stands.
 */
import type { Bus, BusRecord, Tail } from '@regionpilot/bus';
import {
  decodeHeartbeat,
  decodeOverride,
  decodePartial,
  isHeartbeatKey,
  type TopicName,
} from '@regionpilot/protocol';
import type { Fact } from '../fact.ts';

export type FactFeedOptions = {
  readonly bus: Bus;
  readonly topic: (name: TopicName) => string;
  /** `group`: whom it is about; null: several groups, each brain takes what is its own. */
  readonly heard: (group: string | null, fact: Fact) => void;
};

export class FactFeed {
  readonly #options: FactFeedOptions;
  /** Orders by group and beats by decider: what stands. */
  readonly #standing = new Map<string, { readonly group: string | null; readonly fact: Fact }>();
  #tails: readonly Tail[] = [];

  constructor(options: FactFeedOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { bus, topic } = this.#options;
    const follow = (name: TopicName, from: 'start' | 'end', hear: (record: BusRecord) => void) =>
      bus.tail({
        topic: topic(name),
        from,
        handler: { record: hear, caughtUp: () => undefined },
      });
    this.#tails = await Promise.all([
      follow('partials', 'end', (record) => this.#onPartial(record)),
      follow('overrides', 'start', (record) => this.#onOverride(record)),
      follow('decisions', 'start', (record) => this.#onDecision(record)),
    ]);
  }

  async close(): Promise<void> {
    await Promise.all(this.#tails.map((tail) => tail.close()));
  }

  get standing(): Iterable<{ readonly group: string | null; readonly fact: Fact }> {
    return this.#standing.values();
  }

  #onPartial({ value, appendedMs }: BusRecord): void {
    const decoded = value === null ? null : decodePartial(value);
    if (decoded?.kind !== 'ok') return;
    const partial = decoded.value;
    this.#options.heard(partial.group, { kind: 'partial', partial, atMs: appendedMs });
  }

  #onOverride({ key, value, appendedMs }: BusRecord): void {
    const decoded = value === null ? null : decodeOverride(value);
    if (decoded?.kind === 'invalid') return;
    const override = decoded?.value ?? null;
    const group = key === '*' ? null : key;
    this.#stand(`override/${key}`, group, {
      kind: 'override',
      group: key,
      override,
      atMs: appendedMs,
    });
  }

  #onDecision({ key, value, appendedMs }: BusRecord): void {
    if (value === null || !isHeartbeatKey(key)) return;
    const decoded = decodeHeartbeat(value);
    if (decoded.kind === 'invalid') return;
    this.#stand(key, null, { kind: 'beat', heartbeat: decoded.value, atMs: appendedMs });
  }

  #stand(key: string, group: string | null, fact: Fact): void {
    this.#standing.set(key, { group, fact });
    this.#options.heard(group, fact);
  }
}
