/**
 * The partials side: hands each group's input to its brain in log order and carries out what the
 * brain wants. Everything clever is in `decide/`; here is only plumbing.
 */
import type { Bus, BusRecord, StartOffset, TopicPartition } from '@regionpilot/bus';
import {
  type Decision,
  decodeDecision,
  decodeHeartbeat,
  decodeOverride,
  decodePartial,
  decodePolicyOrder,
  formatProblems,
  isHeartbeatKey,
  isNewer,
  noVersion,
  type Override,
  partitionOf,
  topicFullName,
} from '@regionpilot/protocol';
import { type AggregatorConfig, settingsOf } from '../config.ts';
import { type GroupInput, step } from '../decide/group.ts';
import { heartbeatOf } from '../decide/heartbeat.ts';
import type { SavedGroup } from '../decide/saved.ts';
import { createGroup, type GroupState } from '../decide/state.ts';
import { DecisionTally } from '../decision-tally.ts';
import { LivePolicies, type OrderOutcome } from '../live-policies.ts';
import { type Observe, Observer } from '../observed.ts';
import type { Policy } from '../policy.ts';
import { readGroups } from './snapshots.ts';
import { Telling, type TellingOptions } from './telling.ts';
import type { TiltReport } from './vigil.ts';

export type DecidingOptions = TellingOptions & {
  readonly bus: Bus;
  readonly config: AggregatorConfig;
  readonly partialPartitions: number;
  /** Resolves once the logs of decisions, overrides and policies have been read to their ends. */
  readonly caughtUp: Promise<void>;
  readonly observe: Observe | undefined;
};

export class Deciding {
  readonly #options: DecidingOptions;
  readonly #topic: string;
  readonly #owned = new Set<number>();
  readonly #groups = new Map<string, GroupState>();
  readonly #seen = new Map<string, Decision>();
  readonly #overrides = new Map<string, Override>();
  /** Group → who was last heard to answer for it, under the highest term. */
  readonly #beats = new Map<string, { readonly owner: string; readonly term: number }>();
  readonly #tilts = new Map<string, TiltReport>();
  readonly #policies: LivePolicies;
  readonly tally: DecisionTally = new DecisionTally();
  readonly #observer: Observer;
  readonly #telling: Telling;
  #saved: ReadonlyMap<string, SavedGroup> = new Map();
  #late = false;
  /** Offset after the last record of the decision log that we heard. */
  #followed = 0;

  constructor(options: DecidingOptions) {
    this.#options = options;
    this.#policies = new LivePolicies(options.config);
    this.#observer = new Observer(options.observe);
    this.#telling = new Telling(options, this.tally, this.#observer);
    this.#topic = topicFullName(options.config.topicPrefix, 'partials');
  }

