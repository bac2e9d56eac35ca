// The partials side of an aggregator: `aggregator/io/deciding.ts` under the virtual clock, over the
// production brain.

import {
  type Decision,
  decodeDecision,
  decodeHeartbeat,
  decodeOverride,
  decodePartial,
  encodeRecord,
  type Heartbeat,
  heartbeatKey,
  isHeartbeatKey,
  isNewer,
  noVersion,
  type Override,
  partitionOf,
} from '@regionpilot/protocol';
import { type GroupInput, step } from '../../../aggregator/decide/group.ts';
import { heartbeatOf } from '../../../aggregator/decide/heartbeat.ts';
import { type SavedGroup, save } from '../../../aggregator/decide/saved.ts';
import { createGroup, type Effect, type GroupState } from '../../../aggregator/decide/state.ts';
import type { Journal } from '../../../aggregator/journal.ts';
import type { Policy } from '../../../aggregator/policy.ts';
import type { Host } from './host.ts';
import { decodeOnce, type LogRecord, Reader, type SimLog } from './log.ts';
import type { SimOutbox } from './outbox.ts';

export type BrainStep = {
  readonly instance: string;
  readonly host: Host;
  readonly before: GroupState;
  readonly after: GroupState;
  readonly input: GroupInput;
  readonly effects: readonly Effect[];
};

export type SimDecidingOptions = {
  readonly host: Host;
  readonly log: SimLog;
  readonly instance: string;
  readonly policy: Policy;
  readonly preferred: readonly string[];
  readonly partialPartitions: number;
  readonly decisions: SimOutbox;
  readonly heartbeats: SimOutbox;
  readonly incidents: SimOutbox;
  readonly state: SimOutbox;
  readonly useSnapshots: boolean;
  readonly stepped: (step: BrainStep) => void;
  readonly journal: Journal | null;
};

export type Tilt = { readonly reason: string; readonly active: boolean; readonly text: string };

export class SimDeciding {
  readonly #options: SimDecidingOptions;
  readonly #readers = new Map<number, Reader>();
  readonly #tails: readonly Reader[];
  readonly #groups = new Map<string, GroupState>();
  readonly #seen = new Map<string, Decision>();
  readonly #overrides = new Map<string, Override>();
  readonly #beats = new Map<string, { readonly owner: string; readonly term: number }>();
  readonly #tilts = new Map<string, Tilt>();
  #saved: ReadonlyMap<string, SavedGroup> = new Map();
  #tailsToRead = 2;
  #late = false;
  #followed = 0;

