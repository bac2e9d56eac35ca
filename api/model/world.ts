// Everything the API knows, folded out of the topics record by record. Levels replace what was there,
// events are added to bounded memories. Bounds: 1,000 groups (each: 2,000 timeline entries, 200
// incidents, one partial and one roster a partition, a minute of history a region), 1,000 audit
// records, 1,000 pieces of news not yet taken; alerts are as many as their compacted topic holds.

import { type Policy, policyDefaults } from '@regionpilot/aggregator';
import {
  type AlertsFold,
  type AlertsLogEntry,
  type AlertsView,
  addEntry,
  openFold,
  viewOfFold,
} from '@regionpilot/alerts';
import {
  type AuditRecord,
  compareVersions,
  type Decision,
  type Delivery,
  type Heartbeat,
  type IncidentRecord,
  noVersion,
  type Override,
  type Partial,
  type PolicyOrder,
  type Roster,
} from '@regionpilot/protocol';
import type { GroupState } from '../contract/groups.ts';
import type { PipelineState } from '../contract/pipeline.ts';
import type { IncidentSummary } from '../contract/timeline.ts';
import { alertViews, silenceViews, waitingByReceiver } from './alert-views.ts';
import { beatOf, type SeenHeartbeat } from './beats.ts';
import { Deliveries } from './deliveries.ts';
import { groupState } from './group-state.ts';
import { GroupLevels } from './levels.ts';
import { deciders, Folders } from './pipeline.ts';
import { policyInForce } from './policy.ts';
import { type ClientRow, rowsOf } from './roster-index.ts';
import { Timeline, type TimelineNews } from './timeline.ts';
import type { Place } from './timeline-entry.ts';

const groupsKept = 1_000;
const auditKept = 1_000;
const newsKept = 1_000;

export type GroupMemory = {
  decision: Decision | null;
  readonly levels: GroupLevels;
  readonly timeline: Timeline;
  readonly rosters: Map<number, Roster>;
  /** Of what `rosters` and the decision say; null: to be made. */
  rows: readonly ClientRow[] | null;
};

export type AuditKept = { readonly record: AuditRecord; readonly place: Place };

/** What happened since somebody last took it. */
export type News = {
  /** In the order of the log. */
  readonly timeline: readonly TimelineNews[];
  readonly groups: ReadonlySet<string>;
  readonly alerts: boolean;
};

export type Surroundings = {
  readonly bus: PipelineState['bus'];
  readonly followers: PipelineState['followers'];
};

export class World {
  readonly groups: Map<string, GroupMemory> = new Map();
  readonly beats: Map<string, SeenHeartbeat> = new Map();
  readonly overrides: Map<string, Override> = new Map();
  readonly policies: Map<string, PolicyOrder> = new Map();
  readonly deliveries: Deliveries = new Deliveries();
  /** Newest last. */
  readonly audit: AuditKept[] = [];
  readonly #folders = new Folders();
  readonly #alerts: AlertsFold = openFold();
  #alertsView: AlertsView | null = null;
  readonly #timelineNews: TimelineNews[] = [];
  #groupNews = new Set<string>();
  #alertNews = false;

  takeDecision(decision: Decision): void {
    const memory = this.#memory(decision.group);
    // A fenced owner's late word is no more believed here than by a client.
    if (memory === null || compareVersions(decision, memory.decision ?? noVersion) < 0) return;
    memory.decision = decision;
    memory.rows = null;
    this.#groupNews.add(decision.group);
  }

  takeHeartbeat(key: string, heartbeat: Heartbeat, appendedMs: number): void {
    this.beats.set(key, { heartbeat, appendedMs });
    for (const group of Object.keys(heartbeat.epochs)) this.#groupNews.add(group);
  }

  /** @param key A group's name or `*`; null clears. */
  takeOverride(key: string, override: Override | null): void {
    if (override === null) this.overrides.delete(key);
    else this.overrides.set(key, override);
    this.#touch(key);
  }

  takePolicy(key: string, order: PolicyOrder | null): void {
    if (order === null) this.policies.delete(key);
    else this.policies.set(key, order);
    this.#touch(key);
  }

  takePartial(partial: Partial, appendedMs: number): void {
    const memory = this.#memory(partial.group);
    if (memory === null) return;
    // Windows are not changed while running, so the recorded policy has them: nothing to merge here.
    const { longWindowMs } = memory.timeline.policy ?? policyDefaults;
    memory.levels.take(partial, appendedMs, longWindowMs);
    this.#folders.take(partial, appendedMs);
    this.#groupNews.add(partial.group);
  }