  get groups(): readonly GroupState[] {
    return [...this.#groups.values()];
  }

  get partitions(): readonly number[] {
    return [...this.#owned].sort((a, b) => a - b);
  }

  /** Begins a little before the present, so that every folder's last word is heard at once. */
  async assign({ partition }: TopicPartition): Promise<StartOffset> {
    const { bus, config, caughtUp, log } = this.#options;
    await caughtUp;
    await this.#catchUp();
    this.#saved = await readGroups(bus, topicFullName(config.topicPrefix, 'state'));
    this.#release(partition);
    this.#owned.add(partition);
    log({ event: 'partitionAssigned', topic: this.#topic, partition, from: 'log' });
    const appendedMs = Date.now() - config.policy.tiltJumpMs * 0.75;
    for await (const record of bus.read({ topic: this.#topic, partition, from: { appendedMs } })) {
      return record.offset;
    }
    return 'end';
  }

  /** What we follow may lag, after a pause or an outage: a claim must know the last word. */
  async #catchUp(): Promise<void> {
    const topic = topicFullName(this.#options.config.topicPrefix, 'decisions');
    const from = { offset: this.#followed };
    for await (const record of this.#options.bus.read({ topic, partition: 0, from })) {
      this.onDecision(record);
    }
  }

  revoke({ partition }: TopicPartition): void {
    this.#owned.delete(partition);
    this.#release(partition);
    this.#options.log({ event: 'partitionRevoked', topic: this.#topic, partition });
  }

  records(records: readonly BusRecord[], nowMs: number): void {
    for (const record of records) this.#onPartial(record, nowMs);
  }

  onDecision(record: BusRecord): void {
    this.#followed = record.offset + 1;
    if (record.value === null) return;
    if (isHeartbeatKey(record.key)) return this.#onBeat(record, record.value);
    const decoded = decodeDecision(record.value);
    if (decoded.kind === 'invalid') return this.#telling.reject(record, decoded);
    const decision = decoded.value;
    this.tally.readBack(decision, Date.now());
    this.#observer.readBack(decision, Date.now());
    // A fenced owner's late word may stand last in the log: the newest counts.
    if (isNewer(decision, this.#seen.get(decision.group) ?? noVersion)) {
      this.#seen.set(decision.group, decision);
    }
    if (this.#groups.has(decision.group))
      this.#step(decision.group, { kind: 'decisionSeen', decision });
  }

  #onBeat(record: BusRecord, value: Uint8Array): void {
    const decoded = decodeHeartbeat(value);
    if (decoded.kind === 'invalid') return this.#telling.reject(record, decoded);
    const { owner, epochs, partition } = decoded.value;
    this.tally.beatHeard(partition, record.appendedMs);
    // Our own would only fill the journal.
    if (owner === this.#options.instance) return;
    for (const [group, [term]] of Object.entries(epochs)) {
      if (term >= (this.#beats.get(group)?.term ?? 0)) this.#beats.set(group, { owner, term });
      this.#step(group, { kind: 'beatSeen', owner, term });
    }
  }

  onOverride(record: BusRecord): void {
    const override = this.#readOverride(record);
    if (override === undefined) return;
    if (override === null) this.#overrides.delete(record.key);
    else this.#overrides.set(record.key, override);
    for (const group of this.#groups.keys()) {
      if (record.key === '*') this.#step(group, { kind: 'override', scope: 'all', override });
      if (record.key === group) this.#step(group, { kind: 'override', scope: 'group', override });
    }
  }

  onPolicy(record: BusRecord): void {
    const { key, value } = record;
    if (value === null) return this.#ordered(this.#policies.hear(key, null));
    const decoded = decodePolicyOrder(value);
    if (decoded.kind === 'invalid') return this.#telling.reject(record, decoded);
    if (decoded.value.group !== key) {
      const text = `order of ${decoded.value.group} under another key`;
      return this.#telling.reject(record, { rejection: 'shapeInvalid', text });
    }
    this.#ordered(this.#policies.hear(key, decoded.value));
  }

  policiesRead(): void {
    this.#ordered(this.#policies.caughtUp());
  }

  /** What a group is judged by now. */
  policyOf(group: string): Policy {
    return this.#policies.of(group);
  }

  /** The journal must know before the next input does. */
  #ordered(outcomes: readonly OrderOutcome[]): void {
    const { journal, log } = this.#options;
    for (const { group, order, problems } of outcomes) {
      const what = order === null ? 'as configured' : `version ${order.version} by ${order.author}`;
      if (problems.length > 0) {
        const text = `${what}: ${formatProblems(problems)}`;
        log({ event: 'policyRefused', group, text });
        continue;
      }
      log({ event: 'policyChanged', group, text: what });
      for (const each of this.#groups.keys()) {
        if (group === '*' || group === each) journal?.policy(each, this.policyOf(each));
      }
    }
  }

  onTilt(report: TiltReport): void {
    const { reason, active, text } = report;
    this.#options.log({ event: 'tiltChanged', reason, active, text });
    if (active) this.#tilts.set(reason, report);
    else this.#tilts.delete(reason);
    for (const group of this.#groups.keys()) this.#step(group, { kind: 'tilt', ...report });
  }

  beat(nowMs: number): void {
    const { instance, config, partialPartitions } = this.#options;
    for (const partition of this.#owned) {
      const groups = this.groups.filter(
        (each) => partitionOf(each.group, partialPartitions) === partition,
      );
      const heartbeat = heartbeatOf(groups, partition, instance, nowMs, config.policy);
      if (heartbeat !== null) this.#telling.beat(heartbeat);
    }
  }

  #onPartial(record: BusRecord, nowMs: number): void {
    if (!this.#owned.has(record.partition)) return;
    const decoded = decodePartial(record.value ?? new Uint8Array());
    if (decoded.kind === 'invalid') return this.#telling.reject(record, decoded);
    const { group } = decoded.value;
    this.#noteLateness(nowMs - record.appendedMs);
    if (!this.#groups.has(group)) this.#open(group);
    this.#step(group, { kind: 'partial', partial: decoded.value, nowMs: record.appendedMs });
  }

  /** A group is met when its first partial comes by. */
  #open(group: string): void {
    const { instance, config } = this.#options;
    const state = createGroup(group, instance, settingsOf(config, group).regions);
    this.#groups.set(group, state);
    this.#options.journal?.open(group);
    this.#options.journal?.policy(group, this.policyOf(group));
    const decision = this.#seen.get(group);
    if (decision !== undefined) this.#step(group, { kind: 'decisionSeen', decision });
    const beat = this.#beats.get(group);
    if (beat !== undefined) this.#step(group, { kind: 'beatSeen', ...beat });
    for (const [key, scope] of [['*', 'all'] as const, [group, 'group'] as const]) {
      const override = this.#overrides.get(key);
      if (override !== undefined) this.#step(group, { kind: 'override', scope, override });
    }
    for (const report of this.#tilts.values()) this.#step(group, { kind: 'tilt', ...report });
    this.#step(group, { kind: 'owned', saved: this.#saved.get(group) ?? null });
  }

  /** Input that is old by the time it is read must not be acted on as if it were the present. */
  #noteLateness(lateMs: number): void {
    const late = lateMs >= this.#options.config.policy.tiltJumpMs;
    if (late === this.#late) return;
    this.#late = late;
    const text = `partials are ${Math.round(lateMs)} ms old when read`;
    this.onTilt({ reason: 'inputLate', active: late, text });
  }

  #release(partition: number): void {
    for (const group of this.#groups.keys()) {
      if (partitionOf(group, this.#options.partialPartitions) === partition)
        this.#groups.delete(group);
    }
  }

  #step(group: string, input: GroupInput): void {
    const state = this.#groups.get(group);
    if (state === undefined) return;
    const [next, effects] = step(state, input, this.policyOf(group));
    this.#groups.set(group, next);
    this.#options.journal?.input(group, input);
    for (const effect of effects) this.#telling.carryOut(next, effect);
  }

  /** `undefined`: not an override at all. */
  #readOverride(record: BusRecord): Override | null | undefined {
    if (record.value === null) return null;
    const decoded = decodeOverride(record.value);
    if (decoded.kind === 'ok') return decoded.value;
    this.#telling.reject(record, decoded);
    return undefined;
  }
}