  constructor(options: SimDecidingOptions) {
    const { log, host, instance, policy, preferred, journal } = options;
    this.#options = options;
    journal?.begin({ instance, policy, groups: { payments: { regions: preferred, policy } } });
    const tail = (topic: 'decisions' | 'overrides', hear: (record: LogRecord) => void): Reader =>
      new Reader({
        log,
        host,
        topic,
        from: 0,
        compacted: host.rng.chance(0.5),
        records: (records) => {
          for (const record of records) hear(record);
        },
        caughtUp: () => {
          this.#tailsToRead--;
        },
      });
    this.#tails = [
      tail('decisions', (record) => this.#onDecision(record)),
      tail('overrides', (record) => this.#onOverride(record)),
    ];
  }

  get groups(): readonly GroupState[] {
    return [...this.#groups.values()];
  }

  assign(partition: number): void {
    const { host, log, policy } = this.#options;
    if (this.#tailsToRead > 0 || log.down || host.cut) {
      host.after(20, () => this.assign(partition));
      return;
    }
    for (const record of log.records('decisions').slice(this.#followed)) this.#onDecision(record);
    this.revoke(partition);
    this.#saved = this.#readSaved();
    const sinceMs = host.wallMs - policy.tiltJumpMs * 0.75;
    const records = log.records('partials', partition);
    const reader = new Reader({
      log,
      host,
      topic: 'partials',
      partition,
      from: records.find(({ appendedMs }) => appendedMs >= sinceMs)?.offset ?? records.length,
      records: (batch) => {
        for (const record of batch) this.#onPartial(record);
      },
    });
    this.#readers.set(partition, reader);
  }

  revoke(partition: number): void {
    this.#readers.get(partition)?.close();
    this.#readers.delete(partition);
    for (const group of this.#groups.keys()) {
      if (partitionOf(group, this.#options.partialPartitions) === partition) {
        this.#groups.delete(group);
      }
    }
  }

  onTilt(tilt: Tilt): void {
    if (tilt.active) this.#tilts.set(tilt.reason, tilt);
    else this.#tilts.delete(tilt.reason);
    for (const group of this.#groups.keys()) this.#step(group, { kind: 'tilt', ...tilt });
  }

  beat(): void {
    const { heartbeats, instance, host, policy, partialPartitions } = this.#options;
    for (const partition of this.#readers.keys()) {
      const groups = this.groups.filter(
        (each) => partitionOf(each.group, partialPartitions) === partition,
      );
      const heartbeat = heartbeatOf(groups, partition, instance, host.wallMs, policy);
      if (heartbeat === null) continue;
      heartbeats.push([{ key: heartbeatKey(partition), value: encodeRecord(heartbeat) }]);
    }
  }

  close(): void {
    for (const reader of [...this.#tails, ...this.#readers.values()]) reader.close();
    this.#readers.clear();
  }

  #onDecision(record: LogRecord): void {
    this.#followed = record.offset + 1;
    if (record.value === null) return;
    if (isHeartbeatKey(record.key)) return this.#onBeat(decodeOnce(record, decodeHeartbeat));
    const decision = decodeOnce(record, decodeDecision);
    if (isNewer(decision, this.#seen.get(decision.group) ?? noVersion)) {
      this.#seen.set(decision.group, decision);
    }
    if (this.#groups.has(decision.group)) {
      this.#step(decision.group, { kind: 'decisionSeen', decision });
    }
  }

  #onBeat({ owner, epochs }: Heartbeat): void {
    if (owner === this.#options.instance) return;
    for (const [group, [term]] of Object.entries(epochs)) {
      if (term >= (this.#beats.get(group)?.term ?? 0)) this.#beats.set(group, { owner, term });
      this.#step(group, { kind: 'beatSeen', owner, term });
    }
  }

  #onOverride(record: LogRecord): void {
    const override = record.value === null ? null : decodeOnce(record, decodeOverride);
    if (override === null) this.#overrides.delete(record.key);
    else this.#overrides.set(record.key, override);
    for (const group of this.#groups.keys()) {
      if (record.key === '*') this.#step(group, { kind: 'override', scope: 'all', override });
      if (record.key === group) this.#step(group, { kind: 'override', scope: 'group', override });
    }
  }

  #onPartial(record: LogRecord): void {
    if (!this.#readers.has(record.partition)) return;
    const partial = decodeOnce(record, decodePartial);
    this.#noteLateness(this.#options.host.wallMs - record.appendedMs);
    if (!this.#groups.has(partial.group)) this.#open(partial.group);
    this.#step(partial.group, { kind: 'partial', partial, nowMs: record.appendedMs });
  }

  #open(group: string): void {
    const { instance, preferred, journal } = this.#options;
    this.#groups.set(group, createGroup(group, instance, preferred));
    journal?.open(group);
    const decision = this.#seen.get(group);
    if (decision !== undefined) this.#step(group, { kind: 'decisionSeen', decision });
    const beat = this.#beats.get(group);
    if (beat !== undefined) this.#step(group, { kind: 'beatSeen', ...beat });
    for (const [key, scope] of [['*', 'all'] as const, [group, 'group'] as const]) {
      const override = this.#overrides.get(key);
      if (override !== undefined) this.#step(group, { kind: 'override', scope, override });
    }
    for (const tilt of this.#tilts.values()) this.#step(group, { kind: 'tilt', ...tilt });
    this.#step(group, { kind: 'owned', saved: this.#saved.get(group) ?? null });
  }

  #noteLateness(lateMs: number): void {
    const late = lateMs >= this.#options.policy.tiltJumpMs;
    if (late === this.#late) return;
    this.#late = late;
    this.onTilt({ reason: 'inputLate', active: late, text: `partials are ${lateMs} ms old` });
  }

  #step(group: string, input: GroupInput): void {
    const before = this.#groups.get(group);
    if (before === undefined) return;
    const { policy, instance, host, stepped, journal } = this.#options;
    const [after, effects] = step(before, input, policy);
    this.#groups.set(group, after);
    journal?.input(group, input);
    for (const effect of effects) this.#run(after, effect);
    stepped({ instance, host, before, after, input, effects });
  }

  #run(state: GroupState, effect: Effect): void {
    const { decisions, incidents, state: states, useSnapshots, journal } = this.#options;
    switch (effect.kind) {
      case 'publishDecision': {
        const { decision } = effect;
        journal?.decision(decision);
        decisions.push([{ key: decision.group, value: encodeRecord(decision) }]);
        return;
      }
      case 'record':
        incidents.push([{ key: state.group, value: encodeRecord(effect.incident) }]);
        return;
      case 'saveState': {
        if (!useSnapshots) return;
        const value = new TextEncoder().encode(JSON.stringify(save(state)));
        states.push([{ key: `group/${state.group}`, value }]);
      }
    }
  }

  #readSaved(): ReadonlyMap<string, SavedGroup> {
    const { log, useSnapshots } = this.#options;
    const saved = new Map<string, SavedGroup>();
    if (!useSnapshots) return saved;
    for (const { key, value } of log.records('state')) {
      if (!key.startsWith('group/') || value === null) continue;
      saved.set(key.slice(6), JSON.parse(new TextDecoder().decode(value)) as SavedGroup);
    }
    return saved;
  }
}