  takeIncident(record: IncidentRecord, place: Place): void {
    const memory = this.#memory(record.group);
    if (memory === null) return;
    this.#timelineNews.push(memory.timeline.take(record, place));
    if (this.#timelineNews.length > newsKept) this.#timelineNews.shift();
    this.#groupNews.add(record.group);
  }

  takeAlerts(entry: AlertsLogEntry): void {
    addEntry(this.#alerts, entry);
    this.#alertsView = null;
    this.#alertNews = true;
  }

  takeDelivery(delivery: Delivery): void {
    this.deliveries.take(delivery);
    this.#alertNews = true;
  }

  takeRoster(roster: Roster): void {
    const memory = this.#memory(roster.group);
    if (memory === null) return;
    memory.rosters.set(roster.partition, roster);
    memory.rows = null;
  }

  takeAudit(record: AuditRecord, place: Place): void {
    this.audit.push({ record, place });
    if (this.audit.length > auditKept) this.audit.shift();
  }

  /** Names of decided groups, in order. */
  names(): readonly string[] {
    return [...this.groups]
      .filter(([, { decision }]) => decision !== null)
      .map(([name]) => name)
      .sort();
  }

  /** Null for a group nobody decided for. */
  groupState(group: string, nowMs: number): GroupState | null {
    const memory = this.groups.get(group);
    if (memory === undefined || memory.decision === null) return null;
    const { decision, levels, timeline } = memory;
    return groupState(
      {
        decision,
        levels,
        beat: beatOf(this.beats.values(), group),
        overrides: this.overrides,
        health: timeline.health,
        policy: this.policyOf(group),
        incident: timeline.incidents.open,
      },
      nowMs,
    );
  }

  groupStates(nowMs: number): readonly GroupState[] {
    return this.names().flatMap((group) => this.groupState(group, nowMs) ?? []);
  }

  policyOf(group: string): Policy {
    const recorded = this.groups.get(group)?.timeline.policy ?? policyDefaults;
    return policyInForce(recorded, this.policies, group);
  }

  /** Newest first, of all groups. */
  incidents(): readonly IncidentSummary[] {
    return [...this.groups.values()]
      .flatMap(({ timeline }) => timeline.incidents.list())
      .sort((a, b) => b.openedMs - a.openedMs);
  }

  alertsView(): AlertsView {
    this.#alertsView ??= viewOfFold(this.#alerts);
    return this.#alertsView;
  }

  alerts(nowMs: number): ReturnType<typeof alertViews> {
    return alertViews(this.alertsView(), this.deliveries, nowMs);
  }

  silences(nowMs: number): ReturnType<typeof silenceViews> {
    return silenceViews(this.alertsView(), nowMs);
  }

  /** Clients of one group, or of all. */
  clients(group: string | undefined): readonly ClientRow[] {
    if (group !== undefined) return this.#rows(group);
    return [...this.groups.keys()].flatMap((each) => this.#rows(each));
  }

  pipeline({ bus, followers }: Surroundings, nowMs: number): PipelineState {
    const view = this.alertsView();
    const waiting = waitingByReceiver(view);
    const counts = new Map(this.deliveries.counts(nowMs).map((each) => [each.receiver, each]));
    const receivers = [...new Set([...waiting.keys(), ...counts.keys()])].sort();
    return {
      asOfMs: nowMs,
      bus,
      deciders: deciders(this.beats.values(), nowMs),
      folders: this.#folders.list(nowMs),
      alerting: [...view.owners.values()]
        .map(({ partition, owner }) => ({ partition, owner }))
        .sort((a, b) => a.partition - b.partition),
      receivers: receivers.map((receiver) => ({
        receiver,
        delivered: counts.get(receiver)?.delivered ?? 0,
        failed: counts.get(receiver)?.failed ?? 0,
        waiting: waiting.get(receiver) ?? 0,
        lastError: counts.get(receiver)?.lastError ?? null,
      })),
      followers,
    };
  }

  /** What is new since the last call. Of a burst the oldest so many entries; the rest comes next. */
  takeNews(entriesMost: number): News {
    const news = {
      timeline: this.#timelineNews.splice(0, entriesMost),
      groups: this.#groupNews,
      alerts: this.#alertNews,
    };
    this.#groupNews = new Set();
    this.#alertNews = false;
    return news;
  }

  /** Drops levels nobody renewed for minutes. */
  forgetOld(nowMs: number): void {
    for (const [group, { levels, rosters }] of this.groups) {
      levels.forgetOld(nowMs);
      for (const [partition, { atMs }] of rosters) {
        if (nowMs - atMs > rosterLifeMs && rosters.delete(partition)) this.#forgetRows(group);
      }
    }
  }

  #forgetRows(group: string): void {
    const memory = this.groups.get(group);
    if (memory !== undefined) memory.rows = null;
  }

  #rows(group: string): readonly ClientRow[] {
    const memory = this.groups.get(group);
    if (memory === undefined) return [];
    memory.rows ??= rowsOf(memory.rosters.values(), memory.decision);
    return memory.rows;
  }

  #touch(key: string): void {
    if (key !== '*') this.#groupNews.add(key);
    else for (const group of this.groups.keys()) this.#groupNews.add(group);
  }

  #memory(group: string): GroupMemory | null {
    const known = this.groups.get(group);
    if (known !== undefined) return known;
    if (this.groups.size >= groupsKept) return null;
    const memory: GroupMemory = {
      decision: null,
      levels: new GroupLevels(),
      timeline: new Timeline(),
      rosters: new Map(),
      rows: null,
    };
    this.groups.set(group, memory);
    return memory;
  }
}

const rosterLifeMs = 300_000;
